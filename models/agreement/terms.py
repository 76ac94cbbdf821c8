"""What an agreement says, and what is wrong with it."""

from dataclasses import dataclass
from datetime import date, timedelta

from models import text
from models.choice import Choice
from models.enrollment import SessionChannel, SessionFrequency
from models.enrollment.preferences import LONGEST, SHORTEST
from models.refusal import Problems, Reason

LONGEST_NOTICE = 168  # hours
LONGEST_TIME = timedelta(days=10 * 365)  # from today until the day on which it ends


class CheckInRhythm(Choice):
    """How often both are asked how it goes."""

    MONTHLY = "Every month."
    OFF = "Not at all."


class ReviewRhythm(Choice):
    """How often both are asked to look back together."""

    QUARTERLY = "Every three months."
    OFF = "Not at all."


@dataclass(frozen=True)
class Terms:
    """What one of the two would like to agree on."""

    frequency: SessionFrequency
    duration_minutes: int
    channel: SessionChannel
    expectations: str = ""
    ends_on: date | None = None
    notice_hours: int = 24
    check_ins: CheckInRhythm = CheckInRhythm.MONTHLY
    reviews: ReviewRhythm = ReviewRhythm.QUARTERLY

    def check(self, *, today: date) -> None:
        """Refuse all that is wrong at once: OUT_OF_RANGE, TOO_LONG."""
        problems = Problems()
        if not SHORTEST <= self.duration_minutes <= LONGEST:
            message = f"Between {SHORTEST} and {LONGEST} minutes, please."
            problems.add(Reason.OUT_OF_RANGE, message, field=("duration_minutes",))
        if not 0 <= self.notice_hours <= LONGEST_NOTICE:
            message = f"At most {LONGEST_NOTICE} hours, please."
            problems.add(Reason.OUT_OF_RANGE, message, field=("notice_hours",))
        if self.ends_on and not today < self.ends_on <= today + LONGEST_TIME:
            message = "Give a day from tomorrow on, within ten years; or none."
            problems.add(Reason.OUT_OF_RANGE, message, field=("ends_on",))
        text.bounded(self.expectations, problems, field=("expectations",), most=text.PARAGRAPHS)
        problems.refuse_any()
