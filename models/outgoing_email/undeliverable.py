"""Whom e-mails did not reach, for coordinators, who know these people and can ask them."""

from dataclasses import dataclass
from datetime import timedelta

from models import clock
from models.database import rows
from models.member import Member

PAUSE = timedelta(days=1)  # between two reports
REPORT = "coordinator_mailer/undeliverable"  # the template


@dataclass(frozen=True)
class Unreachable:
    """A member, the address that does not take their e-mails, and what the mail server said last."""

    member: Member
    address: str
    why: str


async def newly_unreachable() -> list[Unreachable]:
    """Take those that were not reported yet, longest ago first; none for a day after the last report.

    E-mails to coordinators themselves are left out: a report of them might not arrive, either.
    """
    if await _was_reported():
        return []
    refused = await rows(
        """
        UPDATE outgoing_email SET reported_at = :now
        WHERE refused_at IS NOT NULL AND reported_at IS NULL
          AND reader_id IN (SELECT id FROM member WHERE NOT is_coordinator)
        RETURNING reader_id, address, last_error, refused_at
        """,
        now=clock.now(),
    )
    members = await Member.in_bulk({it["reader_id"] for it in refused}, "id")
    last = {it["reader_id"]: it for it in sorted(refused, key=lambda it: it["refused_at"])}
    return [Unreachable(members[id], it["address"], it["last_error"]) for id, it in last.items()]


async def _was_reported() -> bool:
    found = await rows(
        """
        SELECT id FROM outgoing_email
        WHERE about_id IN (SELECT id FROM member WHERE is_coordinator)
          AND template = :report AND created_at > :since LIMIT 1
        """,
        report=REPORT,
        since=clock.now() - PAUSE,
    )
    return bool(found)
