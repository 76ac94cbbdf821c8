"""How often somebody may try."""

from datetime import timedelta

import pytest

from models import Exhausted, Throttle
from models.database import rows
from tests.conftest import Time

pytestmark = pytest.mark.usefixtures("database")

TRYING = Throttle("tries", tries=3, within=timedelta(hours=1))


async def admitted(who: str) -> int:
    """How many of ten tries."""
    done = 0
    for _ in range(10):
        try:
            await TRYING.admit(who)
        except Exhausted:
            continue
        done += 1
    return done


async def test_so_many_tries_are_admitted_at_once_and_come_back_one_by_one(time: Time) -> None:
    assert await admitted("ada") == 3

    time.passes(timedelta(minutes=19))
    assert await admitted("ada") == 0

    time.passes(timedelta(minutes=1))
    assert await admitted("ada") == 1

    time.passes(timedelta(hours=2))
    assert await admitted("ada") == 3


async def test_who_is_refused_knows_for_how_long(time: Time) -> None:
    await admitted("ada")

    with pytest.raises(Exhausted) as refused:
        await TRYING.admit("ada")

    assert refused.value.wait == timedelta(minutes=20)


async def test_one_uses_up_nothing_of_others(time: Time) -> None:
    await admitted("ada")

    assert await admitted("grace") == 3


async def test_who_tried_is_not_kept_in_clear(time: Time) -> None:
    await admitted("ada@example.org")

    [kept] = await rows("SELECT * FROM budget")

    assert "ada" not in str(kept)
