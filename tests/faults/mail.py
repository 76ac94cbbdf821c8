"""Many e-mails to send, and workers as processes of their own that can be killed."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess
from typing import Self

import main
from mailers.email import Email
from models.database import rows, transaction
from models.outgoing_email import claim
from tests.factories import a_mentor
from tests.faults.mail_sink import Sink
from tests.faults.processes import PATIENCE, context
from tests.server import A_KEY

SHORT_LEASE = timedelta(seconds=5)  # so that what a killed worker held is soon free again
_AT_ONCE = 500  # promises in a transaction


async def promise(number: int) -> None:
    """Promise so many e-mails, all due now."""
    enrollment = await a_mentor()

    async def some(first: int) -> None:
        for n in range(first, min(first + _AT_ONCE, number)):
            await Email(
                template="enrollment_mailer/welcome",
                reader=enrollment.member,
                about=enrollment,
                facts={"role": "mentor", "partner_role": "mentee"},
                occasion=str(n),
            ).deliver_later()

    for first in range(0, number, _AT_ONCE):
        await transaction(lambda first=first: some(first))  # type: ignore[misc]


async def states() -> dict[str, int]:
    """How many e-mails are in which state."""
    found = await rows("SELECT state, count(*) AS number FROM outgoing_email GROUP BY state")
    return {it["state"]: it["number"] for it in found}


async def all_are_sent(number: int, *, within: float) -> None:
    """Wait until no e-mail is owed any more. Fails if that takes too long."""
    async with asyncio.timeout(within):
        # Another process notes it in the database: there is no event to wait for.
        while await states() != {"SENT": number}:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@dataclass
class Workers:
    """So many `main.py worker`, each of which is replaced when it is killed."""

    processes: list[BaseProcess]
    environment: dict[str, str]

    @classmethod
    def start(cls, number: int, *, database_url: str, sink: Sink) -> Self:
        """Have them begin."""
        environment = {"DATABASE_URL": database_url, "SMTP_URL": sink.url, "SECRET_KEY": A_KEY}
        return cls([_started(environment) for _ in range(number)], environment)

    def kill_one(self, chance: random.Random) -> None:
        """End one of them, whatever it is doing (SIGKILL), and have another begin."""
        place = chance.randrange(len(self.processes))
        killed = self.processes[place]
        killed.kill()
        killed.join(PATIENCE)
        self.processes[place] = _started(self.environment)

    def stop(self) -> None:
        """Have them end in good order."""
        for it in self.processes:
            it.terminate()
        for it in self.processes:
            it.join(PATIENCE)


def _started(environment: dict[str, str]) -> BaseProcess:
    process = context.Process(target=_work, args=(environment,), daemon=True)
    process.start()
    return process


def _work(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    claim.LEASE = SHORT_LEASE
    claim.DOUBT = timedelta(seconds=1)
    main.main(["worker"])


def summary(sink: Sink, kills: int, number: int) -> str:
    """What came of it, for people."""
    return (
        f"{number} e-mails, {kills} kills: {len(sink.by_id)} arrived,"
        f" {number - len(sink.by_id)} lost, {sink.doubles} doubled"
    )


def spoilt(sink: Sink) -> Sequence[str]:
    """The ids of messages that came in more than one form."""
    forms = Counter(id for id, _ in sink.by_bytes)
    return [id for id, number in forms.items() if number > 1]
