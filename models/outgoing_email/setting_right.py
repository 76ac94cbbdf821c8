"""Making up for a clock that was ahead, and was put back: nothing waits until it is as late again."""

from datetime import timedelta

from models import clock
from models.budget import SKEW
from models.database import rows
from models.outgoing_email.outgoing_email import LONGEST_DELAY


async def set_right() -> int:
    """Have what was promised, or put off, by a clock that was ahead be due now. Gives how many.

    What is held for a digest is told in the morning that was meant then: never early.
    """
    now = clock.now()
    hastened = await rows(
        "UPDATE outgoing_email SET due_at = :now,"
        # How long it may be tried, and the date it bears, count from its promise.
        " created_at = CASE WHEN created_at > :now THEN CAST(:now AS BIGINT) ELSE created_at END"
        " WHERE state = 'QUEUED' AND NOT is_held AND due_at > :now"
        " AND (created_at > :possible OR due_at > :latest) RETURNING id",
        now=now,
        possible=now + SKEW,
        latest=now + LONGEST_DELAY + timedelta(minutes=1),
    )
    return len(hastened)
