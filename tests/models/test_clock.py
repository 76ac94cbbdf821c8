"""The time, in three time zones."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models import clock
from tests.conftest import Time

AUCKLAND, BERLIN, LOS_ANGELES = "Pacific/Auckland", "Europe/Berlin", "America/Los_Angeles"


def test_an_instant_survives_being_stored() -> None:
    now = clock.now()

    assert clock.moment(clock.milliseconds(now)) == now
    assert now.tzinfo is UTC


def test_an_instant_is_kept_to_the_millisecond() -> None:
    instant = datetime(2026, 3, 1, 12, 0, 0, 123_999, UTC)

    assert clock.moment(clock.milliseconds(instant)).microsecond == 123_000


def test_instants_before_1970_are_kept_too() -> None:
    instant = datetime(1905, 5, 17, 8, 30, tzinfo=UTC)

    assert clock.moment(clock.milliseconds(instant)) == instant


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [(AUCKLAND, date(2026, 3, 2)), (BERLIN, date(2026, 3, 1)), (LOS_ANGELES, date(2026, 3, 1))],
)
def test_it_is_another_day_elsewhere(time: Time, time_zone: str, day: date) -> None:
    time.is_(datetime(2026, 3, 1, 12, tzinfo=UTC))

    assert clock.today(time_zone) == day


@pytest.mark.parametrize(
    ("time_zone", "begins_at"),
    [
        (AUCKLAND, datetime(2026, 3, 28, 11, tzinfo=UTC)),
        (BERLIN, datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (LOS_ANGELES, datetime(2026, 3, 29, 7, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_another_instant_elsewhere(time_zone: str, begins_at: datetime) -> None:
    assert clock.beginning_of(date(2026, 3, 29), time_zone) == begins_at


def test_a_day_on_which_clocks_are_changed_is_shorter_or_longer() -> None:
    def length(day: date) -> timedelta:
        next_day = clock.beginning_of(day + timedelta(days=1), BERLIN)
        return next_day - clock.beginning_of(day, BERLIN)

    assert length(date(2026, 3, 29)) == timedelta(hours=23)
    assert length(date(2026, 10, 25)) == timedelta(hours=25)
    assert length(date(2026, 6, 1)) == timedelta(hours=24)


def test_a_day_without_a_midnight_begins_when_it_begins() -> None:
    # In Beirut the clocks go from midnight straight to one o'clock.
    assert clock.beginning_of(date(2026, 3, 29), "Asia/Beirut") == datetime(
        2026, 3, 28, 22, tzinfo=UTC
    )
