"""Taking part in one role: what one offers or looks for, and whether one takes part at present."""

from models.enrollment.choices import MOST_TOPICS, Choices
from models.enrollment.enrollment import Enrollment
from models.enrollment.participation import (
    PARTICIPATING,
    ParticipationStatus,
    Role,
    WaitingRequests,
)
from models.enrollment.preferences import (
    Daypart,
    SessionChannel,
    SessionFrequency,
    SessionPreferences,
)

__all__ = [
    "MOST_TOPICS",
    "PARTICIPATING",
    "Choices",
    "Daypart",
    "Enrollment",
    "ParticipationStatus",
    "Role",
    "SessionChannel",
    "SessionFrequency",
    "SessionPreferences",
    "WaitingRequests",
]
