"""Asking for a mentoring relationship, and answering."""

from models.mentoring_request.asking import Asking, CannotRequestReason
from models.mentoring_request.request import MentoringRequest
from models.mentoring_request.state import (
    RequestAnswer,
    RequestCriteria,
    RequestDirection,
    RequestState,
)

__all__ = [
    "Asking",
    "CannotRequestReason",
    "MentoringRequest",
    "RequestAnswer",
    "RequestCriteria",
    "RequestDirection",
    "RequestState",
]
