"""Spoilt requests are answered in good order; `python -m tests.faults.fuzz` sends as many as one likes."""

from collections.abc import AsyncIterator
from random import Random

import pytest

from models import SignIn
from tests.faults import fuzz, spoiling
from tests.faults.fuzz import Program, Trouble, new_program
from tests.faults.length import times


@pytest.fixture
async def program() -> AsyncIterator[Program]:
    async with new_program() as program:
        yield program


async def test_spoilt_requests_are_answered_in_good_order(program: Program) -> None:
    bodies = times(full=20_000, short=500)

    tally = await fuzz.fuzz(program, seed=1, numbers=range(bodies))

    assert sum(tally.statuses.values()) == bodies
    assert {200, 400} <= tally.statuses.keys()
    print(f"\n{tally}")


def test_a_body_follows_from_its_seed_and_number() -> None:
    numbers = range(300)

    bodies = [spoiling.body(Random(f"1 {it}")) for it in numbers]

    assert bodies[::-1] == [spoiling.body(Random(f"1 {it}")) for it in reversed(numbers)]
    assert bodies != [spoiling.body(Random(f"2 {it}")) for it in numbers]


async def test_a_crash_does_not_go_unnoticed(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise RuntimeError("a crash of ours")

    monkeypatch.setattr(SignIn, "resume", crash)

    with pytest.raises(Trouble, match=r"--seed 1 --only \d+"):
        await fuzz.fuzz(program, seed=1, numbers=range(20))
