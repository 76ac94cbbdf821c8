"""Mentoring sessions: meetings of the two of a relationship."""

from models.mentoring_session.private_note import PrivateNote
from models.mentoring_session.session import MentoringSession, SessionChange
from models.mentoring_session.times import Plan, PlanChanges, SessionState

__all__ = [
    "MentoringSession",
    "Plan",
    "PlanChanges",
    "PrivateNote",
    "SessionChange",
    "SessionState",
]
