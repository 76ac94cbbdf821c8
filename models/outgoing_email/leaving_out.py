"""Leaving nothing of a member in the outbox: neither in what was sent, nor in what still waits."""

import json
from collections.abc import Collection
from typing import Any

from models.database import rows
from models.member import Member

# E-mails about several people at once, and one that is promised before it is known to whom.
_OF_SEVERAL = (
    "request_mailer/reminders",
    "request_mailer/follow_ups_due",
    "coordinator_mailer/undeliverable",
    "account_mailer/password_reset",
)
_ABOUT = """
    SELECT :member AS id
    UNION SELECT id FROM enrollment WHERE member_id = :member
    UNION SELECT id FROM mentoring_request WHERE sender_id = :member OR recipient_id = :member
    UNION SELECT id FROM mentoring_relationship WHERE mentor_id = :member OR mentee_id = :member
    UNION SELECT s.id FROM mentoring_session s JOIN mentoring_relationship r ON r.id = s.relationship_id
        WHERE r.mentor_id = :member OR r.mentee_id = :member
    UNION SELECT c.id FROM check_in c JOIN mentoring_relationship r ON r.id = c.relationship_id
        WHERE r.mentor_id = :member OR r.mentee_id = :member
    UNION SELECT a.id FROM agreement a JOIN mentoring_relationship r ON r.id = a.relationship_id
        WHERE r.mentor_id = :member OR r.mentee_id = :member
"""
_WHICH = f"(reader_id = :member OR about_id IN ({_ABOUT}))"


async def forget(member: Member) -> None:
    """Send nothing more to a member, or about them, and keep no word of what was.

    A worker that holds such an e-mail at this moment sends it; what it notes of that finds no lease.
    """
    # Digests that tell of one of them are written anew, if they wait.
    await rows(
        "UPDATE outgoing_email SET subject = NULL, mime = NULL WHERE id IN"
        f" (SELECT digest_id FROM outgoing_email WHERE {_WHICH} AND digest_id IS NOT NULL)"
        " RETURNING id",
        member=member.id,
    )
    ids = {it["id"] for it in await rows(_ABOUT, member=member.id)}
    await rows(f"{_CLEAR} WHERE {_WHICH} RETURNING id", member=member.id)
    await rows(
        "UPDATE outgoing_email SET address = NULL WHERE reader_id = :member RETURNING id",
        member=member.id,
    )
    for it in await rows(
        "SELECT id, facts FROM outgoing_email WHERE template IN :of", of=_OF_SEVERAL
    ):
        await _leave_out(member, ids, it["id"], json.loads(it["facts"]))


_CLEAR = """
    UPDATE outgoing_email SET facts = '{}', subject = NULL, mime = NULL, last_error = NULL,
        sent_for = NULL, reply_to = NULL, digest_id = NULL, lease_token = NULL, lease_until = NULL,
        state = CASE WHEN state IN ('QUEUED', 'SENDING') THEN 'CANCELLED' ELSE state END
"""


async def _leave_out(
    member: Member, ids: Collection[str], email: str, facts: dict[str, Any]
) -> None:
    if facts.get("address") == member.email_key:
        await rows(f"{_CLEAR} WHERE id = :email RETURNING id", email=email)
        return
    others = {name: _without(it, member, ids) for name, it in facts.items()}
    if others == facts:
        return
    if [] in others.values():
        await rows(f"{_CLEAR} WHERE id = :email RETURNING id", email=email)
        return
    await rows(
        "UPDATE outgoing_email SET facts = :facts, subject = NULL, mime = NULL"
        " WHERE id = :email RETURNING id",
        facts=json.dumps(others),
        email=email,
    )


def _without(fact: Any, member: Member, ids: Collection[str]) -> Any:
    if not isinstance(fact, list):
        return fact
    return [it for it in fact if not _names(it, member, ids)]


def _names(item: Any, member: Member, ids: Collection[str]) -> bool:
    values = set(map(str, item.values())) if isinstance(item, dict) else {str(item)}
    return member.email in values or not values.isdisjoint(ids)
