"""What somebody may spend comes back with time, and nobody spends more."""

from datetime import timedelta

import pytest

from models import Budget, Exhausted
from models.database import rows, transaction
from tests.conftest import Time

pytestmark = pytest.mark.usefixtures("database", "time")


def budget(payer: str = "ada", most: int = 50, burst: int = 100, per_second: int = 10) -> Budget:
    return Budget(payer, most, burst, per_second)


async def wait_of(budget: Budget, points: int) -> timedelta:
    """How long to wait, as the refusal says. Fails the test if the points are there."""
    with pytest.raises(Exhausted) as refused:
        await budget.spend(points)
    return refused.value.wait


async def test_points_are_taken_until_there_are_too_few() -> None:
    left = [await budget().spend(30) for _ in range(3)]

    assert left == [70, 40, 10]
    assert await wait_of(budget(), 30) == timedelta(seconds=2)
    assert await budget().spend(10) == 0


async def test_what_is_refused_costs_nothing() -> None:
    await budget().spend(50)
    await budget().spend(45)

    waits = [await wait_of(budget(), 10) for _ in range(3)]

    assert waits == [timedelta(seconds=0.5)] * 3


async def test_points_come_back_steadily_and_no_more_than_there_were(time: Time) -> None:
    for _ in range(2):
        await budget().spend(50)

    time.passes(timedelta(seconds=3))
    assert await budget().spend(10) == 20

    time.passes(timedelta(days=1))
    assert await budget().spend(10) == 90


async def test_who_waits_as_long_as_told_is_not_told_to_wait_again(time: Time) -> None:
    odd = budget(most=7, burst=20, per_second=3)
    await odd.spend(7)
    await odd.spend(7)

    time.passes(await wait_of(odd, 7))

    assert await odd.spend(7) == 0


async def test_a_clock_that_was_ahead_takes_nothing_from_anybody_once_it_is_right(
    time: Time,
) -> None:
    time.passes(timedelta(days=1))
    await budget().spend(50)

    time.passes(timedelta(days=-1))

    assert await budget().spend(50) == 50


async def test_of_two_clocks_that_differ_neither_gives_anybody_more(time: Time) -> None:
    await budget().spend(50)
    await budget().spend(50)

    time.passes(timedelta(seconds=-30))

    assert await wait_of(budget(), 10)


async def test_nobody_pays_for_others() -> None:
    await budget("ada").spend(50)

    assert await budget("grace").spend(1) == 99


async def test_what_may_be_spent_at_all_can_be_afforded() -> None:
    assert await budget(most=500, burst=100).spend(500) == 0


async def test_what_is_paid_stays_paid_when_a_transaction_fails() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    await budget().spend(50)
    with pytest.raises(ZeroDivisionError):
        await transaction(work)

    assert await budget().spend(1) == 49


async def test_a_full_budget_is_forgotten(time: Time) -> None:
    await budget("ada").spend(10)
    await budget("grace").spend(20)
    time.passes(timedelta(seconds=1))

    await Budget.forget_full()

    assert [it["payer"] for it in await rows("SELECT payer FROM budget")] == ["grace"]
