"""What many who sign in at once cost all others: `python -m tests.faults.sign_in_load`.

Two hundred sign in at the same moment, each from elsewhere, and try again where they are told to;
meanwhile a member reads, a request after the other. Printed is how much memory the server takes
for it, and how long the requests of the reader take.
"""

import asyncio
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import httpx

from models import password
from models.database import transaction
from tests.factories import PASSWORD, a_member, a_token
from tests.faults.programs import KINDS, new_program
from tests.server import Server, running

PEOPLE = 200
MOST_MEMORY, MOST_P95 = 200e6, 0.3  # bytes; seconds

_SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { token } }"
_READ = "{ viewer { member { name } counts { unreadEvents } } }"


async def main() -> None:
    """Measure on both databases."""
    for kind in KINDS:
        try:
            async with new_program(kind) as url:
                await _measure(kind, url)
        except LookupError as why:
            print(why)


async def _measure(kind: str, url: str) -> None:
    token = await _people()
    environment = {
        "DATABASE_URL": url,
        "WORKER": "no",
        "TRUSTED_PROXIES": "127.0.0.1",
        "COST_BURST": "1000000",
    }
    async with running("serve", environment) as server, _client(server) as reader:
        quiet = [await _read(reader, token) for _ in range(50)]
        before, peak = _memory_of(server), 0
        crowd = asyncio.create_task(_crowd(server))
        took = list[float]()
        while not crowd.done():
            took.append(await _read(reader, token))
            peak = max(peak, _memory_of(server))
        seconds, busy = await crowd
    _tell(kind, quiet, took, peak - before, seconds, busy)


async def _people() -> str:
    """The token of who reads."""
    hash = await password.hashed(PASSWORD)  # with the effort that is made in earnest

    async def work() -> str:
        for n in range(PEOPLE):
            await a_member(username=f"person{n}", password_hash=hash)
        return await a_token(await a_member())

    return await transaction(work)


async def _crowd(server: Server) -> tuple[float, int]:
    """Seconds until all are in, and how often somebody was told that too many wait."""
    begun = perf_counter()
    async with _client(server) as client:
        busy = await asyncio.gather(*[_enter(client, n) for n in range(PEOPLE)])
    return perf_counter() - begun, sum(busy)


async def _enter(client: httpx.AsyncClient, n: int) -> int:
    """Sign in, and try again where that is what is said. Gives how often it was."""
    asked: dict[str, Any] = {
        "query": _SIGN_IN,
        "variables": {"input": {"username": f"person{n}", "password": PASSWORD}},
    }
    busy = 0
    while True:
        response = await client.post(
            "/graphql", json=asked, headers={"X-Forwarded-For": f"198.51.100.{n}"}
        )
        if response.status_code == 200:
            assert response.json()["data"]["signIn"]["token"], response.text
            return busy
        # Told so at once; or after the deadline, on a machine that has much else to do.
        assert response.status_code in (429, 503), response.text
        busy += 1
        await asyncio.sleep(float(response.headers.get("retry-after", 1)))


async def _read(client: httpx.AsyncClient, token: str) -> float:
    begun = perf_counter()
    response = await client.post(
        "/graphql", json={"query": _READ}, headers={"Authorization": f"Bearer {token}"}
    )
    assert response.json()["data"]["viewer"], response.text
    return perf_counter() - begun


def _client(server: Server) -> httpx.AsyncClient:
    # Each request by a connection of its own: one that waits unused for long is closed.
    limits = httpx.Limits(max_connections=PEOPLE, max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=server.address, limits=limits, timeout=120)


def _memory_of(server: Server) -> int:
    """Bytes of memory that the process has in use."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    [line] = [it for it in lines if it.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


def _tell(
    kind: str, quiet: list[float], took: list[float], memory: int, seconds: float, busy: int
) -> None:
    p95 = quantiles(took, n=20)[-1]
    mark = "" if memory < MOST_MEMORY and p95 < MOST_P95 else "  BELOW THE BAR"
    print(
        f"{kind}: {PEOPLE} signed in at once within {seconds:.1f} s, told {busy} times that too many"
        f" wait; the server took {memory / 1e6:.0f} MB more; {len(took)} other requests:"
        f" median {median(took) * 1000:.0f} ms (quiet {median(quiet) * 1000:.0f} ms),"
        f" p95 {p95 * 1000:.0f} ms{mark}"
    )


if __name__ == "__main__":
    asyncio.run(main())
