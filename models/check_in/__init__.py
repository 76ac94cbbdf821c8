"""Pausing to look how it goes: check-ins and reviews, and the question whether it goes on."""

from models.check_in.answer import CheckInAnswer
from models.check_in.check_in import CheckIn
from models.check_in.words import CheckInKind, CheckInRating

__all__ = ["CheckIn", "CheckInAnswer", "CheckInKind", "CheckInRating"]
