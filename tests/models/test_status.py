"""Pausing, coming back and leaving, and what becomes of the requests that wait."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models import (
    Enrollment,
    MentoringRequest,
    ParticipationStatus,
    Reason,
    RequestState,
    Role,
    WaitingRequests,
    clock,
)
from models.database import transaction
from models.mentoring_request.status import Changed, StatusChange, end_due_pauses
from tests.conftest import Time
from tests.factories import a_member, a_mentee, a_mentor, a_relationship, a_request
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

ACTIVE, PAUSED, LEFT = ParticipationStatus
DAY = timedelta(days=1)


async def change(
    enrollment: Enrollment, status: ParticipationStatus, **details: object
) -> list[Changed]:
    wanted = StatusChange(status, **details)  # type: ignore[arg-type]
    return await transaction(lambda: wanted.apply_to(enrollment.member, enrollment.role))


async def now(request: MentoringRequest) -> MentoringRequest:
    return await MentoringRequest.get(id=request.id)


async def statuses() -> list[ParticipationStatus]:
    return [it.status for it in await Enrollment.all().order_by("-role")]


async def test_one_role_can_be_paused_alone() -> None:
    grace = await a_mentor()
    await a_mentee(member=grace.member)

    await change(grace, PAUSED)

    assert await statuses() == [PAUSED, ACTIVE]


async def test_both_roles_are_paused_when_none_is_named() -> None:
    grace = await a_mentor()
    await a_mentee(member=grace.member)

    await StatusChange(PAUSED).apply_to(grace.member, None)

    assert await statuses() == [PAUSED, PAUSED]


async def test_a_role_that_was_left_stays_so_when_none_is_named() -> None:
    grace = await a_mentor(noted_status=LEFT)
    await a_mentee(member=grace.member)

    await StatusChange(PAUSED).apply_to(grace.member, None)

    assert await statuses() == [LEFT, PAUSED]


async def test_relationships_go_on_while_one_is_paused() -> None:
    grace = await a_mentor()
    relationship = await a_relationship(mentor=grace)

    await change(grace, PAUSED)

    await relationship.refresh_from_db()
    assert relationship.is_running


async def test_the_clock_of_waiting_requests_stands_still_while_one_is_paused(time: Time) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)
    time.passes(3 * DAY)

    await change(grace, PAUSED)
    time.passes(10 * DAY)
    held = await now(request)
    await change(grace, ACTIVE)

    released = await now(request)
    assert held.is_clock_standing_still
    assert not released.is_clock_standing_still
    assert released.expires_at == request.expires_at + 10 * DAY
    assert released.follow_up_from == request.follow_up_from + 10 * DAY


async def test_a_request_cannot_be_followed_up_while_its_clock_stands_still(time: Time) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)

    await change(grace, PAUSED)
    time.passes(20 * DAY)

    assert not (await now(request)).can_be_followed_up(by=request.sender)


async def test_the_clock_of_requests_one_sent_runs_on() -> None:
    mia = await a_mentee()
    request = await a_request(sender=mia)

    await change(mia, PAUSED)

    assert not (await now(request)).is_clock_standing_still


async def test_pausing_again_leaves_the_clock_where_it_stood(time: Time) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)

    await change(grace, PAUSED)
    time.passes(2 * DAY)
    await change(grace, PAUSED, return_on=clock.today("UTC") + 9 * DAY)
    time.passes(3 * DAY)
    await change(grace, ACTIVE)

    assert (await now(request)).expires_at == request.expires_at + 5 * DAY


async def test_the_clock_runs_on_from_the_day_of_return_even_if_it_is_noted_later(
    time: Time,
) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)
    paused_at, return_on = clock.now(), clock.today("UTC") + 5 * DAY

    await change(grace, PAUSED, return_on=return_on)
    time.passes(8 * DAY)
    [returned] = await transaction(end_due_pauses)

    stood_still = clock.beginning_of(return_on, "UTC") - paused_at
    assert returned.id == grace.id
    assert (await Enrollment.get(id=grace.id)).noted_status is ACTIVE
    assert (await now(request)).expires_at == request.expires_at + stood_still


async def test_who_moves_to_where_the_day_of_return_has_begun_takes_no_time_from_who_asked(
    time: Time,
) -> None:
    time.is_(datetime(2026, 3, 5, 9, tzinfo=UTC))
    grace = await a_mentor(person={"time_zone": "Pacific/Honolulu"})  # where it is March 4
    request = await a_request(recipient=grace)
    await change(grace, PAUSED, return_on=date(2026, 3, 5))

    grace.member.time_zone = "Pacific/Kiritimati"  # where March 5 is almost over
    await grace.member.save()
    await (await Enrollment.get(id=grace.id)).refresh_derived(grace.member)
    await transaction(end_due_pauses)

    assert (await now(request)).held_since is None
    assert (await now(request)).expires_at == request.expires_at


async def test_the_clock_has_run_between_two_pauses_even_if_nobody_noted_the_return(
    time: Time,
) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)
    paused_at, return_on = clock.now(), clock.today("UTC") + 5 * DAY

    await change(grace, PAUSED, return_on=return_on)
    time.passes(8 * DAY)
    await change(grace, PAUSED)
    time.passes(2 * DAY)
    await change(grace, ACTIVE)

    stood_still = clock.beginning_of(return_on, "UTC") - paused_at + 2 * DAY
    assert (await now(request)).expires_at == request.expires_at + stood_still


async def test_nobody_returns_before_their_day(time: Time) -> None:
    grace = await a_mentor()
    await change(grace, PAUSED, return_on=clock.today("UTC") + 5 * DAY)
    time.passes(3 * DAY)

    returned = await transaction(end_due_pauses)

    assert returned == []
    assert await statuses() == [PAUSED]


async def test_waiting_requests_may_be_declined_on_pausing_with_a_note() -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)

    [changed] = await change(
        grace, PAUSED, waiting_requests=WaitingRequests.DECLINE, message=" Not this year. "
    )

    declined = await now(request)
    assert declined.state is RequestState.DECLINED
    assert declined.reply == "Not this year."
    assert [it.reader.id for it in changed.settled] == [request.sender_id]


async def test_requests_one_sent_are_not_declined_on_pausing() -> None:
    mia = await a_mentee()
    request = await a_request(sender=mia)

    await change(mia, PAUSED, waiting_requests=WaitingRequests.DECLINE)

    assert (await now(request)).is_pending


async def test_leaving_closes_what_waits_in_that_role() -> None:
    grace = await a_mentor()
    as_mentee = await a_mentee(member=grace.member)
    received, sent = await a_request(recipient=grace), await a_request(sender=as_mentee)

    [changed] = await change(grace, LEFT)

    assert (await now(received)).state is RequestState.CLOSED
    assert (await now(sent)).state is RequestState.PENDING
    assert [it.reader.id for it in changed.settled] == [received.sender_id]


async def test_leaving_while_paused_lets_no_clock_stand_still() -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)
    await change(grace, PAUSED)

    await change(grace, LEFT)

    assert not (await now(request)).is_clock_standing_still


@pytest.mark.parametrize("role", [None, Role.MENTOR])
async def test_who_is_not_enrolled_has_no_status(role: Role | None) -> None:
    stranger = await a_member()

    refusal = await refusal_of(lambda: StatusChange(PAUSED).apply_to(stranger, role))

    assert refusal.reason is Reason.NOT_ENROLLED


@pytest.mark.parametrize("status", [ACTIVE, PAUSED])
async def test_after_leaving_enrolling_is_the_way_back(status: ParticipationStatus) -> None:
    grace = await a_mentor(noted_status=LEFT)

    refusal = await refusal_of(lambda: StatusChange(status).apply_to(grace.member, None))

    assert refusal.reason is Reason.WRONG_STATE


@pytest.mark.parametrize("status", [ACTIVE, LEFT])
async def test_only_a_pause_has_a_day_of_return(status: ParticipationStatus) -> None:
    grace = await a_mentor()
    wanted = StatusChange(status, return_on=clock.today("UTC") + DAY)

    refusal = await refusal_of(lambda: wanted.apply_to(grace.member, None))

    assert refusal.reason is Reason.INVALID
    assert refusal.problems[0].field == ("return_on",)


async def test_a_note_is_no_book() -> None:
    grace = await a_mentor()
    wanted = StatusChange(PAUSED, message="x" * 4001)

    refusal = await refusal_of(lambda: wanted.apply_to(grace.member, None))

    assert refusal.reason is Reason.TOO_LONG


async def test_a_wrong_day_of_return_pauses_neither_role() -> None:
    grace = await a_mentor()
    await a_mentee(member=grace.member)
    wanted = StatusChange(PAUSED, return_on=clock.today("UTC"))

    refusal = await refusal_of(lambda: wanted.apply_to(grace.member, None))

    assert refusal.reason is Reason.OUT_OF_RANGE
    assert await statuses() == [ACTIVE, ACTIVE]


@pytest.mark.parametrize("status", [ACTIVE, LEFT])
async def test_there_is_no_news_in_what_was_so_before(status: ParticipationStatus) -> None:
    grace = await a_mentor(noted_status=status)

    [changed] = await change(grace, status)

    assert not changed.is_news


async def test_a_pause_may_be_told_of_later_than_it_was_begun() -> None:
    grace = await a_mentor()
    await change(grace, PAUSED)

    [changed] = await change(grace, PAUSED)

    assert changed.is_news


async def test_pausing_stops_no_clock_that_has_run_out(time: Time) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)
    time.passes(14 * DAY)

    await change(grace, PAUSED)

    overdue = await now(request)
    assert not overdue.is_clock_standing_still
    assert not overdue.is_answerable
