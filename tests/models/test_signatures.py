"""Links that stand for somebody's leave to do one thing."""

from datetime import timedelta

import pytest

from models import clock
from models.signatures import Purpose, Signatures, Standing
from tests.conftest import Time

ONE, OTHER = "the-first-key-of-a-program-" * 2, "the-other-key-of-a-program-" * 2
ours = Signatures([ONE])


def test_signed_words_are_read_again() -> None:
    token = ours.sign(Purpose.ANSWER, "req_1", "mem_ä")

    assert ours.read(Purpose.ANSWER, token) == ["req_1", "mem_ä"]


def test_a_link_for_one_purpose_is_good_for_no_other() -> None:
    token = ours.sign(Purpose.UNSUBSCRIBE, "req_1")

    assert ours.read(Purpose.ANSWER, token) is None


def test_a_link_is_good_until_its_end(time: Time) -> None:
    token = ours.sign(Purpose.ANSWER, "req_1", until=clock.now() + timedelta(days=14))

    time.passes(timedelta(days=14) - timedelta(milliseconds=1))
    assert ours.read(Purpose.ANSWER, token) == ["req_1"]
    time.passes(timedelta(milliseconds=1))
    assert ours.read(Purpose.ANSWER, token) is None


def test_nobody_can_change_or_make_up_a_link() -> None:
    token = ours.sign(Purpose.ANSWER, "req_1")

    changed = [
        token[:place] + other(token[place]) + token[place + 1 :] for place in range(len(token) - 1)
    ]

    assert all(ours.read(Purpose.ANSWER, it) is None for it in changed)
    assert ours.read(Purpose.ANSWER, Signatures([OTHER]).sign(Purpose.ANSWER, "req_1")) is None


@pytest.mark.parametrize("token", ["", ".", "..", "ä\x00", "a.b", "." * 10_000, "x" * 100_000])
def test_anything_else_is_no_link(token: str) -> None:
    assert ours.read(Purpose.ANSWER, token) is None


def test_links_of_the_key_before_stay_good_and_new_ones_are_signed_with_the_new_key() -> None:
    both = Signatures([OTHER, ONE])

    assert both.read(Purpose.ANSWER, ours.sign(Purpose.ANSWER, "req_1")) == ["req_1"]
    new = both.sign(Purpose.ANSWER, "req_1")
    assert Signatures([OTHER]).read(Purpose.ANSWER, new) == ["req_1"]
    assert ours.read(Purpose.ANSWER, new) is None


@pytest.mark.usefixtures("database")
async def test_a_database_knows_whose_links_are_its_own() -> None:
    assert await standing_of(ONE) is Standing.CURRENT  # the first that is used

    assert await standing_of(ONE) is Standing.CURRENT
    assert await standing_of(OTHER) is Standing.UNKNOWN


@pytest.mark.usefixtures("database", "time")
async def test_once_a_new_key_signs_nobody_begins_without_it() -> None:
    await standing_of(ONE)
    await standing_of(OTHER, ONE)

    assert await standing_of(ONE) is Standing.OUTDATED
    assert await standing_of(OTHER, ONE) is Standing.CURRENT
    assert await standing_of(ONE, OTHER) is Standing.CURRENT
    assert await standing_of(OTHER) is Standing.CURRENT


@pytest.mark.usefixtures("database")
async def test_a_new_key_that_is_only_known_as_yet_binds_nobody() -> None:
    await standing_of(ONE)

    assert await standing_of(ONE, OTHER) is Standing.CURRENT  # so that all know it before one signs

    assert await standing_of(ONE) is Standing.CURRENT
    assert await standing_of(OTHER) is Standing.UNKNOWN


@pytest.mark.usefixtures("database")
async def test_the_newest_key_is_the_one_that_came_last_whatever_the_clock_says(time: Time) -> None:
    await standing_of(ONE)
    time.passes(timedelta(hours=-3))

    assert await standing_of(OTHER, ONE) is Standing.CURRENT

    assert await standing_of(ONE) is Standing.OUTDATED
    assert await standing_of(OTHER) is Standing.CURRENT


async def standing_of(*keys: str) -> Standing:
    return await Signatures(keys).standing()


def other(character: str) -> str:
    return "A" if character != "A" else "B"
