"""What is made to keep us busy does not: bodies of 64 kB, and short ones that unfold.

How long they take, `python -m tests.faults.bombs` prints; here, what is called is counted, which is
the same on every machine.
"""

import sys
from collections.abc import AsyncIterator
from types import FrameType

import pytest

from tests.client import Api
from tests.faults.bombs import BOMBS, LARGEST, asking, chained, doubling, target, thrown

MOST_CALLS = 150_000  # of functions in Python, for one request; they take about 50 ms


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with target() as api:
        yield api


async def calls(api: Api, bomb: bytes) -> int:
    """How many functions are called while a bomb is answered."""
    number = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal number
        number += event == "call"

    await thrown(api, bomb)
    sys.setprofile(count)
    try:
        await thrown(api, bomb)
    finally:
        sys.setprofile(None)
    return number


def test_bombs_are_as_large_as_they_may_be() -> None:
    sizes = [len(it) for it in BOMBS.values()]

    assert max(sizes) <= LARGEST
    assert sum(it > LARGEST * 0.9 for it in sizes) > 15


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_answered_without_much_ado(api: Api, name: str) -> None:
    outcome = await thrown(api, BOMBS[name])

    assert outcome.startswith(("200", "400"))
    assert "INTERNAL_SERVER_ERROR" not in outcome
    assert await calls(api, BOMBS[name]) < MOST_CALLS


async def test_what_unfolds_twice_as_far_takes_no_longer_than_it_is_larger(api: Api) -> None:
    for bomb in (doubling, lambda it: chained(it, 10)):
        few, many = [await calls(api, asking(bomb(it))) for it in (14, 28)]

        assert few < many < 2.5 * few
