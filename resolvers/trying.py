"""Tries that are counted, and passwords that wait to be looked at: what too many of them are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from context import AskedTooMuch
from models import Exhausted, Throttle, password
from models.database import Busy

_MOMENT = timedelta(seconds=1)
_A_WHILE = timedelta(seconds=5)  # in which all passwords that wait are looked at


@contextmanager
def in_moderation() -> Iterator[None]:
    """Raises AskedTooMuch where there were too many tries, or too many people try at this moment."""
    try:
        yield
    except Exhausted as no:
        raise AskedTooMuch(no.wait, "There were too many tries") from None
    except password.TooBusy:
        raise AskedTooMuch(_A_WHILE, "Too many people sign in at this moment") from None
    except Busy:
        raise AskedTooMuch(_MOMENT) from None


async def admit(throttle: Throttle, who: str) -> None:
    """Count a try. Raises AskedTooMuch."""
    with in_moderation():
        await throttle.admit(who)
