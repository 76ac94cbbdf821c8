"""The one place that asks what time it is. Call `clock.now()`, so that tests may answer."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9)  # when people are written to who need not hear of something at once

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """This instant in UTC, to the millisecond that the database keeps."""
    return moment(milliseconds(datetime.now(UTC)))


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970 in UTC, as instants are stored and compared."""
    return (instant - _EPOCH) // _MILLISECOND


def moment(since_epoch: int) -> datetime:
    """The instant that is stored as this many milliseconds."""
    return _EPOCH + since_epoch * _MILLISECOND


def today(time_zone: str) -> date:
    """The calendar day it is now in a time zone."""
    return day(now(), time_zone)


def day(instant: datetime, time_zone: str) -> date:
    """The calendar day that it is then in a time zone."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


def beginning_of(day: date, time_zone: str) -> datetime:
    """The instant in UTC at which a calendar day begins in a time zone."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)


def months_after(instant: datetime, months: int) -> datetime:
    """The same day and time of a later month; where it has no such day, on its last."""
    years, month = divmod(instant.month - 1 + months, 12)
    year, month = instant.year + years, month + 1
    day = min(instant.day, monthrange(year, month)[1])
    return instant.replace(year=year, month=month, day=day)


def morning(since: datetime, time_zone: str) -> datetime:
    """The first MORNING in a time zone that is not before an instant; in UTC.

    Where the clocks skip it, it is as long after midnight as on other days. Where they show it
    twice, it is the first of the two.
    """
    zone = ZoneInfo(time_zone)
    today = since.astimezone(zone).date()
    days = (today + timedelta(days=it) for it in range(3))
    mornings = (datetime.combine(it, MORNING, zone).astimezone(UTC) for it in days)
    return next(it for it in mornings if it >= since)
