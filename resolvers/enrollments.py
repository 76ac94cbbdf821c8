"""Taking part in a role, and what the viewer has to do with those who do."""

from typing import Unpack

from context import Context, Info
from mailers import enrollment_mailer
from models import (
    Asking,
    CannotRequestReason,
    CareerStage,
    Choices,
    Enrollment,
    Match,
    Member,
    MentoringRequest,
    ParticipationStatus,
    Role,
    Topic,
)
from models.match import Side
from models.search import Found, TopicCount
from models.search import topic_counts as counted
from resolvers.paging import Page


async def enroll(
    info: Info,
    role: Role,
    accepts_expectations: bool = False,
    career_stage: CareerStage | None = None,
    **choices: Unpack[Choices],
) -> Enrollment:
    """Enrolls the viewer in a role, or changes the enrollment there is."""
    viewer = info.context.viewer
    enrollment = await Enrollment.enroll(viewer, role, choices, accepts=accepts_expectations)
    if career_stage:
        await viewer.change({"career_stage": career_stage})
    await enrollment_mailer.welcome(enrollment).deliver_later()
    return enrollment


async def topics(enrollment: Enrollment, info: Info) -> list[Topic]:
    """Topics offered or looked for, in display order."""
    return await info.context.batched(chosen_topics, enrollment.id)


async def is_accepting_requests(enrollment: Enrollment, info: Info) -> bool:
    """Whether the person takes requests: a member, participating, and with a free place."""
    member = await info.context.load(Member, enrollment.member_id)
    is_member = member is not None and member.is_in_good_standing
    return is_member and enrollment.is_accepting_requests


async def match(enrollment: Enrollment, info: Info) -> Match | None:
    """Fit with the viewer; null for the viewer's own, or when the viewer has no other role."""
    context = info.context
    own = await context.batched(own_enrollment, enrollment.role.other)
    if own is None or enrollment.member_id == context.viewer.id:
        return None
    member = await context.load(Member, enrollment.member_id)
    assert member is not None, "an enrollment belongs to a member"
    own_topics: list[Topic] = await context.batched(chosen_topics, own.id)
    mine = Side(context.viewer, own, own_topics)
    return Match.between(mine, Side(member, enrollment, await topics(enrollment, info)))


async def viewer_pending_request(enrollment: Enrollment, info: Info) -> MentoringRequest | None:
    """Open request between the viewer and this person in this role, in either direction."""
    asking = await info.context.batched(_asking, _Key(enrollment))
    id = asking.waiting_request(enrollment)
    return await info.context.load(MentoringRequest, id) if id else None


async def viewer_can_request(enrollment: Enrollment, info: Info) -> bool:
    """Whether the viewer may send a request now."""
    return not await viewer_cannot_request_reasons(enrollment, info)


async def viewer_cannot_request_reasons(
    enrollment: Enrollment, info: Info
) -> list[CannotRequestReason]:
    """Why not; empty when `viewerCanRequest` is true."""
    asking = await info.context.batched(_asking, _Key(enrollment))
    return asking.reasons_against(enrollment)


async def viewer_can_update(enrollment: Enrollment, info: Info) -> bool:
    """Whether the viewer may change this enrollment."""
    return enrollment.member_id == info.context.viewer.id


async def topic_counts(found: Page[Enrollment], info: Info) -> list[TopicCount]:
    """How many there are per topic on all pages, as if no topic were asked for, most first."""
    assert isinstance(found.listing, Found), "mentors and mentees are found by searching"
    return await counted(found.listing)


async def chosen_topics(context: Context, enrollment_ids: list[str]) -> list[list[Topic]]:
    """Topics of each of the enrollments, in one batch."""
    return await Topic.chosen("enrollment_topic", "enrollment_id", enrollment_ids)


async def own_enrollment(context: Context, roles: list[Role]) -> list[Enrollment | None]:
    """The viewer's enrollment in each of the roles, unless they have left it."""
    taking_part = Enrollment.of(context.viewer).exclude(noted_status=ParticipationStatus.LEFT)
    own = {it.role: it for it in await taking_part}
    return [own.get(it) for it in roles]


class _Key:
    """An enrollment among the keys of one batch, whatever instance stands for it."""

    def __init__(self, enrollment: Enrollment) -> None:
        self.enrollment = enrollment

    def __hash__(self) -> int:
        return hash(self.enrollment.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.enrollment.id == other.enrollment.id


async def _asking(context: Context, keys: list[_Key]) -> list[Asking]:
    return [await Asking.of(context.viewer, [it.enrollment for it in keys])] * len(keys)
