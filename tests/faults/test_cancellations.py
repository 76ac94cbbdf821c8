"""Operations that are cancelled wherever they wait: nothing is half done, and nobody waits for them."""

import asyncio
import gc
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from time import perf_counter

import pytest

from models.database import dialect, rows, transaction
from models.database.postgresql_engine import MOST
from models.invariants import violations
from tests.faults.cancelling import PATIENCE, Cancelling
from tests.faults.length import times
from tests.faults.repertoire import REPERTOIRE, Prepare
from tests.faults.stage import Stage


# graphql-core begins many resolvers at once; Python objects to those that it had no time to begin.
@pytest.mark.filterwarnings("ignore:coroutine 'GraphQLCoreConverter.*' was never awaited")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine object GraphQLCoreConverter")
@pytest.mark.parametrize("others", [0, 3])
async def test_what_is_cancelled_is_not_half_done_and_keeps_nobody_waiting(
    stage: Stage, others: int
) -> None:
    cancelled, longest = 0, 0.0

    for prepare in REPERTOIRE:
        for at, is_answered in await points_of(prepare, stage):
            await stage.begin()
            operation = await prepare(stage)
            async with writing_meanwhile(others):
                cancelled += await Cancelling(at=at, is_answered=is_answered).run(operation)
                longest = max(longest, await seconds_to_use_every_connection())

            broken = await violations()
            assert not broken, f"{prepare.__name__}, cancelled at {at} ({is_answered=}): {broken}"

    gc.collect()
    assert cancelled >= times(full=500, short=30)
    print(
        f"\n{cancelled} cancellations while {others} others write;"
        f" the next to use all connections were done in {longest * 1000:.0f} ms at most"
    )


async def points_of(prepare: Prepare, stage: Stage) -> list[tuple[int, bool]]:
    """Where to cancel an operation: every time it begins to wait, and every time it is answered."""
    await stage.begin()
    undisturbed = Cancelling()
    assert await undisturbed.run(await prepare(stage)) is False
    points = list(product(range(1, undisturbed.waits + 1), (False, True)))
    return random.sample(points, min(len(points), times(full=len(points), short=2)))


@asynccontextmanager
async def writing_meanwhile(others: int) -> AsyncIterator[None]:
    """So many others who write one transaction after the other, in whose way one may be."""
    is_over = asyncio.Event()

    async def write() -> None:
        while not is_over.is_set():
            await transaction(lambda: rows("UPDATE program SET name = name RETURNING id"))

    writing = [asyncio.create_task(write()) for _ in range(others)]
    try:
        yield
    finally:
        is_over.set()
        await asyncio.gather(*writing)


async def seconds_to_use_every_connection() -> float:
    """Read and write with all connections at the same moment; none may be lost, or keep a lock."""
    begun, all_at_once = perf_counter(), asyncio.Barrier(MOST if dialect() == "postgresql" else 1)

    async def work() -> None:
        await rows("SELECT id FROM program")
        await all_at_once.wait()

    async with asyncio.timeout(PATIENCE):
        await rows("SELECT id FROM program")
        await rows("UPDATE program SET name = name RETURNING id")
        await asyncio.gather(*[transaction(work) for _ in range(all_at_once.parties)])
    return perf_counter() - begun
