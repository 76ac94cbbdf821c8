"""Coming back on the day one named: a welcome in the morning, and news for who knew of the pause."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models import Enrollment, Event, EventKind, Member, ParticipationStatus, clock
from models.database import transaction
from models.mentoring_request.status import StatusChange, end_due_pauses
from models.returning import Return, welcome_due
from tests.conftest import Time
from tests.factories import a_mentee, a_mentor, a_relationship, a_request

pytestmark = pytest.mark.usefixtures("database")

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
# In Berlin the clocks go forward in the night of that Sunday.
LEFT, RETURN_ON = datetime(2026, 3, 20, 12, tzinfo=UTC), date(2026, 3, 29)
MIDNIGHT, MORNING = (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC))


async def grace_pauses(time: Time, **details: object) -> Enrollment:
    """A mentor in Berlin who pauses until a Sunday."""
    time.is_(LEFT)
    grace = await a_mentor(person={"time_zone": BERLIN})
    await pause(grace, return_on=RETURN_ON, **details)
    return grace


async def pause(enrollment: Enrollment, **details: object) -> None:
    wanted = StatusChange(ParticipationStatus.PAUSED, **details)  # type: ignore[arg-type]
    await transaction(lambda: wanted.apply_to(enrollment.member, None))


async def now(enrollment: Enrollment) -> Enrollment:
    return await Enrollment.get(id=enrollment.id).prefetch_related("member")


async def welcome() -> list[Return]:
    await transaction(end_due_pauses)
    return await transaction(welcome_due)


async def kinds_for(member: Member) -> list[EventKind]:
    return [it.kind for it in await Event.visible_to(member).order_by("created_at", "id")]


async def test_one_is_back_at_midnight_and_welcomed_in_the_morning(time: Time) -> None:
    grace = await grace_pauses(time)

    time.is_(MIDNIGHT - MINUTE)
    assert await welcome() == []
    assert not (await now(grace)).is_participating
    time.is_(MORNING - MINUTE)
    assert await welcome() == []
    assert (await now(grace)).noted_status is ParticipationStatus.ACTIVE
    assert await kinds_for(grace.member) == [EventKind.PAUSE_ENDED]
    time.is_(MORNING)

    [back] = await welcome()
    assert back.enrollments == [grace]
    assert back.returned_on == RETURN_ON


async def test_one_is_welcomed_once(time: Time) -> None:
    await grace_pauses(time)
    time.is_(MORNING)
    await welcome()

    time.passes(DAY)

    assert await welcome() == []


async def test_a_pause_that_ended_days_ago_is_welcomed_once_and_at_once(time: Time) -> None:
    await grace_pauses(time)

    time.is_(MORNING + 3 * DAY + 11 * HOUR)

    [back] = await welcome()
    assert back.returned_on == RETURN_ON
    assert await welcome() == []


async def test_who_comes_back_in_both_roles_is_welcomed_once(time: Time) -> None:
    time.is_(LEFT)
    grace = await a_mentor()
    as_mentee = await a_mentee(member=grace.member)
    await pause(grace, return_on=RETURN_ON)

    time.passes(10 * DAY)

    [back] = await welcome()
    assert back.enrollments == [grace, as_mentee]


async def test_the_welcome_says_how_many_requests_wait(time: Time) -> None:
    time.is_(LEFT)
    grace = await a_mentor()
    await a_request(recipient=grace)
    await pause(grace, return_on=RETURN_ON)

    time.passes(10 * DAY)

    [back] = await welcome()
    assert back.waiting_requests == 1


async def test_nobody_is_welcomed_who_came_back_by_themselves(time: Time) -> None:
    grace = await grace_pauses(time)
    await transaction(lambda: StatusChange(ParticipationStatus.ACTIVE).apply_to(grace.member, None))

    time.is_(MORNING)

    assert await welcome() == []


async def test_nobody_is_welcomed_who_paused_again_before_breakfast(time: Time) -> None:
    grace = await grace_pauses(time)
    time.is_(MIDNIGHT)
    await transaction(end_due_pauses)
    await pause(await now(grace))

    time.is_(MORNING)

    assert await welcome() == []
    assert (await now(grace)).noted_status is ParticipationStatus.PAUSED


async def test_who_moves_is_welcomed_in_the_morning_of_the_new_place(time: Time) -> None:
    grace = await grace_pauses(time)
    time.is_(MIDNIGHT)
    await transaction(end_due_pauses)

    await grace.member.change({"time_zone": NEW_YORK})
    await transaction(lambda: _refreshed(grace))

    assert (await now(grace)).welcome_at == datetime(2026, 3, 29, 13, tzinfo=UTC)


async def _refreshed(enrollment: Enrollment) -> None:
    await (await now(enrollment)).refresh_derived(enrollment.member)


async def test_partners_who_were_told_of_the_pause_are_told_of_its_end(time: Time) -> None:
    time.is_(LEFT)
    grace = await a_mentor()
    told, untold = await a_relationship(mentor=grace), await a_relationship(mentor=grace)
    grace = await now(grace)
    await pause(grace, return_on=RETURN_ON)
    paused = await now(grace)
    await transaction(paused.partners_told)
    kind = EventKind.PARTNER_STATUS_CHANGED
    await Event.of(paused, kind, to=told.mentee_id, by=grace.member_id)

    time.passes(10 * DAY)

    [back] = await welcome()
    assert [it.partner.id for it in back.news] == [told.mentee_id]
    assert (await kinds_for(told.mentee)).count(kind) == 2
    assert kind not in await kinds_for(untold.mentee)


async def test_what_partners_were_told_of_a_pause_before_is_no_matter(time: Time) -> None:
    time.is_(LEFT)
    grace = await a_mentor()
    relationship = await a_relationship(mentor=grace)
    kind = EventKind.PARTNER_STATUS_CHANGED
    await Event.of(grace, kind, to=relationship.mentee_id, by=grace.member_id)

    time.passes(DAY)
    await pause(await now(grace), return_on=RETURN_ON)
    time.passes(10 * DAY)

    [back] = await welcome()
    assert back.news == []


async def test_the_end_of_a_pause_is_no_news_of_somebody_who_is_no_longer_a_member(
    time: Time,
) -> None:
    time.is_(LEFT)
    grace = await a_mentor()
    relationship = await a_relationship(mentor=grace)
    await pause(await now(grace), return_on=RETURN_ON)
    await transaction((await now(grace)).partners_told)
    kind = EventKind.PARTNER_STATUS_CHANGED
    await Event.of(grace, kind, to=relationship.mentee_id, by=grace.member_id)

    await Member.filter(id=grace.member_id).update(valid_until=clock.now() + DAY)
    time.passes(10 * DAY)

    [back] = await welcome()
    assert back.news == []


async def test_a_pause_that_was_begun_anew_is_not_ended_by_a_worker_that_is_late(
    time: Time,
) -> None:
    grace = await grace_pauses(time)
    time.is_(MORNING)
    await pause(await now(grace), return_on=RETURN_ON + 7 * DAY)

    assert await transaction(end_due_pauses) == []
    assert (await now(grace)).noted_status is ParticipationStatus.PAUSED
