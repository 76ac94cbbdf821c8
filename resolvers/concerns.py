"""Reporting to the coordinators what must not go on, and looking after it."""

from collections.abc import Sequence

from context import Info
from mailers import coordinator_mailer
from models import (
    Concern,
    ConcernState,
    Member,
    MentoringRelationship,
    MentoringRequest,
    MentoringSession,
)
from models.record import Record
from models.refusal import Reason, Refusal
from resolvers import blocks, nodes
from resolvers.paging import Page, Window, page

_SHARED: dict[str, type[Record]] = {
    it.PREFIX: it for it in (MentoringRequest, MentoringRelationship, MentoringSession)
}


async def report_concern(
    info: Info, member_id: str, text: str, subject_id: str | None = None
) -> Concern:
    """Reports a concern about a member to the coordinators, and to nobody else.

    They hear by e-mail that there is one. The member never learns of it, nor does a coordinator whom
    it is about. Ten a day are possible.
    """
    viewer = info.context.viewer
    member = await blocks.find(viewer, member_id)
    subject = await _shared(subject_id, viewer, member) if subject_id is not None else None
    concern = await Concern.report(member, text, by=viewer, about=subject)
    two = [viewer.id, member.id]
    for it in await Member.in_good_standing().filter(is_coordinator=True).exclude(id__in=two):
        await coordinator_mailer.concern_reported(concern, it).deliver_later()
    return concern


async def update_concern(
    info: Info,
    concern_id: str,
    state: ConcernState | None = None,
    note: str | None = None,
    expected_version: int | None = None,
) -> Concern:
    """Notes what has become of a concern, and a note that coordinators alone see. For coordinators."""
    coordinator = info.context.coordinator
    visible = Concern.visible_to(coordinator)
    concern = await Concern.find(concern_id, among=visible, field=("concern_id",))
    await concern.change(by=coordinator, state=state, note=note, expected_version=expected_version)
    return concern


async def concerns(info: Info, window: Window) -> Page[Concern]:
    """Concerns that the viewer reported, newest first."""
    return await page(Concern.listed_for(info.context.viewer), window)


async def reported(
    info: Info, window: Window, states: Sequence[ConcernState] = ()
) -> Page[Concern]:
    """Concerns that members reported, newest first; not those about the viewer."""
    listing = Concern.listed_for_coordinator(info.context.coordinator, states)
    return await page(listing, window)


async def case(concern: Concern, info: Info) -> Concern | None:
    """What coordinators know and note of it; null to everybody else."""
    return concern if info.context.viewer.is_coordinator else None


async def subject(concern: Concern, info: Info) -> nodes.Node | None:
    """Request, relationship or session it is about, if any; null to who has no part in that."""
    return await nodes.node(info, concern.subject_id) if concern.subject_id else None


async def _shared(id: str, viewer: Member, member: Member) -> Record:
    """Something that both have to do with. Refuses NOT_FOUND."""
    noun = _SHARED.get(id.partition("_")[0])
    if noun is None:
        raise Refusal(Reason.NOT_FOUND, field=("subject_id",))
    subject = await noun.find(id, among=noun.visible_to(viewer), field=("subject_id",))
    await noun.find(id, among=noun.visible_to(member), field=("subject_id",))
    return subject
