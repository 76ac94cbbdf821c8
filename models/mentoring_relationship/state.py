"""What a relationship can be like, how it can end, and which are meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.choice import Choice
from models.enrollment import Role


class RelationshipState(Choice):
    """State of a mentoring relationship."""

    ACTIVE = "Running."
    COMPLETED = "Completed."


class CompletionOutcome(Choice):
    """Result of a relationship."""

    GOALS_REACHED = "The goals were reached."
    GOALS_PARTLY_REACHED = "The goals were partly reached."
    AGREED_TIME_OVER = "The time agreed on is over."
    PARTED_WAYS = "The two parted ways before."
    NEVER_STARTED = "It never really began."


@dataclass(frozen=True)
class RelationshipCriteria:
    """Which relationships are meant; an empty criterion is not given."""

    states: Sequence[RelationshipState] = ()
    role: Role | None = None
