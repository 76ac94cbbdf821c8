"""What is to be done to a program that comes out of a backup, before anybody uses it.

It does not know what has happened since. What must not happen a second time, and what must not come back to
life, is seen to here: a table of steps, all of which happen in one transaction.
"""

from collections.abc import Awaitable, Callable

from models import clock
from models.database import rows, transaction


async def is_used() -> bool:
    """Whether somebody is a member already."""
    return bool(await rows("SELECT id FROM member LIMIT 1"))


async def settle() -> dict[str, int]:
    """Do all of it. Gives how many rows each step had to do with, by its name."""
    return await transaction(_settle)


async def _settle() -> dict[str, int]:
    return {name: await step() for name, step in _STEPS.items()}


async def _hold_emails() -> int:
    """What was due by now may have been sent since; somebody has to decide."""
    held = await rows(
        """
        UPDATE outgoing_email
        SET state = 'HELD', phase = 'WAITING', lease_token = NULL, lease_until = NULL,
            last_error = 'It waited in a backup that was restored.'
        WHERE state = 'SENDING' OR (state = 'QUEUED' AND due_at <= :now) RETURNING id
        """,
        now=clock.now(),
    )
    return len(held)


async def _end_sign_ins() -> int:
    """Who has signed out since, or was signed out, would be signed in again."""
    ended = await rows(
        "UPDATE sign_in SET ended_at = :now WHERE ended_at IS NULL RETURNING id", now=clock.now()
    )
    return len(ended)


async def _forget_links() -> int:
    """A link to set a password that was used since would work again."""
    return len(await rows("DELETE FROM password_reset RETURNING id"))


# Who was erased since is erased again by a step of this table.
_STEPS: dict[str, Callable[[], Awaitable[int]]] = {
    "e-mails held": _hold_emails,
    "sign-ins ended": _end_sign_ins,
    "links for passwords forgotten": _forget_links,
}
