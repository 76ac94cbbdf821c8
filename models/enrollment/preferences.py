"""How somebody likes to meet, and the hours that two people share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from models.choice import Choice
from models.refusal import Problems, Reason

SHORTEST, LONGEST = 15, 240  # minutes of a mentoring session


class SessionChannel(Choice):
    """Way to meet."""

    VIDEO = "Video call."
    PHONE = "Telephone."
    IN_PERSON = "Face to face."
    TEXT = "Chat or e-mail."


class SessionFrequency(Choice):
    """How often to meet."""

    WEEKLY = "Every week."
    BIWEEKLY = "Every two weeks."
    EVERY_THREE_WEEKS = "Every three weeks."
    MONTHLY = "Every month."
    QUARTERLY = "Every three months."
    AS_NEEDED = "When there is need."


class Daypart(Choice):
    """Part of the week, in the member's own time zone."""

    WEEKDAY_MORNING = "Monday to Friday before noon."
    WEEKDAY_AFTERNOON = "Monday to Friday after noon."
    WEEKDAY_EVENING = "Monday to Friday evening."
    WEEKEND = "Saturday or Sunday."


_HOURS = {
    Daypart.WEEKDAY_MORNING: range(7, 12),
    Daypart.WEEKDAY_AFTERNOON: range(12, 17),
    Daypart.WEEKDAY_EVENING: range(17, 21),
    Daypart.WEEKEND: range(9, 18),
}
_WEEKEND_BITS = 24


@dataclass(frozen=True)
class SessionPreferences:
    """How somebody likes to meet: ways, how often, for how many minutes, and when in the week."""

    channels: tuple[SessionChannel, ...] = ()
    frequency: SessionFrequency | None = None
    duration_minutes: int | None = None
    availability: tuple[Daypart, ...] = ()

    def check(self, problems: Problems) -> None:
        """Note REQUIRED without a channel, and OUT_OF_RANGE for an impossible length."""
        if not self.channels:
            message = "Choose at least one way to meet."
            problems.add(Reason.REQUIRED, message, field=("session_preferences", "channels"))
        if self.duration_minutes is not None and not SHORTEST <= self.duration_minutes <= LONGEST:
            message = f"Between {SHORTEST} and {LONGEST} minutes, please."
            field = ("session_preferences", "duration_minutes")
            problems.add(Reason.OUT_OF_RANGE, message, field=field)


def free_hours(availability: Iterable[Daypart], time_zone: str) -> int:
    """The hours in UTC as bits: 0 to 23 on weekdays, 24 to 47 on weekends.

    Whole hours, at the zone's winter offset: enough to tell whether two people can meet.
    """
    offset = datetime(2026, 1, 15, tzinfo=ZoneInfo(time_zone)).utcoffset()
    hours = round(offset.total_seconds() / 3600) if offset else 0
    bits = 0
    for part in availability:
        first = _WEEKEND_BITS if part is Daypart.WEEKEND else 0
        for hour in _HOURS[part]:
            bits |= 1 << first + (hour - hours) % 24
    return bits
