"""Welcoming back who returned on the day they named, and telling the partners who knew of the pause."""

from datetime import date
from itertools import groupby
from typing import NamedTuple

from models.enrollment import Enrollment
from models.event import Event, EventKind
from models.member import Member
from models.mentoring_relationship import MentoringRelationship
from models.mentoring_request import MentoringRequest, RequestState


class News(NamedTuple):
    """Somebody's return in a role, and a partner who was told of the pause."""

    enrollment: Enrollment
    partner: Member


class Return(NamedTuple):
    """What somebody is welcomed back with: their roles, since when, and how many requests wait."""

    enrollments: list[Enrollment]
    returned_on: date
    waiting_requests: int
    news: list[News]


async def welcome_due() -> list[Return]:
    """Note that a few are welcomed, in the morning of the day of their return. Gives them, each once."""
    due = await Enrollment.due_a_welcome()
    return [await _welcomed(list(own)) for _, own in groupby(due, key=lambda it: it.member_id)]


async def _welcomed(enrollments: list[Enrollment]) -> Return:
    news = [it for enrollment in enrollments for it in await _news(enrollment)]
    for enrollment, partner in news:
        kind = EventKind.PARTNER_STATUS_CHANGED
        await Event.of(enrollment, kind, to=partner.id, by=enrollment.member_id)
    returned_on = min(it.returned_on for it in enrollments if it.returned_on)
    for enrollment in enrollments:
        await enrollment.welcomed()
    return Return(enrollments, returned_on, await _waiting(enrollments[0].member_id), news)


async def _news(enrollment: Enrollment) -> list[News]:
    """For whom it is news: the partners that the person had told of the pause."""
    if not enrollment.pause_told_at or not enrollment.member.is_in_good_standing:
        return []
    kind = EventKind.PARTNER_STATUS_CHANGED
    events = Event.filter(enrollment_id=enrollment.id, kind=kind)
    told = {it.reader_id for it in await events.filter(created_at__gte=enrollment.pause_told_at)}
    partners = await MentoringRelationship.partners_in(enrollment)
    return [News(enrollment, it) for it in partners if it.id in told]


async def _waiting(recipient_id: str) -> int:
    waiting = MentoringRequest.filter(recipient_id=recipient_id, state=RequestState.PENDING)
    return await waiting.count()
