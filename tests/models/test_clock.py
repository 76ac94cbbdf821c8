"""The time, in three time zones."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models import clock
from tests.conftest import Time

ZONES = files("tzdata").joinpath("zones").read_text("ascii").split()
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


@pytest.mark.parametrize(
    ("time_zone", "since", "morning"),
    [
        # On the day on which the clocks go forward, and back.
        (BERLIN, datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (BERLIN, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (BERLIN, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),
        # At nine, and a moment later.
        (BERLIN, datetime(2026, 6, 1, 7, tzinfo=UTC), datetime(2026, 6, 1, 7, tzinfo=UTC)),
        (BERLIN, datetime(2026, 6, 1, 7, 0, 1, tzinfo=UTC), datetime(2026, 6, 2, 7, tzinfo=UTC)),
        # Where it is tomorrow already, and where it is still yesterday.
        (
            "Pacific/Kiritimati",
            datetime(2026, 6, 1, 12, tzinfo=UTC),
            datetime(2026, 6, 1, 19, tzinfo=UTC),
        ),
        (
            "Etc/GMT+12",
            datetime(2026, 6, 1, 12, tzinfo=UTC),
            datetime(2026, 6, 1, 21, tzinfo=UTC),
        ),
        # On the leap day, and from it to the next.
        (BERLIN, datetime(2028, 2, 28, 12, tzinfo=UTC), datetime(2028, 2, 29, 8, tzinfo=UTC)),
        (BERLIN, datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2028, 3, 1, 8, tzinfo=UTC)),
        # In Athens the clocks once went from nine straight to ten.
        (
            "Europe/Athens",
            datetime(1979, 4, 1, 0, tzinfo=UTC),
            datetime(1979, 4, 1, 7, tzinfo=UTC),
        ),
        # Samoa once went from one day to the day after the next.
        (
            "Pacific/Apia",
            datetime(2011, 12, 30, 2, tzinfo=UTC),
            datetime(2011, 12, 30, 19, tzinfo=UTC),
        ),
        # On Kwajalein they once were put back by a day, and it was nine twice.
        (
            "Pacific/Kwajalein",
            datetime(1969, 9, 29, 12, tzinfo=UTC),
            datetime(1969, 9, 29, 22, tzinfo=UTC),
        ),
    ],
)
def test_the_morning_is_at_nine_wherever_one_lives(
    time_zone: str, since: datetime, morning: datetime
) -> None:
    assert clock.morning(since, time_zone) == morning


@given(
    since=some.integers(-(10**9), 4 * 10**9).map(lambda it: clock.moment(it * 1000)),
    zone=some.sampled_from(sorted(ZONES)),
)
def test_no_morning_is_missed_and_none_comes_early(since: datetime, zone: str) -> None:
    morning = clock.morning(since, zone)

    shown = morning.astimezone(ZoneInfo(zone)).time()
    earlier = clock.morning(since - timedelta(days=1), zone)
    assert since <= morning < since + timedelta(hours=49)
    assert shown >= clock.MORNING
    assert earlier <= morning
    assert clock.morning(morning, zone) == morning
