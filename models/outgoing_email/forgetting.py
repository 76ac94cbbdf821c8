"""Forgetting e-mails that are settled, some time afterwards, so that nobody's words are kept for ever.

Two things still ask for an e-mail after it went out, and have it kept: what is taken back has to be
told to who heard of it (`Promise.take_back`), and what was promised once must not be promised again
(`dedupe_key`). Both are over when the row that it is about is; `_OPEN` says when that is.
"""

from datetime import timedelta

from models import clock
from models.database import dialect, rows

KEPT = timedelta(days=30)  # after it was due last
DEAD_KEPT = timedelta(days=90)  # for those who look after the e-mails, and may try again
MOST_AT_ONCE = 100  # in one transaction, which must not take long

# In SQL, of an e-mail `e`, by the prefix of what it is about: whether that still needs it.
_OPEN = {
    "req": "EXISTS (SELECT 1 FROM mentoring_request q"
    " WHERE q.id = e.about_id AND q.state = 'PENDING')",
    "rel": "EXISTS (SELECT 1 FROM mentoring_relationship r"
    " WHERE r.id = e.about_id AND r.state = 'ACTIVE')",
    "ses": "EXISTS (SELECT 1 FROM mentoring_session s"
    " JOIN mentoring_relationship r ON r.id = s.relationship_id"
    " WHERE s.id = e.about_id AND s.state = 'PLANNED' AND r.state = 'ACTIVE')",
    # An answer may be changed while its check-in is open.
    "cha": "EXISTS (SELECT 1 FROM check_in_answer a JOIN check_in c ON c.id = a.check_in_id"
    " JOIN mentoring_relationship r ON r.id = c.relationship_id"
    " WHERE a.id = e.about_id AND c.closed_at IS NULL AND r.state = 'ACTIVE')",
    # Whoever enrolled once may do so again at any time, and is welcomed once. All else about an
    # enrollment, a member, a sign-in or a new password is promised under the instant at which it happened.
    "enr": "e.template = 'enrollment_mailer/welcome'",
    "mem": "FALSE",
    "con": "FALSE",  # which is reported once
    "rst": "FALSE",
    "sig": "FALSE",
}
KNOWN = frozenset(_OPEN)
_IS_NEEDED = " OR ".join(
    # A digest looks for what it tells of when it is written, which may be tried again.
    [*_OPEN.values(), "EXISTS (SELECT 1 FROM outgoing_email d WHERE d.id = e.digest_id)"]
)
_SETTLED = "('SENT', 'CANCELLED', 'SUPPRESSED', 'DEAD')"


async def forget_settled() -> int:
    """Delete a few that were settled long enough ago. Gives how many were looked at.

    What is still needed is looked at again after as long. Must be called in a transaction.
    """
    now = clock.now()
    lock = "FOR UPDATE SKIP LOCKED" if dialect() == "postgresql" else ""
    found = await rows(
        f"SELECT e.id, ({_IS_NEEDED}) AS is_needed FROM outgoing_email e"
        f" WHERE e.state IN {_SETTLED} AND COALESCE(e.kept_at, e.due_at) <= :latest"
        " AND (e.state <> 'DEAD' OR e.due_at <= :latest_dead)"
        f" ORDER BY COALESCE(e.kept_at, e.due_at) LIMIT {MOST_AT_ONCE} {lock}",
        latest=now - KEPT,
        latest_dead=now - DEAD_KEPT,
    )
    await rows(
        "UPDATE outgoing_email SET kept_at = :now WHERE id IN :ids RETURNING id",
        now=now,
        ids=[it["id"] for it in found if it["is_needed"]],
    )
    await rows(
        "DELETE FROM outgoing_email WHERE id IN :ids RETURNING id",
        ids=[it["id"] for it in found if not it["is_needed"]],
    )
    return len(found)
