"""Live updates while connections break, clients come and go by the hundred, and nobody says anything."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from models import Event, EventKind, Member, MentoringRequest
from models.database import rows, transaction
from tests.factories import a_member, a_request, a_token
from tests.faults.length import times
from tests.faults.processes import Team, together
from tests.faults.test_cancellations import seconds_to_use_every_connection
from tests.live import Conversation, conversing, following, serving, something_happens
from tests.server import Server, running
from tests.statements import statements

MOST_MEMORY = 60_000  # bytes for each who is connected
ANYWAY = 2_000_000  # bytes that a process takes more at a time
MOST_STATEMENTS = 5  # in a second, for all who are connected
OBSERVED = 3.0  # seconds
_DOCUMENT = (Path(__file__).parent / "viewer_events.graphql").read_text()


async def test_who_is_cut_off_again_and_again_is_told_every_event_once(
    database_url: str, team: Team
) -> None:
    ada, grace = await a_member(), await a_member()
    request = await a_request()
    token = await a_token(ada)
    [known] = await something_happens(ada)
    each = times(full=250, short=15)

    async with served_by(database_url, 2) as servers:
        writing = asyncio.create_task(
            asyncio.to_thread(team.all_do, write, each, request.id, ada.id, grace.id)
        )
        told, cuts = await told_with_cuts(servers, token, known, number=4 * each * 2)
        await writing

    expected = await rows(
        "SELECT id FROM event WHERE reader_id = :ada AND id <> :known ORDER BY number",
        ada=ada.id,
        known=known,
    )
    assert told == [it["id"] for it in expected]
    print(f"\n{len(told)} events of 4 processes, told by 2 others through {cuts} cuts: each once")


async def write(often: int, request_id: str, ada: str, grace: str) -> None:
    """Write transactions with two events for the one and one for the other, of which some fail."""
    request = await MentoringRequest.get(id=request_id)

    async def work() -> None:
        for reader in (ada, grace, ada):
            await Event.of(request, random.choice(list(EventKind)), to=reader, by=None)
            await rows("SELECT id FROM program")

    async def fail() -> None:
        await work()
        raise ZeroDivisionError

    together()
    for _ in range(often):
        await transaction(work)
        with pytest.raises(ZeroDivisionError):
            await transaction(fail)


async def told_with_cuts(
    servers: Sequence[Server], token: str, after: str, *, number: int
) -> tuple[list[str], int]:
    """The events that are told to a client that is cut off, and goes on elsewhere."""
    told: list[str] = []
    cuts = 0
    while len(told) < number:
        server = random.choice(servers)
        async with following(server.address.removeprefix("http://"), token, after) as talk:
            some = min(random.randint(1, 10), number - len(told))
            told += await talk.events(some)
            after = told[-1]
            talk.socket.transport.abort()
            cuts += 1
    return told, cuts


async def test_a_thousand_who_listen_cost_little(database_url: str, database: None) -> None:
    number = times(full=1000, short=100)
    tokens = await many_tokens(number)

    async with served_by(database_url, 1) as [server], AsyncExitStack() as connections:
        address = server.address.removeprefix("http://")
        await connected(address, tokens[:20], connections)  # what is imported and cached once
        before = memory_of(server)
        talks = await connected(address, tokens[20:], connections)
        grown = memory_of(server) - before

    assert grown <= len(talks) * MOST_MEMORY + ANYWAY * (number < 1000)
    print(
        f"\n{len(talks)} who listen need {grown / 1e6:.1f} MB, {grown / len(talks):.0f} bytes each"
    )


async def test_one_who_does_not_read_is_waited_for_without_keeping_anything(
    database_url: str, database: None
) -> None:
    """Each answer has 80 kB; the network between us holds a few megabytes of them."""
    ada = await a_member(bio="x" * 4000)
    [known] = await something_happens(ada)
    token, number = await a_token(ada), times(full=600, short=250)
    bios = " ".join(f"b{n}: viewer {{ member {{ bio }} }}" for n in range(20))
    document = (
        f"subscription($after: ID) {{ viewerEvents(after: $after) {{ event {{ id }} {bios} }} }}"
    )

    async with (
        served_by(database_url, 1) as [server],
        conversing(server.address.removeprefix("http://")) as slow,
        conversing(server.address.removeprefix("http://")) as quick,
    ):
        for talk in (slow, quick):
            await talk.introduce(token=token)
            await talk.subscribe(query=document, after=known)
        before = memory_of(server)
        happened = await many_events(ada, number)
        assert await quick.events(number) == happened
        grown = memory_of(server) - before
        assert await slow.events(number) == happened

    assert grown < 16_000_000
    print(
        f"\n{number * 0.08:.0f} MB of answers not read: the server took {grown / 1e6:.1f} MB more"
    )


async def many_events(reader: Member, number: int) -> list[str]:
    request = await a_request()

    async def work() -> list[str]:
        for _ in range(number):
            await Event.of(request, EventKind.REQUEST_CLOSED, to=reader.id, by=None)
        newest = Event.filter(reader_id=reader.id).order_by("-number").limit(number)
        return [it.id for it in reversed(await newest)]

    return await transaction(work)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_one_who_sends_without_reading_is_not_read(database_url: str) -> None:
    ping = b"\x89\xfd" + bytes(4) + b"x" * 125

    async with (
        served_by(database_url, 1) as [server],
        conversing(server.address.removeprefix("http://")) as talk,
    ):
        talk.socket.transport.pause_reading()
        before = memory_of(server)
        with suppress(TimeoutError):
            await sent_without_reading(talk, ping * 1_000, 1_000)
        grown = memory_of(server) - before
        talk.socket.transport.abort()

    assert grown < 4_000_000
    print(f"\npings sent, and no pong read: the server took {grown / 1e6:.1f} MB more")


async def sent_without_reading(talk: Conversation, frames: bytes, number: int) -> None:
    """Send more than any network holds. Raises TimeoutError if it is not taken any more."""
    async with asyncio.timeout(4):
        for _ in range(number):
            talk.socket.transport.write(frames)
            await talk.socket.drain()


async def test_an_event_is_told_by_another_process_within_a_second(
    database_url: str, database: None
) -> None:
    ada = await a_member()
    [known] = await something_happens(ada)
    took = []

    async with (
        served_by(database_url, 1) as [server],
        following(server.address.removeprefix("http://"), await a_token(ada), known) as talk,
    ):
        for _ in range(times(full=100, short=10)):
            await something_happens(ada)
            begun = perf_counter()
            await talk.event()
            took.append(perf_counter() - begun)

    assert max(took) < 1
    print(f"\ntold after {median(took) * 1000:.0f} ms, {max(took) * 1000:.0f} ms at most")


async def test_those_who_listen_ask_the_database_together(database_url: str) -> None:
    async with serving(database_url) as address, AsyncExitStack() as connections:
        tokens = await many_tokens(times(full=1000, short=50))
        await connected(address, tokens, connections)
        with statements() as sent:
            await asyncio.sleep(OBSERVED)
        a_second = len(sent) / OBSERVED

    assert 1 <= a_second <= MOST_STATEMENTS
    print(f"\n{len(tokens)} who listen: {a_second:.1f} statements a second")


async def test_who_comes_and_goes_all_the_time_leaves_the_database_usable(
    database_url: str,
) -> None:
    pairs = times(full=1200, short=150)

    # The points of a member would end the test before its time.
    async with serving(database_url, COST_BURST="1000000") as address:
        ada = await a_member()
        [known] = await something_happens(ada)
        begun = perf_counter()
        async with conversing(address) as talk:
            await talk.introduce(token=await a_token(ada))
            for n in range(pairs):
                await talk.subscribe(f"{n}", _DOCUMENT, after=random.choice([None, known]))
                await asyncio.sleep(random.choice([0, 0, 0.001, 0.002, 0.005]))
                await talk.say(id=f"{n}", type="complete")
            await talk.say(type="ping")
            heard = [it async for it in until_pong(talk)]
        took, longest = perf_counter() - begun, await seconds_to_use_every_connection()
        async with following(address, await a_token(ada), known) as talk:
            [happened] = await something_happens(ada)
            assert await talk.events(1) == [happened]

    assert not heard
    print(
        f"\n{pairs} pairs in {took:.1f} s; using all connections took {longest * 1000:.0f} ms then"
    )


async def until_pong(talk: Conversation) -> AsyncIterator[str]:
    # All that was said before is worked off first, which is the point, and takes its time.
    while (message := await talk.hear(patience=60))["type"] != "pong":
        yield message["type"]


@asynccontextmanager
async def served_by(database_url: str, number: int) -> AsyncIterator[list[Server]]:
    """So many server processes."""
    environment = {
        "DATABASE_URL": database_url,
        "WORKER": "no",
        "LOG_LEVEL": "INFO",
        "COST_BURST": "1000000",  # more is told here in a minute than to a member in a year
    }
    async with AsyncExitStack() as servers:
        yield [
            await servers.enter_async_context(running("serve", environment)) for _ in range(number)
        ]


async def many_tokens(number: int) -> list[str]:
    async def work() -> list[str]:
        return [await a_token(await a_member()) for _ in range(number)]

    return await transaction(work)


async def connected(
    address: str, tokens: Sequence[str], connections: AsyncExitStack
) -> list[Conversation]:
    """A subscription for each."""
    talks = []
    for token in tokens:
        talk = await connections.enter_async_context(conversing(address))
        await talk.introduce(token=token)
        await talk.subscribe(query=_DOCUMENT)
        talks.append(talk)
    for talk in talks:
        await talk.synchronize()
    return talks


def memory_of(server: Server) -> int:
    """Bytes of memory that a process has in use."""
    [line] = [
        it
        for it in Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
        if it.startswith("VmRSS:")
    ]
    return int(line.split()[1]) * 1024
