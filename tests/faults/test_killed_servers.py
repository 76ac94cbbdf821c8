"""A server that is killed while people ask: what it committed is whole, and there is nothing else."""

import asyncio
import os
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

import main
from models import Enrollment, Member
from models.database import dialect, rows, transaction
from models.invariants import violations
from tests.factories import a_mentee, a_mentor, a_token
from tests.faults.length import times
from tests.faults.processes import PATIENCE, context
from tests.ports import free_port
from tests.server import A_KEY

SEED = 1
CLIENTS = 4
REQUEST = """
    mutation($input: RequestInput!) { request(input: $input) { request { id } errors { code } } }
"""


async def test_every_request_of_a_killed_server_is_whole_or_not_there(
    database_url: str, database: None, tmp_path: Path
) -> None:
    kills = times(full=200, short=4)
    town = await Town.new(mentors=times(full=50, short=10), mentees=times(full=40, short=4))
    server = Served(database_url, tmp_path)

    asking = [asyncio.create_task(town.ask(server, number)) for number in range(CLIENTS)]
    await server.is_killed(kills, while_=town)
    town.is_over = True
    await asyncio.gather(*asking)
    server.stop()

    kept = await rows("SELECT id FROM mentoring_request")
    print(
        f"\n{dialect()}: {kills} kills while people asked: {len(kept)} requests are kept,"
        f" {len(town.answered)} of them were answered, {town.cut_off} times the answer was cut off"
    )
    assert len(kept) > kills
    assert town.cut_off > 0
    assert sorted(town.answered) == sorted(it["id"] for it in kept)
    assert await violations() == []
    assert await without_their_email() == []


async def without_their_email() -> Sequence[str]:
    """The requests whose recipients are not told once."""
    found = await rows(
        "SELECT q.id FROM mentoring_request q LEFT JOIN outgoing_email m"
        " ON m.about_id = q.id AND m.template = 'request_mailer/received'"
        " AND m.reader_id = q.recipient_id"
        " GROUP BY q.id HAVING count(m.id) <> 1"
    )
    return [it["id"] for it in found]


@dataclass
class Served:
    """`main.py serve`, which is killed now and then, and begins again at once."""

    database_url: str
    folder: Path
    port: int = field(default_factory=free_port)
    process: BaseProcess | None = None

    def start(self) -> None:
        """Have it begin."""
        environment = {
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "SECRET_KEY": A_KEY,
            "WORKER": "no",
            "PICTURES": str(self.folder),
            "COST_BURST": "1000000000",
        }
        self.process = context.Process(target=_serve, args=(environment,), daemon=True)
        self.process.start()

    async def is_killed(self, often: int, *, while_: "Town") -> None:
        """Kill it so often, each time a moment after it has answered a few (SIGKILL)."""
        chance = random.Random(SEED)
        for _ in range(often):
            self.start()
            await self._answers()
            await while_.is_answered(len(while_.answered) + chance.randint(0, 3))
            await asyncio.sleep(chance.uniform(0, 0.05))  # the moment is the point of it
            self.kill()
        self.start()
        await self._answers()

    async def _answers(self) -> None:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as http:
            while True:
                with suppress(httpx.TransportError):
                    await http.get(self.address)
                    return
                await asyncio.sleep(0.01)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}/graphql"

    def kill(self) -> None:
        """End it, whatever it is doing."""
        assert self.process
        self.process.kill()
        self.process.join(PATIENCE)

    def stop(self) -> None:
        """Have it end in good order."""
        assert self.process
        self.process.terminate()
        self.process.join(PATIENCE)


def _serve(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    main.main(["serve"])


@dataclass
class Town:
    """Mentees who ask every mentor there is, each once."""

    mentors: Sequence[Enrollment]
    mentees: Sequence[Enrollment]
    tokens: Sequence[str]
    answered: list[str] = field(default_factory=list)
    cut_off: int = 0
    unsure: set[tuple[int, str]] = field(default_factory=set)
    is_over: bool = False
    has_answer: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def new(cls, *, mentors: int, mentees: int) -> "Town":
        """Everybody enrolls; nobody has asked yet."""
        await rows("UPDATE program SET max_open_requests = 100 RETURNING id")

        async def everybody() -> tuple[list[Enrollment], list[Enrollment]]:
            return (
                [await a_mentor() for _ in range(mentors)],
                [await a_mentee() for _ in range(mentees)],
            )

        asked, asking = await transaction(everybody)
        return cls(asked, asking, [await a_token(await _of(it)) for it in asking])

    async def is_answered(self, often: int) -> None:
        """Wait until so many requests are answered."""
        while len(self.answered) < often:
            self.has_answer.clear()
            await self.has_answer.wait()

    async def ask(self, server: Served, number: int) -> None:
        """Be one of the clients: ask for each of one's mentees in turn, until it is over."""
        mine = range(number, len(self.mentees), CLIENTS)
        async with httpx.AsyncClient() as http:
            for mentor in self.mentors:
                for mentee in mine:
                    while not await self._is_done(http, server, mentee, mentor):  # noqa: ASYNC110
                        await asyncio.sleep(0.005)

    async def _is_done(
        self, http: httpx.AsyncClient, server: Served, mentee: int, mentor: Enrollment
    ) -> bool:
        if self.is_over and (mentee, mentor.id) not in self.unsure:
            return True
        return await self._asked(http, server, mentee, mentor)

    async def _asked(
        self, http: httpx.AsyncClient, server: Served, mentee: int, mentor: Enrollment
    ) -> bool:
        """Ask once. Gives whether there was an answer."""
        try:
            response = await http.post(
                server.address,
                json={
                    "query": REQUEST,
                    "variables": {"input": {"enrollmentId": mentor.id, "message": "May I?"}},
                },
                headers={
                    "Authorization": f"Bearer {self.tokens[mentee]}",
                    "Idempotency-Key": mentor.id,
                },
            )
        except httpx.ConnectError:
            return False
        except httpx.TransportError:
            self.cut_off += 1
            self.unsure.add((mentee, mentor.id))
            return False
        payload = response.json()["data"]["request"]
        # What was cut off may have been committed before; under its key it is answered all the same.
        assert payload["errors"] == []
        self.answered.append(payload["request"]["id"])
        self.unsure.discard((mentee, mentor.id))
        self.has_answer.set()
        return True


async def _of(enrollment: Enrollment) -> Member:
    return await Member.get(id=enrollment.member_id)
