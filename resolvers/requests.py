"""Asking for a mentoring relationship, and answering."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from context import Context, Info
from mailers import request_mailer
from models import (
    ContactVisibility,
    EmailDraft,
    Enrollment,
    Member,
    MentoringRelationship,
    MentoringRequest,
    RequestAnswer,
    RequestCriteria,
    Topic,
    clock,
)
from models.mentoring_request.follow_up import follow_up
from resolvers import members, program
from resolvers.paging import Page, Window, page

KNOWN_FOR = timedelta(days=60)  # after its end, to who has the link to it and is not signed in

_PEOPLE = ("mentor", "mentee", "sender", "recipient")


async def requests(
    info: Info, window: Window, filter: RequestCriteria | None = None
) -> Page[MentoringRequest]:
    """Requests the viewer sent or received, newest first."""
    criteria = filter or RequestCriteria()
    return await page(MentoringRequest.listed_for(info.context.viewer, criteria), window)


class Requested(NamedTuple):
    """What asking leads to."""

    request: MentoringRequest
    enrollment: Enrollment


async def request(
    info: Info, enrollment_id: str, message: str = "", topic_ids: Sequence[str] = ()
) -> Requested:
    """Asks a mentor or mentee for a mentoring relationship. They are told by e-mail."""
    sender = info.context.viewer
    known = Enrollment.askable_by(sender)
    recipient = await Enrollment.find(enrollment_id, among=known, field=("enrollment_id",))
    request = await MentoringRequest.open(
        sender=sender, recipient=recipient, message=message, topic_ids=topic_ids
    )
    await request_mailer.received(request, await request.topics()).deliver_later()
    return Requested(request, recipient)


class Responded(NamedTuple):
    """What an answer leads to."""

    request: MentoringRequest
    relationship: MentoringRelationship | None


async def respond(info: Info, request_id: str, answer: RequestAnswer, reply: str = "") -> Responded:
    """Accepts or declines a request. Its sender is told by e-mail."""
    viewer = info.context.viewer
    return await settle(await _find(viewer, request_id), answer, by=viewer, reply=reply)


async def asked(id: str, *, of: str) -> MentoringRequest | None:
    """The request, with its people, if a member (an id) was asked by it and still is a member.

    As for everybody with a wrong link, there is none once it ended KNOWN_FOR ago.
    """
    request = await MentoringRequest.get_or_none(id=id, recipient_id=of).prefetch_related(*_PEOPLE)
    if request is None or not request.recipient.is_in_good_standing:
        return None
    is_long_over = request.ended_at and clock.now() >= request.ended_at + KNOWN_FOR
    return None if is_long_over else request


async def settle(
    request: MentoringRequest, answer: RequestAnswer, *, by: Member, reply: str
) -> Responded:
    """Accept or decline it, and tell everybody whom that concerns."""
    if answer is RequestAnswer.ACCEPT:
        return await _accept(request, by, reply)
    await request.decline(by=by, reply=reply)
    await request_mailer.declined(request).deliver_later()
    return Responded(request, None)


async def _accept(request: MentoringRequest, by: Member, reply: str) -> Responded:
    relationship, closed = await MentoringRelationship.accept(request, by=by, reply=reply)
    await request_mailer.accepted(request).deliver_later()
    await request_mailer.begun(request).deliver_later()
    for other, reader in closed:
        await request_mailer.closed(other, reader).deliver_later()
    return Responded(request, relationship)


async def withdraw(info: Info, request_id: str) -> MentoringRequest:
    """Takes back a request. Its recipient is told, if they were asked by e-mail already."""
    viewer = info.context.viewer
    request = await _find(viewer, request_id)
    await request.withdraw(by=viewer)
    await request_mailer.withdrawn(request).deliver_later()
    return request


async def send_follow_up(
    info: Info, request_id: str, show_address: bool = False
) -> MentoringRequest:
    """Sends the program's follow-up in the viewer's name, once, from `followUpFrom` on.

    The person asked can reply to the viewer if all members see the viewer's address, or if it is
    shown for this once.
    """
    viewer = info.context.viewer
    request = await _find(viewer, request_id)
    await request.follow_up(by=viewer)
    current, recipient = await program.current(info.context), request.recipient
    draft = follow_up(current, sender=viewer, recipient=recipient, address=recipient.email)
    is_shown = show_address or viewer.contact_visibility is ContactVisibility.MEMBERS
    await request_mailer.follow_up(request, draft, shows_address=is_shown).deliver_later()
    return request


async def topics(request: MentoringRequest, info: Info) -> list[Topic]:
    """Topics it is about, in display order."""
    return await info.context.batched(_topics, request.id)


async def relationship(request: MentoringRequest, info: Info) -> MentoringRelationship | None:
    """Relationship it led to."""
    return await info.context.batched(_relationships, request.id)


async def follow_up_email(request: MentoringRequest, info: Info) -> EmailDraft | None:
    """Ready-made e-mail to follow up with, for the sender, while it waits, from `followUpFrom` on.

    Null also where the sender may not see the recipient's address.
    """
    if not request.can_be_followed_up(by=info.context.viewer):
        return None
    recipient = await info.context.load(Member, request.recipient_id)
    address = recipient and await members.email(recipient, info)
    if not recipient or not address:
        return None
    current = await program.current(info.context)
    return follow_up(current, sender=info.context.viewer, recipient=recipient, address=address)


async def viewer_can_respond(request: MentoringRequest, info: Info) -> bool:
    """Whether the viewer may accept or decline it."""
    return request.is_answerable and request.recipient_id == info.context.viewer.id


async def viewer_can_withdraw(request: MentoringRequest, info: Info) -> bool:
    """Whether the viewer may withdraw it."""
    return request.is_pending and request.sender_id == info.context.viewer.id


async def viewer_can_send_follow_up(request: MentoringRequest, info: Info) -> bool:
    """Whether the viewer may have the program follow up on it in their name."""
    if request.follow_up_sent_at or not request.can_be_followed_up(by=info.context.viewer):
        return False
    recipient = await info.context.load(Member, request.recipient_id)
    return recipient is not None and recipient.is_in_good_standing


async def _find(viewer: Member, id: str) -> MentoringRequest:
    visible = MentoringRequest.visible_to(viewer)
    with_members = visible.prefetch_related(*_PEOPLE)
    return await MentoringRequest.find(id, among=with_members, field=("request_id",))


async def _topics(context: Context, request_ids: list[str]) -> list[list[Topic]]:
    return await Topic.chosen("mentoring_request_topic", "request_id", request_ids)


async def _relationships(
    context: Context, request_ids: list[str]
) -> list[MentoringRelationship | None]:
    found = await MentoringRelationship.filter(request_id__in=request_ids)
    by_request = {it.request_id: it for it in found}
    return [by_request.get(it) for it in request_ids]
