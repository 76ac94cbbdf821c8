"""People: what others see of them, and what the signed-in person sees of themselves."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Unpack

from context import Context, Info
from models import ContactVisibility, Enrollment, Member, Role, Viewer, clock
from models.agreement import ending
from models.check_in import notices
from models.database import rows
from models.mentoring_request.reminding import wait_for_mornings_of
from models.mentoring_session import mornings
from models.outgoing_email.digest import wait_anew
from models.profile import ProfileChanges
from resolvers import program

SOON = timedelta(days=7)  # in which sessions are counted


async def viewer(info: Info) -> Viewer | None:
    """The signed-in person; null when nobody is signed in."""
    member = info.context.viewer_or_none
    return Viewer(member) if member else None


async def email_language(info: Info) -> str:
    """Language of the e-mails: as chosen, else the first offered that the viewer speaks, or the program's."""
    return info.context.viewer.email_language_in(await program.current(info.context))


async def viewer_mentor_enrollment(info: Info) -> Enrollment | None:
    """Enrollment as a mentor, if any."""
    return await info.context.batched(_enrollment_of, (info.context.viewer.id, Role.MENTOR))


async def viewer_mentee_enrollment(info: Info) -> Enrollment | None:
    """Enrollment as a mentee, if any."""
    return await info.context.batched(_enrollment_of, (info.context.viewer.id, Role.MENTEE))


async def languages(member: Member, info: Info) -> list[str]:
    """Languages spoken, the best first."""
    return member.language_tags


async def email(member: Member, info: Info) -> str | None:
    """Address, as the person chose: for every member, for partners, or for nobody; coordinators see it."""
    viewer = info.context.viewer
    is_for_all = member.contact_visibility is ContactVisibility.MEMBERS
    shown = is_for_all and member.is_in_good_standing
    if shown or member.id == viewer.id or viewer.is_coordinator:
        return member.email
    if member.contact_visibility is ContactVisibility.NOBODY:
        return None
    return member.email if await info.context.batched(_are_partners, member.id) else None


async def mentor_enrollment(member: Member, info: Info) -> Enrollment | None:
    """Enrollment as a mentor, if visible to the viewer."""
    return await info.context.batched(_enrollment_of, (member.id, Role.MENTOR))


async def mentee_enrollment(member: Member, info: Info) -> Enrollment | None:
    """Enrollment as a mentee, if visible to the viewer."""
    return await info.context.batched(_enrollment_of, (member.id, Role.MENTEE))


@dataclass(frozen=True)
class ViewerCounts:
    """Numbers for badges."""

    incoming_requests: int
    outgoing_requests: int
    remaining_requests: int
    active_relationships: int
    upcoming_sessions: int
    unread_events: int


async def counts(info: Info) -> ViewerCounts:
    """Numbers for badges."""
    now = clock.now()
    [found] = await rows(_COUNTS, viewer=info.context.viewer.id, now=now, soon=now + SOON)
    allowed = (await program.current(info.context)).max_open_requests
    remaining = max(0, allowed - found["outgoing_requests"])
    return ViewerCounts(**found, remaining_requests=remaining)


_COUNTS = """
    SELECT
      (SELECT count(*) FROM mentoring_request
        WHERE recipient_id = :viewer AND state = 'PENDING') AS incoming_requests,
      (SELECT count(*) FROM mentoring_request
        WHERE sender_id = :viewer AND state = 'PENDING') AS outgoing_requests,
      (SELECT count(*) FROM mentoring_relationship
        WHERE (mentor_id = :viewer OR mentee_id = :viewer) AND state = 'ACTIVE') AS active_relationships,
      (SELECT count(*) FROM mentoring_session s JOIN mentoring_relationship r ON r.id = s.relationship_id
        WHERE (r.mentor_id = :viewer OR r.mentee_id = :viewer)
          AND s.state = 'PLANNED' AND s.ends_at > :now AND s.starts_at <= :soon) AS upcoming_sessions,
      (SELECT count(*) FROM event
        WHERE reader_id = :viewer AND read_at IS NULL) AS unread_events
"""


async def update_profile(info: Info, **changes: Unpack[ProfileChanges]) -> Member:
    """Changes the viewer's public side."""
    viewer = info.context.viewer
    await viewer.change(changes)
    if "time_zone" in changes:
        await wait_for_mornings_of(viewer)
        await wait_anew(viewer)
        await mornings.wait_for_mornings_of(viewer)
        await notices.wait_for_mornings_of(viewer)
        await ending.wait_for_days_of(viewer)
    for enrollment in await Enrollment.of(viewer):
        await enrollment.refresh_derived(viewer)
    return viewer


async def _enrollment_of(
    context: Context, owners: list[tuple[str, Role]]
) -> list[Enrollment | None]:
    visible = Enrollment.visible_to(context.viewer)
    found = await visible.filter(member_id__in=[member for member, _ in owners])
    by_owner = {(it.member_id, it.role): it for it in found}
    return [by_owner.get(it) for it in owners]


async def _are_partners(context: Context, member_ids: list[str]) -> list[bool]:
    partners = await Member.partners_among(member_ids, of=context.viewer)
    return [it in partners for it in member_ids]
