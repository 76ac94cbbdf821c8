"""The periods that check-ins and reviews look back on, counted from the beginning of a relationship."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import NamedTuple

from models import clock
from models.check_in.rhythm import Rhythm
from models.check_in.words import CheckInKind


class Period(NamedTuple):
    """What is due at its end."""

    kind: CheckInKind
    starts_at: datetime
    ends_at: datetime


def due(began: datetime, rhythm: Rhythm, *, since: datetime, until: datetime) -> list[Period]:
    """What is due from `since` to `until`, both included, the oldest first."""
    by_end = dict[datetime, Period]()
    # A review asks what a check-in asks: where both are due at once, it stands for both.
    for kind in (CheckInKind.CHECK_IN, CheckInKind.REVIEW):
        for period in _periods(kind, began, rhythm):
            if period.ends_at > until:
                break
            if period.ends_at >= since:
                by_end[period.ends_at] = period
    return [by_end[it] for it in sorted(by_end)]


def next_due(began: datetime, rhythm: Rhythm, *, after: datetime) -> datetime | None:
    """When something is due for the first time after an instant."""
    ends = [
        next(it.ends_at for it in _periods(kind, began, rhythm) if it.ends_at > after)
        for kind in CheckInKind
        if _months(kind, rhythm)
    ]
    return min(ends, default=None)


def _periods(kind: CheckInKind, began: datetime, rhythm: Rhythm) -> Iterator[Period]:
    """All of a kind, without end; each from the beginning, so that a short month shortens no other."""
    months = _months(kind, rhythm)
    for number in count(1) if months else ():
        ends = (clock.months_after(began, months * it) for it in (number - 1, number))
        yield Period(kind, *ends)


def _months(kind: CheckInKind, rhythm: Rhythm) -> int:
    months = rhythm.review_months if kind is CheckInKind.REVIEW else rhythm.check_in_months
    return months or 0
