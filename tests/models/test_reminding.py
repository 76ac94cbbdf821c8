"""After some days without an answer: reminding the person asked, and telling the sender."""

from datetime import UTC, datetime, timedelta

import pytest

from models import (
    Enrollment,
    Event,
    EventKind,
    Member,
    MentoringRequest,
    ParticipationStatus,
    Program,
    clock,
)
from models.database import transaction
from models.mentoring_request.reminding import (
    Reminder,
    remind_due,
    suggest_due,
    wait_for_mornings_of,
)
from models.mentoring_request.status import StatusChange, end_due_pauses
from tests.conftest import Time
from tests.factories import a_mentee, a_mentor, a_request

pytestmark = pytest.mark.usefixtures("database")

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BERLIN, AUCKLAND = "Europe/Berlin", "Pacific/Auckland"
# Of a request at noon in UTC, the week is over at noon; nine o'clock in Berlin is eight in UTC.
ASKED, MORNING = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 10, 8, tzinfo=UTC)


async def someone(role: str, time_zone: str = "UTC") -> Enrollment:
    make = a_mentor if role == "mentor" else a_mentee
    return await make(person={"time_zone": time_zone})


async def remind() -> list[Reminder]:
    return await transaction(remind_due)


async def suggest() -> list[Reminder]:
    return await transaction(suggest_due)


def told(reminders: list[Reminder]) -> list[tuple[str, list[str]]]:
    return [(it.reader.id, [request.id for request in it.requests]) for it in reminders]


async def kinds_for(member: Member) -> list[EventKind]:
    return [it.kind for it in await Event.visible_to(member).order_by("created_at", "id")]


async def change(enrollment: Enrollment, status: ParticipationStatus, **details: object) -> None:
    wanted = StatusChange(status, **details)  # type: ignore[arg-type]
    await transaction(lambda: wanted.apply_to(enrollment.member, None))


async def test_the_person_asked_is_reminded_in_the_morning_after_a_week(time: Time) -> None:
    time.is_(ASKED)
    request = await a_request(recipient=await someone("mentor", BERLIN))

    time.is_(MORNING - MINUTE)
    assert await remind() == []
    time.is_(MORNING)

    assert told(await remind()) == [(request.recipient_id, [request.id])]
    assert await kinds_for(request.recipient) == [
        EventKind.REQUEST_RECEIVED,
        EventKind.REQUEST_WAITING,
    ]


async def test_the_sender_is_told_in_a_morning_of_their_own(time: Time) -> None:
    time.is_(ASKED)
    request = await a_request(
        sender=await someone("mentee", AUCKLAND), recipient=await someone("mentor", BERLIN)
    )

    # In Auckland it is one o'clock in the night when the week is over.
    time.is_(datetime(2026, 3, 9, 20, tzinfo=UTC) - MINUTE)
    assert await suggest() == []
    time.passes(MINUTE)

    assert told(await suggest()) == [(request.sender_id, [request.id])]
    assert await remind() == []
    assert await kinds_for(request.sender) == [EventKind.FOLLOW_UP_DUE]


async def test_nobody_is_reminded_twice(time: Time) -> None:
    await a_request()
    time.passes(8 * DAY)
    assert len(await remind()) == len(await suggest()) == 1

    time.passes(DAY)

    assert await remind() == await suggest() == []


async def test_the_days_are_a_setting_of_the_program(time: Time) -> None:
    await Program.filter(id="program").update(follow_up_after_days=2)
    time.is_(ASKED)
    await a_request()

    time.is_(ASKED + 2 * DAY + 20 * HOUR)
    assert await remind() == []
    time.passes(HOUR)

    assert len(await remind()) == 1


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
async def test_what_is_settled_reminds_nobody(time: Time, verb: str) -> None:
    request = await a_request()
    by = request.sender if verb == "withdraw" else request.recipient
    await transaction(lambda: getattr(request, verb)(by=by))

    time.passes(8 * DAY)

    assert await remind() == await suggest() == []


async def test_what_waits_for_somebody_in_the_same_morning_comes_together(time: Time) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    first = await a_request(recipient=grace, sender=mia)
    time.passes(MINUTE)
    second, elsewhere = await a_request(recipient=grace), await a_request(sender=mia)

    time.passes(8 * DAY)

    reminded, suggested = told(await remind()), told(await suggest())
    assert (grace.member_id, [first.id, second.id]) in reminded
    assert (mia.member_id, [first.id, elsewhere.id]) in suggested
    assert len(reminded) == len(suggested) == 2


async def test_while_the_person_asked_is_paused_nobody_is_reminded(time: Time) -> None:
    grace = await a_mentor()
    await a_request(recipient=grace)
    await change(grace, ParticipationStatus.PAUSED)

    time.passes(30 * DAY)

    assert await remind() == await suggest() == []


