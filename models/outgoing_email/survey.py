"""What is in the outbox, for those who look after it, and sending again what was given up."""

from datetime import datetime

from models import clock
from models.database import rows, when_committed
from models.outgoing_email import waking
from models.outgoing_email.outgoing_email import OutgoingEmail
from models.outgoing_email.promise import OutgoingState

_AGAIN = """
    SET state = 'QUEUED', due_at = :now, attempts = 0, abandoned = 0,
        refused_at = NULL, reported_at = NULL
"""


async def counts() -> dict[OutgoingState, int]:
    """How many e-mails are in each state."""
    found = await rows("SELECT state, count(*) AS emails FROM outgoing_email GROUP BY state")
    by_name = {it["state"]: it["emails"] for it in found}
    return {it: by_name.get(it.name, 0) for it in OutgoingState}


async def longest_due() -> datetime | None:
    """Since when the e-mail that is due for longest has been; None if none is."""
    [found] = await rows(
        "SELECT min(due_at) AS due_at FROM outgoing_email WHERE state = 'QUEUED' AND due_at <= :now",
        now=clock.now(),
    )
    return None if found["due_at"] is None else clock.moment(found["due_at"])


async def newest(state: OutgoingState | None, *, most: int) -> list[OutgoingEmail]:
    """The e-mails promised last, of all states or one, newest first."""
    chosen = OutgoingEmail.all() if state is None else OutgoingEmail.filter(state=state)
    return await chosen.order_by("-created_at", "-id").limit(most)


async def retry(id: str) -> bool:
    """Have one that was given up sent after all, by any worker. False if it was not given up."""
    again = await rows(
        f"UPDATE outgoing_email {_AGAIN} WHERE id = :id AND state IN ('DEAD', 'SUPPRESSED') RETURNING id",
        id=id,
        now=clock.now(),
    )
    when_committed(waking.wake)
    return bool(again)


async def retry_dead() -> int:
    """The same with all that are dead. Gives how many."""
    again = await rows(
        f"UPDATE outgoing_email {_AGAIN} WHERE state = 'DEAD' RETURNING id", now=clock.now()
    )
    when_committed(waking.wake)
    return len(again)


async def release(id: str) -> bool:
    """Have one that came out of a backup sent after all. False if it is not held."""
    released = await rows(
        f"UPDATE outgoing_email {_AGAIN} WHERE id = :id AND state = 'HELD' RETURNING id",
        id=id,
        now=clock.now(),
    )
    when_committed(waking.wake)
    return bool(released)


async def release_all() -> int:
    """The same with all that are held. Gives how many."""
    released = await rows(
        f"UPDATE outgoing_email {_AGAIN} WHERE state = 'HELD' RETURNING id", now=clock.now()
    )
    when_committed(waking.wake)
    return len(released)
