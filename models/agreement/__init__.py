"""What two people agree on: how they meet, what they expect of each other, and until when."""

from models.agreement.agreement import Agreement, Latest
from models.agreement.terms import CheckInRhythm, ReviewRhythm, Terms

__all__ = ["Agreement", "CheckInRhythm", "Latest", "ReviewRhythm", "Terms"]
