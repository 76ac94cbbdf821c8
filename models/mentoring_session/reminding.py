"""Reminding both of a session in the morning of the day before: once each, while it is planned."""

from typing import NamedTuple

from models import clock
from models.database import rows
from models.event import Event, EventKind
from models.member import Member
from models.mentoring_session.session import MentoringSession


class SessionReminder(NamedTuple):
    """A session, with its relationship, and whom to remind of it."""

    session: MentoringSession
    reader: Member


async def remind_due() -> list[SessionReminder]:
    """Note that some are reminded, whom nobody else is reminding now. Gives them, each once."""
    now = clock.now()
    due = "SELECT reader_id FROM session_reminder WHERE due_at <= :now"
    readers = await Member.lock_some(f"m.id IN ({due})", now=now)
    taken = await rows(
        "DELETE FROM session_reminder WHERE reader_id IN :readers AND due_at <= :now"
        " RETURNING session_id, reader_id",
        readers=readers,
        now=now,
    )
    # After days without a worker, nobody needs to hear of what is over.
    coming = MentoringSession.filter(id__in=[it["session_id"] for it in taken], starts_at__gt=now)
    with_both = coming.prefetch_related("relationship__mentor", "relationship__mentee")
    sessions = {it.id: it for it in await with_both}
    reminders = [
        SessionReminder(session, _one_of(session, it["reader_id"]))
        for it in taken
        if (session := sessions.get(it["session_id"]))
    ]
    return [await _noted(it) for it in reminders if it.reader.is_in_good_standing]


def _one_of(session: MentoringSession, id: str) -> Member:
    relationship = session.relationship
    return relationship.mentor if id == relationship.mentor_id else relationship.mentee


async def _noted(reminder: SessionReminder) -> SessionReminder:
    session, reader = reminder
    await Event.of(session, EventKind.SESSION_REMINDER, to=reader.id, by=None)
    return reminder
