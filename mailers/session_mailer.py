"""E-mails about mentoring sessions, which also tell the calendars of both.

They cannot wait for a digest: calendars need them whole, and reminders are of a day. Nor are they
withheld by a block (they name nobody as whose doing they are): an entry that is called off must go.
"""

from datetime import datetime, timedelta
from typing import Any

from mailers.calendars import Entry
from mailers.email import Email
from models import EventKind, Member, MentoringSession, SessionChange, SessionState, Urgency
from models.mentoring_session.reminding import SessionReminder

_INVITATION, _MOVED = "session_mailer/invitation", "session_mailer/moved"
_REMINDER = "session_mailer/reminder"


def invitation(session: MentoringSession, reader: Member) -> Email:
    """To both, who planned it, too: when and where to meet, for their calendars."""
    return Email(
        template=_INVITATION,
        reader=reader,
        about=session,
        kind=EventKind.SESSION_PLANNED,
        only_while=SessionState.PLANNED,
        cannot_wait=True,
        facts={
            **_facts(session, reader, session.planned_by_id),
            **_plan(session, reader),
            **_calendar(session, reader, "REQUEST"),
        },
    )


def moved(
    session: MentoringSession, reader: Member, change: SessionChange, *, by: Member, message: str
) -> Email:
    """To both: another time or place, whether that comes late, and the words of who moved it."""
    return Email(
        template=_MOVED,
        reader=reader,
        about=session,
        kind=EventKind.SESSION_MOVED,
        only_while=SessionState.PLANNED,
        cannot_wait=True,
        occasion=str(session.sequence),
        replaces=(_INVITATION, _MOVED, _REMINDER),
        facts={
            **_facts(session, reader, by.id),
            **_plan(session, reader),
            **_calendar(session, reader, "REQUEST"),
            "former": _times(change.former.starts_at, change.former.ends_at, reader),
            "is_moved": change.is_moved,
            **_lateness(change),
            "message": message,
        },
    )


def called_off(
    session: MentoringSession,
    reader: Member,
    *,
    by: Member,
    change: SessionChange | None = None,
    message: str = "",
) -> Email:
    """To both, if they were told of it: it does not take place; without a change, as all is completed."""
    return Email(
        template="session_mailer/called_off",
        reader=reader,
        about=session,
        kind=EventKind.SESSION_CALLED_OFF,
        takes_back=(_INVITATION, _MOVED),
        cannot_wait=True,
        facts={
            **_facts(session, reader, by.id),
            **_times(session.starts_at, session.ends_at, reader),
            **_calendar(session, reader, "CANCEL"),
            **_lateness(change),
            "is_completed": change is None,
            "message": message,
        },
    )


def reminder(reminder: SessionReminder) -> Email:
    """To one of the two, in the morning of the day before: the session is near."""
    session, reader = reminder
    return Email(
        template=_REMINDER,
        reader=reader,
        about=session,
        kind=EventKind.SESSION_REMINDER,
        urgency=Urgency.BULK,
        only_while=SessionState.PLANNED,
        cannot_wait=True,
        occasion=str(session.sequence),
        facts={**_facts(session, reader, None), **_plan(session, reader)},
    )


def _facts(session: MentoringSession, reader: Member, by: str | None) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "partner": _partner(session, reader).name,
        "is_own": by == reader.id,  # doing
    }


def _plan(session: MentoringSession, reader: Member) -> dict[str, Any]:
    return {
        **_times(session.starts_at, session.ends_at, reader),
        "channel": session.channel.name.lower(),
        "location": session.location,
        "agenda": session.agenda,
    }


def _lateness(change: SessionChange | None) -> dict[str, Any]:
    hours = change.notice // timedelta(hours=1) if change else 0
    return {"is_late": change is not None and change.is_late, "notice_hours": hours}


def _times(start: datetime, end: datetime, reader: Member) -> dict[str, str]:
    begins, ends = (it.astimezone(reader.clock_zone) for it in (start, end))
    return {
        "day": begins.date().isoformat(),
        "begins": f"{begins:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "time_zone": reader.time_zone,
    }


def _calendar(session: MentoringSession, reader: Member, method: str) -> dict[str, Any]:
    """What the calendar is told when the e-mail is written, which knows the addresses then.

    The partner's stands in it only if partners may see it.
    """
    partner = _partner(session, reader)
    shown = partner.email if partner.shows_address_to_partners else None
    return {
        "calendar": {
            "method": method,
            "entry": Entry.of(session, reader).as_facts(),
            "is_planner": session.planned_by_id == reader.id,
            "is_partner_planner": session.planned_by_id == partner.id,
            "partner_address": shown,
        }
    }


def _partner(session: MentoringSession, reader: Member) -> Member:
    relationship = session.relationship
    is_mentor = reader.id == relationship.mentor_id
    return relationship.mentee if is_mentor else relationship.mentor
