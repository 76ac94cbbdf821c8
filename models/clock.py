"""The one place that asks what time it is. Call `clock.now()`, so that tests may answer."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
    return now().astimezone(ZoneInfo(time_zone)).date()


def beginning_of(day: date, time_zone: str) -> datetime:
    """The instant in UTC at which a calendar day begins in a time zone."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)
