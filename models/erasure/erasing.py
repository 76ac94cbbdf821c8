"""Erasing a member: what runs is ended, what they wrote is removed, and they have no name any more."""

from collections.abc import Iterable
from dataclasses import dataclass

from models import clock
from models.database import rows
from models.enrollment import Enrollment
from models.erasure import words
from models.erasure.log import ErasureLog
from models.member import Member
from models.mentoring_relationship import CompletionOutcome, MentoringRelationship
from models.mentoring_request import MentoringRequest, waiting
from models.mentoring_session import MentoringSession
from models.outgoing_email import leaving_out
from models.refusal import Reason, Refusal


@dataclass(frozen=True)
class Farewell:
    """What ended with it; all names are as they are from now on, so that others can be told."""

    former: Member
    relationships: list[MentoringRelationship]
    sessions: list[MentoringSession]
    requests: list[waiting.Settled]


async def erase(member: Member, *, log: ErasureLog) -> Farewell:
    """Forget who a member was, for good. Refuses NOT_ALLOWED for the last coordinator, WRONG_STATE.

    What both partners agreed on, aimed at and noted of sessions stays with the other.
    """
    await Member.lock(await _concerned(member))
    member = await Member.get(id=member.id)
    await _refuse_impossible(member)
    await log.note(member)
    relationships = await _running(member)
    sessions = [it for each in relationships for it in await _end(each, member)]
    requests = [
        closed for it in await Enrollment.of(member) for closed in await waiting.close_all(it)
    ]
    await leaving_out.forget(member)
    await words.remove(member.id)
    await _make_nameless(member)
    return await _retold(member, relationships, sessions, requests)


async def replay(member_ids: Iterable[str], *, log: ErasureLog) -> list[Farewell]:
    """Erase again those whom a backup from before has brought back. Those who are not there are passed over."""
    found = await Member.filter(id__in=list(member_ids), erased_at=None).order_by("id")
    return [await erase(it, log=log) for it in found]


async def _concerned(member: Member) -> set[str]:
    """All whose rows are changed, and all coordinators: of two who leave at once, one is the last."""
    others = await rows(
        """
        SELECT mentor_id, mentee_id FROM mentoring_relationship
            WHERE state = 'ACTIVE' AND (mentor_id = :id OR mentee_id = :id)
        UNION SELECT mentor_id, mentee_id FROM mentoring_request
            WHERE state = 'PENDING' AND (mentor_id = :id OR mentee_id = :id)
        UNION SELECT id, id FROM member WHERE is_coordinator AND erased_at IS NULL
        """,
        id=member.id,
    )
    return {member.id} | {id for it in others for id in it.values()}


async def _refuse_impossible(member: Member) -> None:
    if member.is_erased:
        raise Refusal(Reason.WRONG_STATE, "This member was erased already.")
    coordinators = Member.in_good_standing().filter(is_coordinator=True).exclude(id=member.id)
    if member.is_coordinator and not await coordinators.exists():
        message = "You are the last coordinator: have somebody else made one first."
        raise Refusal(Reason.NOT_ALLOWED, message)


async def _running(member: Member) -> list[MentoringRelationship]:
    running = MentoringRelationship.visible_to(member).filter(
        id__in=await MentoringRelationship.running().values_list("id", flat=True)
    )
    return await running.order_by("created_at", "id")


async def _end(relationship: MentoringRelationship, member: Member) -> list[MentoringSession]:
    await relationship.complete(by=member, outcome=CompletionOutcome.PARTED_WAYS)
    return await MentoringSession.call_off_coming(relationship)


async def _make_nameless(member: Member) -> None:
    former, now = Member.nameless(member), clock.now()
    former.update_from_dict({"updated_at": now, "suspended_at": now, "erased_at": now})
    await former.save(force_update=True)


async def _retold(
    member: Member,
    relationships: list[MentoringRelationship],
    sessions: list[MentoringSession],
    requests: list[waiting.Settled],
) -> Farewell:
    """The same, read again now that somebody has no name any more."""
    ended = await MentoringRelationship.filter(
        id__in=[it.id for it in relationships]
    ).prefetch_related("mentor", "mentee")
    by_id = {it.id: it for it in ended}
    for session in sessions:
        session.relationship = by_id[session.relationship_id]
    closed = await MentoringRequest.filter(
        id__in=[it.request.id for it in requests]
    ).prefetch_related("mentor", "mentee", "sender", "recipient")
    request_by_id = {it.id: it for it in closed}
    return Farewell(
        await Member.get(id=member.id),
        ended,
        sessions,
        [waiting.Settled(request_by_id[it.request.id], it.reader) for it in requests],
    )