async def test_after_a_pause_both_come_as_much_later_in_a_morning(time: Time) -> None:
    time.is_(ASKED)
    grace = await someone("mentor", BERLIN)
    request = await a_request(recipient=grace)
    await change(grace, ParticipationStatus.PAUSED)
    # Three weeks and three hours; in between the clocks go forward, and nine is seven in UTC.
    time.passes(21 * DAY + 3 * HOUR)
    await change(grace, ParticipationStatus.ACTIVE)

    moved = await MentoringRequest.get(id=request.id)
    assert moved.follow_up_from == request.follow_up_from + 21 * DAY + 3 * HOUR
    assert moved.remind_at == datetime(2026, 3, 31, 7, tzinfo=UTC)
    assert moved.suggest_at == datetime(2026, 3, 31, 9, tzinfo=UTC)
    time.is_(datetime(2026, 3, 31, 7, tzinfo=UTC) - MINUTE)
    assert await remind() == []
    time.passes(MINUTE)
    assert len(await remind()) == 1


async def test_a_pause_after_the_reminder_brings_no_other(time: Time) -> None:
    grace = await a_mentor()
    await a_request(recipient=grace)
    time.passes(8 * DAY)
    await remind()

    await change(grace, ParticipationStatus.PAUSED, return_on=clock.today("UTC") + 3 * DAY)
    time.passes(5 * DAY)
    await transaction(end_due_pauses)

    assert await remind() == []


async def test_who_moves_is_reminded_in_the_morning_of_the_new_place(time: Time) -> None:
    time.is_(ASKED)
    grace, mia = await someone("mentor", BERLIN), await someone("mentee", BERLIN)
    request = await a_request(recipient=grace, sender=mia)

    for person in (grace.member, mia.member):
        await person.change({"time_zone": AUCKLAND})
        await transaction(lambda it=person: wait_for_mornings_of(it))  # type: ignore[misc]

    moved = await MentoringRequest.get(id=request.id)
    assert moved.remind_at == moved.suggest_at == datetime(2026, 3, 9, 20, tzinfo=UTC)


async def test_moving_after_the_reminder_brings_no_other(time: Time) -> None:
    grace = await someone("mentor", AUCKLAND)
    await a_request(recipient=grace)
    time.passes(8 * DAY)
    await remind()

    await grace.member.change({"time_zone": BERLIN})
    await transaction(lambda: wait_for_mornings_of(grace.member))
    time.passes(DAY)

    assert await remind() == []


@pytest.mark.parametrize("time_zone", ["Pacific/Kiritimati", "Etc/GMT+12", "UTC", BERLIN])
async def test_nobody_anywhere_waits_for_their_morning_longer_than_a_day(
    time: Time, time_zone: str
) -> None:
    request = await a_request(recipient=await someone("mentor", time_zone))

    assert request.remind_at
    assert request.follow_up_from <= request.remind_at <= request.follow_up_from + DAY + HOUR


async def test_a_week_may_end_on_a_leap_day(time: Time) -> None:
    time.is_(datetime(2028, 2, 22, 6, tzinfo=UTC))

    request = await a_request()

    assert request.remind_at == datetime(2028, 2, 29, 9, tzinfo=UTC)


async def test_a_request_that_knows_of_no_morning_reminds_when_its_days_are_over(
    time: Time,
) -> None:
    # As the release before writes it, beside this one.
    request = await a_request(remind_at=None, suggest_at=None)

    time.is_(request.follow_up_from - MINUTE)
    assert await remind() == await suggest() == []
    time.passes(MINUTE)

    assert len(await remind()) == len(await suggest()) == 1


async def test_a_reminder_is_no_use_when_there_is_hardly_time_to_answer(time: Time) -> None:
    request = await a_request()

    time.is_(request.expires_at - 12 * HOUR)

    assert await remind() == await suggest() == []


@pytest.mark.parametrize("gone", ["sender", "recipient"])
async def test_nobody_is_reminded_for_the_sake_of_who_is_no_longer_a_member(
    time: Time, gone: str
) -> None:
    request = await a_request()
    await Member.filter(id=getattr(request, f"{gone}_id")).update(valid_until=clock.now())

    time.passes(8 * DAY)

    assert await remind() == await suggest() == []


async def test_after_a_clock_was_put_back_nothing_comes_early_or_twice(time: Time) -> None:
    time.is_(ASKED)
    first = await a_request()
    time.passes(DAY - 5 * MINUTE)
    second = await a_request(recipient=await someone("mentor"))
    time.is_(ASKED + 7 * DAY + 21 * HOUR)
    assert told(await remind()) == [(first.recipient_id, [first.id])]

    time.passes(-10 * MINUTE)
    assert await remind() == []
    time.passes(DAY)
    assert await remind() == []
    time.passes(10 * MINUTE)

    assert told(await remind()) == [(second.recipient_id, [second.id])]
