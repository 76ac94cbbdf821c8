"""Calendar days, as they are written."""

from contextlib import suppress
from datetime import date


def parsed(written: str) -> date:
    """The day that is written `2027-12-31`, and in no other way. Raises ValueError."""
    with suppress(ValueError):
        day = date.fromisoformat(written)
        if day.isoformat() == written:  # it also reads 20271231 and 2027-W52-5
            return day
    raise ValueError("this is no day such as 2027-12-31")
