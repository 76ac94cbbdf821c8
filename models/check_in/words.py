"""What kinds of check-ins there are, and how it may go."""

from models.choice import Choice
from models.event import EventKind


class CheckInKind(Choice):
    """What is due: a short look back, or a longer one."""

    CHECK_IN = "A check-in: how it goes."
    REVIEW = "A review: goals, sessions and check-ins of a longer period, side by side."

    @property
    def event_kind(self) -> EventKind:
        """As what it stands in the feed when it is due."""
        return EventKind.REVIEW_DUE if self is CheckInKind.REVIEW else EventKind.CHECK_IN_DUE


class CheckInRating(Choice):
    """How it goes."""

    VERY_WELL = "Very well."
    WELL = "Well."
    SO_SO = "So-so."
    NOT_WELL = "Not well."
    BADLY = "Badly."
