"""Find a mentor, find a mentee: the same search seen from two sides."""

from context import BadInput, Context, Forbidden, Info
from models import Enrollment, Role, Topic
from models.fit import Seeker
from models.search import Criteria, EnrollmentOrder, search
from resolvers import enrollments
from resolvers.paging import Page, Window, page

MOST_VALUES = 100  # in one list of a filter


async def mentors(
    info: Info,
    window: Window,
    filter: Criteria | None = None,
    order_by: EnrollmentOrder | None = None,
) -> Page[Enrollment]:
    """Mentors the viewer may find, best match first by default."""
    return await _found(info.context, Role.MENTOR, filter, order_by, window)


async def mentees(
    info: Info,
    window: Window,
    filter: Criteria | None = None,
    order_by: EnrollmentOrder | None = None,
) -> Page[Enrollment]:
    """Mentees looking for a mentor; members enrolled as mentors and coordinators may list them."""
    viewer = info.context.viewer
    own = await info.context.batched(enrollments.own_enrollment, Role.MENTOR)
    if own is None and not viewer.is_coordinator:
        raise Forbidden("Enroll as a mentor to find mentees.")
    return await _found(info.context, Role.MENTEE, filter, order_by, window)


async def _found(
    context: Context,
    role: Role,
    criteria: Criteria | None,
    order: EnrollmentOrder | None,
    window: Window,
) -> Page[Enrollment]:
    criteria = criteria or Criteria()
    _check(criteria)
    seeker = await seeker_of(context, role.other)
    return await page(search(role, seeker, criteria, order or EnrollmentOrder()), window)


async def seeker_of(context: Context, role: Role) -> Seeker:
    """The viewer as one who looks, with what they chose in this role."""
    own = await context.batched(enrollments.own_enrollment, role)
    if own is None:
        return Seeker(context.viewer)
    topics: list[Topic] = await context.batched(enrollments.chosen_topics, own.id)
    return Seeker(context.viewer, own, [it.id for it in topics])


def _check(criteria: Criteria) -> None:
    lists = (
        criteria.topic_ids,
        criteria.career_stages,
        criteria.channels,
        criteria.frequencies,
        criteria.availability,
        criteria.languages,
    )
    if any(len(it) > MOST_VALUES for it in lists) or len(criteria.text) > MOST_VALUES:
        raise BadInput(
            f"A filter takes at most {MOST_VALUES} values in a list or letters in a text."
        )
    if criteria.min_match_score is not None and not 0 <= criteria.min_match_score <= 100:
        raise BadInput("`minMatchScore` must be between 0 and 100.")
