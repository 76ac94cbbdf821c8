"""Tries that are counted, and passwords that wait to be looked at: what too many of them are told."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from context import AskedTooMuch
from models import Exhausted, Throttle, password
from models.database import Busy

_MOMENT = timedelta(seconds=1)
_A_WHILE = (2, 8)  # seconds, about as long as those who wait now take


@contextmanager
def in_moderation() -> Iterator[None]:
    """Raises AskedTooMuch where there were too many tries, or too many people try at this moment."""
    try:
        yield
    except Exhausted as no:
        raise AskedTooMuch(no.wait, "There were too many tries") from None
    except password.TooBusy:
        # They shall not come back all at once.
        wait = timedelta(seconds=random.randint(*_A_WHILE))  # noqa: S311 (nothing secret)
        raise AskedTooMuch(wait, "Too many people sign in at this moment") from None
    except Busy:
        raise AskedTooMuch(_MOMENT) from None


async def admit(throttle: Throttle, who: str) -> None:
    """Count a try. Raises AskedTooMuch."""
    with in_moderation():
        await throttle.admit(who)
