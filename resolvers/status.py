"""Pausing, coming back and leaving, and telling those whom it concerns."""

from datetime import date
from typing import NamedTuple

from context import Info
from mailers import enrollment_mailer, request_mailer
from models import (
    Enrollment,
    Event,
    EventKind,
    Member,
    MentoringRelationship,
    ParticipationStatus,
    RequestState,
    Role,
    WaitingRequests,
)
from models.mentoring_request.status import StatusChange
from models.mentoring_request.waiting import Settled


class StatusSet(NamedTuple):
    """What came of it."""

    enrollments: list[Enrollment]
    notified_partners: list[Member]


async def set_status(
    info: Info,
    status: ParticipationStatus,
    role: Role | None = None,
    return_on: date | None = None,
    waiting_requests: WaitingRequests = WaitingRequests.KEEP,
    notify_partners: bool = False,
    message: str = "",
) -> StatusSet:
    """Pauses, resumes or ends participation in one role or in both."""
    viewer = info.context.viewer
    change = StatusChange(status, return_on, waiting_requests, message)
    told: dict[str, Member] = {}
    changed = await change.apply_to(viewer, role)
    for it in changed:
        await _tell_others(it.settled)
        if notify_partners and it.is_news:
            told |= await _tell_partners(it.enrollment, message.strip())
    return StatusSet([it.enrollment for it in changed], list(told.values()))


async def _tell_others(settled: list[Settled]) -> None:
    for request, reader in settled:
        if request.state is RequestState.DECLINED:
            await request_mailer.declined(request).deliver_later()
        else:
            await request_mailer.closed(request, reader).deliver_later()


async def _tell_partners(enrollment: Enrollment, message: str) -> dict[str, Member]:
    """Those who were told, by id."""
    partners = await MentoringRelationship.partners_in(enrollment)
    if partners and enrollment.status is ParticipationStatus.PAUSED:
        await enrollment.partners_told()  # and so they are told when the day of return comes
    for partner in partners:
        kind = EventKind.PARTNER_STATUS_CHANGED
        await Event.of(enrollment, kind, to=partner.id, by=enrollment.member_id)
        tell = _MAILS[enrollment.status]
        await tell(enrollment, partner, message).deliver_later()
    return {it.id: it for it in partners}


_MAILS = {
    ParticipationStatus.ACTIVE: enrollment_mailer.partner_back,
    ParticipationStatus.PAUSED: enrollment_mailer.partner_paused,
    ParticipationStatus.LEFT: enrollment_mailer.partner_left,
}
