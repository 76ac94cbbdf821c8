"""What the clock brings is told once, however many workers keep it and however often one is killed."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import perf_counter

from duties import Duties
from models import Event, EventKind, Member, MentoringRequest, clock
from models.database import connect, dialect, rows, transaction
from models.picture import Storage
from tests.faults.length import times
from tests.faults.processes import PATIENCE, context

SEED = 1
DAY = timedelta(days=1)
_NOTED = "SELECT count(reminded_at) + count(suggested_at) AS number FROM mentoring_request"


async def test_each_reminder_is_told_once_though_workers_are_killed(
    database_url: str, database: None, tmp_path: Path
) -> None:
    number, kills = times(full=5000, short=300), times(full=20, short=5)
    await requests_that_are_due(number)
    begun = perf_counter()

    async with keepers(4, database_url, tmp_path) as processes:
        await kill_now_and_then(processes, number=2 * number, kills=kills)
        await all_are_noted(2 * number)

    duration = perf_counter() - begun
    print(
        f"\n{dialect()}: {2 * number} due events, 4 processes, {kills} kills: "
        f"{await told('event')} events, {await told('outgoing_email')} e-mails in {duration:.0f} s"
    )
    assert await told("event") == await told("outgoing_email") == 2 * number
    assert await told_each("event", "reader_id || kind") == 2 * number
    assert await told_each("outgoing_email", "reader_id || template") == 2 * number


async def requests_that_are_due(number: int) -> None:
    """As many members, each of whom asked the next a good week ago."""
    now = clock.now()
    asked_at = now - 8 * DAY
    members = [
        Member(name=f"Member {n}", username=f"member{n}", email=f"member{n}@example.org")
        for n in range(number)
    ]
    requests = [
        MentoringRequest(
            created_at=asked_at,
            mentor_id=asked.id,
            mentee_id=asks.id,
            sender_id=asks.id,
            recipient_id=asked.id,
            follow_up_from=asked_at + 7 * DAY,
            remind_at=now,
            suggest_at=now,
            expires_at=asked_at + 14 * DAY,
        )
        for asks, asked in zip(members, members[1:] + members[:1], strict=True)
    ]
    kind = EventKind.REQUEST_RECEIVED
    events = [Event(kind=kind, reader_id=it.recipient_id, request_id=it.id) for it in requests]

    async def save() -> None:
        await Member.bulk_create(members, batch_size=500)
        await MentoringRequest.bulk_create(requests, batch_size=500)
        await Event.bulk_create(events, batch_size=500)

    await transaction(save)


@asynccontextmanager
async def keepers(number: int, url: str, folder: Path) -> AsyncIterator["Keepers"]:
    """So many processes that keep the clock, until the end."""
    processes = Keepers(url, folder)
    processes.running = [processes.another() for _ in range(number)]
    try:
        yield processes
    finally:
        for it in processes.running:
            it.kill()
            it.join(PATIENCE)


class Keepers:
    """Processes that do nothing but keep the clock; each is replaced when it is killed."""

    def __init__(self, url: str, folder: Path) -> None:
        self._arguments = (url, str(folder))
        self.running: list[BaseProcess] = []

    def kill_one(self, chance: random.Random) -> None:
        """End one of them, whatever it is doing (SIGKILL), and have another begin."""
        place = chance.randrange(len(self.running))
        self.running[place].kill()
        self.running[place].join(PATIENCE)
        self.running[place] = self.another()

    def another(self) -> BaseProcess:
        """One more, from now on."""
        process = context.Process(target=_keep_the_clock, args=self._arguments, daemon=True)
        process.start()
        return process


def _keep_the_clock(url: str, folder: str) -> None:
    asyncio.run(_keep(url, Duties(Storage(folder))))


async def _keep(url: str, duties: Duties) -> None:
    await connect(url)
    while True:
        if not await duties.do():
            await asyncio.sleep(0.05)


async def kill_now_and_then(processes: Keepers, *, number: int, kills: int) -> None:
    """Kill one at random moments, spread over all that is to be done."""
    chance = random.Random(SEED)
    for place in range(kills):
        await _wait_for(round(number * place / kills))
        await asyncio.sleep(chance.uniform(0, 0.2))  # somewhere within what they do now
        processes.kill_one(chance)


async def all_are_noted(number: int) -> None:
    async with asyncio.timeout(600):
        await _wait_for(number)


async def _wait_for(number: int) -> None:
    # Other processes note it in the database: there is no event to wait for.
    while (await rows(_NOTED))[0]["number"] < number:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def told(table: str) -> int:
    """How many are told, but for the requests themselves."""
    which = "WHERE kind <> 'REQUEST_RECEIVED'" if table == "event" else ""
    [found] = await rows(f"SELECT count(*) AS number FROM {table} {which}")
    return int(found["number"])


async def told_each(table: str, what: str) -> int:
    """How many different people and matters that is."""
    which = "WHERE kind <> 'REQUEST_RECEIVED'" if table == "event" else ""
    [found] = await rows(f"SELECT count(DISTINCT {what}) AS number FROM {table} {which}")
    return int(found["number"])
