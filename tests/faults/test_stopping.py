"""A server that is told to stop while it is asked: every answer that was begun arrives, and no e-mail twice."""

import asyncio
import signal
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import httpx

from models.database import dialect
from tests.faults.length import times
from tests.faults.mail import all_are_sent, promise
from tests.faults.mail_sink import sink
from tests.server import running

PER_SECOND = 50
BEFORE = 50  # answers before the signal
DELAY = 2  # seconds for which the server goes on
LONGEST = 30.0  # seconds until it has ended


@dataclass
class Load:
    """Clients that keep their connections, and ask so often a second until nobody listens."""

    address: str
    outcomes: Counter[str] = field(default_factory=Counter)
    well_under_way: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Ask until a connection is refused."""
        limits = httpx.Limits(max_connections=20)
        asking = set[asyncio.Task[None]]()
        async with httpx.AsyncClient(base_url=self.address, limits=limits, timeout=30) as http:
            while not self.outcomes["refused"]:
                asking.add(asyncio.create_task(self._ask(http)))
                await asyncio.sleep(1 / PER_SECOND)
            await asyncio.gather(*asking)

    async def _ask(self, http: httpx.AsyncClient) -> None:
        try:
            response = await http.post(
                "/graphql",
                json={"query": "{ program { name } }"},
                headers={"Connection": "keep-alive"},
            )
        except httpx.ConnectError:
            self.outcomes["refused"] += 1  # before anything was asked
        except httpx.HTTPError as cut:
            self.outcomes[f"cut: {type(cut).__name__}"] += 1
        else:
            is_whole = response.status_code in (200, 429) and response.content.endswith(b"}")
            self.outcomes["answered" if is_whole else f"spoilt: {response.status_code}"] += 1
            if self.outcomes["answered"] == BEFORE:
                self.well_under_way.set()


async def test_no_answer_is_cut_and_no_email_repeated(
    database: None, database_url: str, tmp_path: Path
) -> None:
    emails = times(full=2_000, short=200)
    await promise(emails)
    async with sink() as taken:
        environment = {
            "DATABASE_URL": database_url,
            "SMTP_URL": taken.url,
            "STOP_DELAY": str(DELAY),
            "ADDRESS_COST_BURST": "1000000",
            "PICTURES": str(tmp_path),
        }
        async with running("serve", environment) as server:
            load = Load(server.address)
            loading = asyncio.create_task(load.run())
            await load.well_under_way.wait()
            begun = perf_counter()
            server.process.send_signal(signal.SIGTERM)
            await loading
            await server.process.wait()
            took = perf_counter() - begun
        async with running("serve", environment):
            await all_are_sent(emails, within=120)

    print(
        f"\n{dialect()}: {dict(load.outcomes)}, ended after {took:.1f} s, {taken.doubles} doubled"
    )
    assert load.outcomes.keys() == {"answered", "refused"}
    assert took < LONGEST
    assert (len(taken.by_id), taken.doubles) == (emails, 0)
