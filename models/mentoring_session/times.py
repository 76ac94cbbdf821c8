"""When, for how long, how and where to meet, and what of it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from models import clock, text
from models.choice import Choice
from models.enrollment import SessionChannel
from models.refusal import Problems, Reason

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)
FURTHEST = timedelta(days=2 * 366)  # ahead
LOCATION = 500  # characters: links to video calls are long

_MINUTE = timedelta(minutes=1)


class SessionState(Choice):
    """State of a mentoring session."""

    PLANNED = "Planned."
    HELD = "Took place."
    CALLED_OFF = "Called off."


class PlanChanges(TypedDict, total=False):
    """What to change of a plan; what is absent stays."""

    starts_at: datetime
    duration_minutes: int
    channel: SessionChannel
    location: str


@dataclass(frozen=True)
class Plan:
    """A meeting that two people mean to have."""

    starts_at: datetime
    duration_minutes: int
    channel: SessionChannel
    location: str = ""

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + self.duration_minutes * _MINUTE

    def changed(self, changes: PlanChanges) -> "Plan":
        """The plan with these changes."""
        return replace(self, **changes)

    def checked(self, others: Mapping[str, str] | None = None) -> "Plan":
        """The plan, tidy: to the minute. Refuses what cannot be: OUT_OF_RANGE, TOO_LONG.

        So it does for the `others`, texts by their names.
        """
        problems = Problems()
        tidy = replace(
            self,
            starts_at=self.starts_at.replace(second=0, microsecond=0),
            location=text.bounded(
                text.line(self.location), problems, field=("location",), most=LOCATION
            ),
        )
        tidy._check_times(problems)
        for name, words in (others or {}).items():
            text.bounded(words, problems, field=(name,), most=text.PARAGRAPHS)
        problems.refuse_any()
        return tidy

    def _check_times(self, problems: Problems) -> None:
        now = clock.now()
        if self.starts_at <= now:
            _refuse(problems, "This is over already.", "starts_at")
        if self.starts_at > now + FURTHEST:
            _refuse(problems, "At most two years ahead, please.", "starts_at")
        if not SHORTEST <= self.duration_minutes * _MINUTE <= LONGEST:
            shortest, longest = SHORTEST // _MINUTE, LONGEST // _MINUTE
            words = f"Between {shortest} and {longest} minutes, please."
            _refuse(problems, words, "duration_minutes")


def _refuse(problems: Problems, words: str, *field: str) -> None:
    problems.add(Reason.OUT_OF_RANGE, words, field=field)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from one instant to another."""
    return (end - start) // _MINUTE
