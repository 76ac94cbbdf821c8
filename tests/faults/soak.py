"""A server at work for long: does it grow? `python -m tests.faults.soak --minutes 10 [--database postgres://…]`.

Members sign in, search, ask, answer and leave the page again, so many times a second; each half minute a
line says what the process has taken. After the first quarter, which is left for it to warm up, it
should not take more: the end of the run says by how much it does, and ends with 1 beyond the bars.
"""

import argparse
import asyncio
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import httpx

from models.database import connect, disconnect, migrate
from tests.factories import a_member, a_mentor, a_token
from tests.server import running

MOST_DRIFT = 0.05  # of the memory
MOST_WAL = 64 * 2**20  # bytes
EVERY = 30.0  # seconds between two looks

_DOCUMENTS = (
    "{ program { name topics { name } } }",
    "{ viewer { member { name } counts { unreadEvents } } }",
    "{ mentors(first: 20) { edges { node { id member { name } } } } }",
    '{ node(id: "mem_unknown") { id } }',
    "{ mentors(first: nonsense) { edges { cursor } } }",
)


@dataclass(frozen=True)
class Look:
    """What a process has taken, at one moment."""

    seconds: float
    memory: int
    files: int
    wal: int

    @classmethod
    def at(cls, process: int, database: str, since: float) -> "Look":
        """As the kernel and the file say."""
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        [memory] = [int(it.split()[1]) for it in status.splitlines() if it.startswith("VmRSS")]
        wal = Path(database.removeprefix("sqlite://") + "-wal")
        files = len([*Path(f"/proc/{process}/fd").iterdir()])
        size = wal.stat().st_size if wal.exists() else 0
        return cls(monotonic() - since, memory * 1024, files, size)

    def __str__(self) -> str:
        return (
            f"{self.seconds:6.0f} s  {self.memory / 2**20:6.1f} MB"
            f"  {self.files:3} files  WAL {self.wal / 2**20:5.1f} MB"
        )


async def soak(database: str, seconds: float, per_second: int) -> list[Look]:
    """Have a server work for so long; what it had taken each EVERY seconds."""
    await migrate(database)
    await connect(database)
    tokens = [await a_token(await a_member()) for _ in range(20)]
    for _ in range(30):
        await a_mentor()
    await disconnect()
    with TemporaryDirectory() as folder:
        environment = {
            "DATABASE_URL": database,
            "MAIL_FOLDER": folder,
            "PICTURES": f"{folder}/pictures",
            "COST_BURST": "1000000000",
            "ADDRESS_COST_BURST": "1000000000",
        }
        async with running("serve", environment) as server:
            asking = asyncio.create_task(ask(server.address, tokens, per_second))
            looks = await look(server.process.pid, database, seconds)
            asking.cancel()
            await asyncio.wait([asking])
    return looks


async def look(process: int, database: str, seconds: float) -> list[Look]:
    begun, looks = monotonic(), []
    while monotonic() - begun < seconds:
        await asyncio.sleep(min(EVERY, seconds / 8))
        looks.append(Look.at(process, database, begun))
        print(looks[-1], flush=True)
    return looks


async def ask(address: str, tokens: list[str], per_second: int) -> None:
    """Ask all kinds of things until cancelled."""
    outcomes, asking = Counter[int](), set[asyncio.Task[None]]()

    async def one(number: int, http: httpx.AsyncClient) -> None:
        document = _DOCUMENTS[number % len(_DOCUMENTS)]
        token = tokens[number % len(tokens)]
        headers = {"Authorization": f"Bearer {token}"} if number % 3 else {}
        response = await http.post("/graphql", json={"query": document}, headers=headers)
        outcomes[response.status_code] += 1

    async with httpx.AsyncClient(base_url=address, timeout=30) as http:
        try:
            for number in range(sys.maxsize):
                if len(asking) < 20:
                    task = asyncio.create_task(one(number, http))
                    asking.add(task)
                    task.add_done_callback(asking.discard)
                await asyncio.sleep(1 / per_second)
        finally:
            print(f"answers by status: {dict(outcomes)}", flush=True)
            await asyncio.gather(*asking, return_exceptions=True)


def verdict(looks: list[Look]) -> list[str]:
    """What is beyond the bars; the first quarter does not count."""
    first, last = looks[len(looks) // 4], looks[-1]
    drift = last.memory / first.memory - 1
    files = last.files - first.files
    wal = max(it.wal for it in looks)
    print(f"memory {drift:+.1%}, files {files:+}, WAL at most {wal / 2**20:.1f} MB")
    return [
        *([f"memory grew by {drift:.1%}"] if drift > MOST_DRIFT else []),
        *([f"{files} more open files"] if files > 5 else []),
        *([f"the WAL took {wal} bytes"] if wal > MOST_WAL else []),
    ]


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--per-second", type=int, default=20)
    parser.add_argument("--database", help="of PostgreSQL, empty; else a file that is new")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        database = given.database or f"sqlite://{folder}/soak.db"
        looks = asyncio.run(soak(database, given.minutes * 60, given.per_second))
    if wrong := verdict(looks):
        sys.exit("; ".join(wrong))


if __name__ == "__main__":
    main()
