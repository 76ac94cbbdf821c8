"""E-mails about asking for a mentoring relationship, and answering."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mailers.email import Email
from models import (
    EmailDraft,
    EventKind,
    Member,
    MentoringRequest,
    RequestState,
    Topic,
    Urgency,
)
from models.mentoring_request.reminding import Reminder

MOST_NAMED = 50  # people in one e-mail

_RECEIVED = "request_mailer/received"
_REMINDER, _FOLLOW_UP = "request_mailer/reminder", "request_mailer/follow_up"
_FOLLOW_UP_DUE = "request_mailer/follow_up_due"
_REMINDERS, _FOLLOW_UPS_DUE = "request_mailer/reminders", "request_mailer/follow_ups_due"
ABOUT_ONE = {_REMINDERS: _REMINDER, _FOLLOW_UPS_DUE: _FOLLOW_UP_DUE}  # what to write of one instead
_TO_THE_PERSON_ASKED = (_RECEIVED, _REMINDER, _FOLLOW_UP)  # while it waits for an answer


def received(request: MentoringRequest, topics: Sequence[Topic]) -> Email:
    """To the person asked: somebody would like to work with you."""
    return Email(
        template=_RECEIVED,
        reader=request.recipient,
        about=request,
        kind=EventKind.REQUEST_RECEIVED,
        by=request.sender,
        only_while=RequestState.PENDING,
        facts={
            **_facts(request, partner=request.sender),
            "headline": request.sender.headline,
            "message": request.message,
            "topics": [it.name for it in topics],
            "answer_by": _day(request.expires_at, request.recipient),
        },
    )


def accepted(request: MentoringRequest) -> Email:
    """To the sender: yes, and how to reach each other."""
    return Email(
        template="request_mailer/accepted",
        reader=request.sender,
        about=request,
        kind=EventKind.REQUEST_ACCEPTED,
        by=request.recipient,
        facts={
            **_facts(request, partner=request.recipient),
            **_contact(request.recipient, reader=request.sender),
            "reply": request.reply,
        },
    )


def begun(request: MentoringRequest) -> Email:
    """To the person who accepted: how to reach who asked."""
    return Email(
        template="request_mailer/begun",
        reader=request.recipient,
        about=request,
        facts={
            **_facts(request, partner=request.sender),
            **_contact(request.sender, reader=request.recipient),
        },
    )


def declined(request: MentoringRequest) -> Email:
    """To the sender, kindly: not this time."""
    return Email(
        template="request_mailer/declined",
        reader=request.sender,
        about=request,
        kind=EventKind.REQUEST_DECLINED,
        by=request.recipient,
        facts={**_facts(request, partner=request.recipient), "reply": request.reply},
    )


def withdrawn(request: MentoringRequest) -> Email:
    """To the person asked, if they were told of the request: there is nothing to answer any more."""
    return Email(
        template="request_mailer/withdrawn",
        reader=request.recipient,
        about=request,
        kind=EventKind.REQUEST_WITHDRAWN,
        by=request.sender,
        takes_back=_TO_THE_PERSON_ASKED,
        facts=_facts(request, partner=request.sender),
    )


def reminder(reminder: Reminder) -> Email:
    """To the person asked, once for each request: this waits for an answer."""
    return _of_one_morning(_REMINDERS, EventKind.REQUEST_WAITING, reminder)


def follow_up_due(reminder: Reminder) -> Email:
    """To the sender, once for each request: no answer yet, and following up is in order."""
    return _of_one_morning(_FOLLOW_UPS_DUE, EventKind.FOLLOW_UP_DUE, reminder)


def follow_up(request: MentoringRequest, draft: EmailDraft, *, shows_address: bool) -> Email:
    """To the person asked, in the sender's name: the program's words for coming back to a request."""
    sender = request.sender
    return Email(
        template=_FOLLOW_UP,
        reader=request.recipient,
        about=request,
        kind=EventKind.FOLLOW_UP_RECEIVED,
        by=sender,
        only_while=RequestState.PENDING,
        sent_for=sender,
        reply_to=sender.email if shows_address else None,
        facts={
            **_waiting(request, request.recipient),
            "title": draft.subject,
            "words": draft.body,
            "is_reply_possible": shows_address,
        },
    )


def expired(request: MentoringRequest, reader: Member) -> Email:
    """To each side: there was no answer in time."""
    return _ended("request_mailer/expired", EventKind.REQUEST_EXPIRED, request, reader)


def closed(request: MentoringRequest, reader: Member) -> Email:
    """To the one who waits, or who was to answer: the program closed the request."""
    return _ended("request_mailer/closed", EventKind.REQUEST_CLOSED, request, reader)


def _of_one_morning(several: str, kind: EventKind, reminder: Reminder) -> Email:
    """One e-mail, about one request or about several: then it stands in the thread of the first."""
    reader, requests = reminder
    waiting = [_waiting(it, reader) for it in requests]
    is_one = len(waiting) == 1
    return Email(
        template=ABOUT_ONE[several] if is_one else several,
        reader=reader,
        about=requests[0],
        also_about=requests[1:],
        kind=kind,
        urgency=Urgency.BULK,
        only_while=RequestState.PENDING,
        facts=waiting[0] if is_one else {"requests": waiting[:MOST_NAMED], "number": len(waiting)},
    )


def _waiting(request: MentoringRequest, reader: Member) -> dict[str, Any]:
    is_asked = reader.id == request.recipient_id
    return {
        **_facts(request, partner=request.sender if is_asked else request.recipient),
        "asked_on": _day(request.created_at, reader),
        "answer_by": _day(request.expires_at, reader),
    }


def _ended(template: str, kind: EventKind, request: MentoringRequest, reader: Member) -> Email:
    is_asked = reader.id == request.recipient_id
    return Email(
        template=template,
        reader=reader,
        about=request,
        kind=kind,
        takes_back=_TO_THE_PERSON_ASKED if is_asked else (),
        facts={
            **_facts(request, partner=request.sender if is_asked else request.recipient),
            "is_asked": is_asked,
        },
    )


def _facts(request: MentoringRequest, *, partner: Member) -> dict[str, Any]:
    is_mentor = partner.id == request.mentor_id
    role = "mentor" if is_mentor else "mentee"
    return {"request_id": request.id, "partner": partner.name, "partner_role": role}


def _contact(partner: Member, *, reader: Member) -> dict[str, Any]:
    """How to reach the partner, and whether the partner can reach the reader, as each of them chose."""
    return {
        "contact": partner.email if partner.shows_address_to_partners else None,
        "is_reachable": reader.shows_address_to_partners,
    }


def _day(instant: datetime, reader: Member) -> str:
    return instant.astimezone(reader.clock_zone).date().isoformat()
