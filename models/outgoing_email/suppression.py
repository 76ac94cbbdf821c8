"""Addresses that nothing more is sent to, because nobody is there.

Known by a hash: it says of an address that is asked about whether it is one of them, and names none.
It is the address that is dead and not its member: who gives another one is written to again.
"""

from datetime import timedelta
from hashlib import sha256

from models import clock, email_address
from models.database import rows

MOST_REFUSALS = 6  # e-mails to one address that failed for good …
WITHIN = timedelta(days=30)  # … in this time; then it is taken for dead


async def suppress(address: str, why: str) -> None:
    """Send nothing more to an address."""
    await rows(
        "INSERT INTO email_suppression (address_hash, reason, created_at)"
        " VALUES (:address, :why, :now) ON CONFLICT (address_hash) DO NOTHING RETURNING address_hash",
        address=_hash(address),
        why=why,
        now=clock.now(),
    )


async def suppress_if_refused_often(address: str) -> None:
    """Send nothing more to an address if MOST_REFUSALS e-mails to it failed for good WITHIN some time."""
    [refused] = await rows(
        "SELECT count(*) AS times FROM outgoing_email"
        " WHERE address = :address AND refused_at > :since AND refused_at IS NOT NULL",
        address=address,
        since=clock.now() - WITHIN,
    )
    if refused["times"] >= MOST_REFUSALS:
        await suppress(address, f"{refused['times']} e-mails in {WITHIN.days} days were refused.")


async def why_suppressed(address: str) -> str | None:
    """Why nothing is sent to an address; None if something is."""
    found = await rows(
        "SELECT reason FROM email_suppression WHERE address_hash = :address", address=_hash(address)
    )
    return str(found[0]["reason"]) if found else None


async def allow(address: str) -> bool:
    """Send to an address again. False if it was not suppressed."""
    lifted = await rows(
        "DELETE FROM email_suppression WHERE address_hash = :address RETURNING address_hash",
        address=_hash(address),
    )
    # What was refused so far has been looked at, and counts no more.
    await rows(
        "UPDATE outgoing_email SET refused_at = NULL"
        " WHERE LOWER(address) = LOWER(:address) AND refused_at IS NOT NULL RETURNING id",
        address=address.strip(),
    )
    return bool(lifted)


async def count_suppressed() -> int:
    """How many addresses nothing is sent to."""
    [found] = await rows("SELECT count(*) AS addresses FROM email_suppression")
    return int(found["addresses"])


def _hash(address: str) -> str:
    return sha256((email_address.key(address) or address).encode()).hexdigest()
