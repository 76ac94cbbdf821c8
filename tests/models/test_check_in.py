"""Check-ins and reviews: due by the rhythm, told in the morning, filled in by both."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import (
    CheckIn,
    CheckInAnswer,
    CheckInKind,
    CheckInRating,
    Event,
    EventKind,
    Member,
    MentoringRelationship,
    Reason,
    clock,
)
from models.check_in.answer import Form
from models.check_in.notices import Notice, tell_due, wait_for_mornings_of
from models.check_in.periods import due, next_due
from models.check_in.rhythm import USUAL, Rhythm, follow_rhythm
from models.check_in.taking import take_due
from models.clock import months_after
from models.database import transaction
from tests.conftest import Time
from tests.factories import a_member, a_mentee, a_mentor, a_relationship
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BEGAN = datetime(2026, 1, 31, 12, tzinfo=UTC)
CHECK_IN, REVIEW = CheckInKind.CHECK_IN, CheckInKind.REVIEW
WELL = Form(CheckInRating.WELL, "We laughed.", "Ask for a raise.")


async def a_beginning(
    time: Time, *, mentor: str = "UTC", mentee: str = "UTC"
) -> MentoringRelationship:
    """A relationship since BEGAN, of people in these time zones."""
    time.is_(BEGAN)
    return await a_relationship(
        mentor=await a_mentor(person={"time_zone": mentor}),
        mentee=await a_mentee(person={"time_zone": mentee}),
    )


async def take() -> int:
    return await transaction(take_due)


async def tell() -> list[Notice]:
    return await transaction(tell_due)


async def taken(relationship: MentoringRelationship) -> list[tuple[CheckInKind, str, str]]:
    """What came due: its kind, the first day of its period, and the day of its end."""
    found = await CheckIn.filter(relationship_id=relationship.id).order_by("ends_at")
    return [(it.kind, f"{it.starts_at:%m-%d}", f"{it.ends_at:%m-%d}") for it in found]


async def a_check_in(time: Time, **zones: str) -> CheckIn:
    """The first of a relationship, with its relationship and both members loaded."""
    await a_beginning(time, **zones)
    time.is_(months_after(BEGAN, 1))
    await take()
    return await CheckIn.get().prefetch_related("relationship__mentor", "relationship__mentee")


async def submit(check_in: CheckIn, by: Member, form: Form = WELL) -> CheckInAnswer:
    return await transaction(lambda: CheckInAnswer.submit(check_in, form, by=by))


async def kinds_for(member: Member) -> list[EventKind]:
    theirs = Event.visible_to(member).exclude(kind__in=["REQUEST_RECEIVED", "REQUEST_ACCEPTED"])
    return [it.kind for it in await theirs.order_by("created_at", "id")]


@pytest.mark.parametrize(
    ("began", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-01-31", 12, "2027-01-31"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month(
    began: str, months: int, expected: str
) -> None:
    instant = datetime.fromisoformat(f"{began}T12:30:00+00:00")

    assert months_after(instant, months).isoformat() == f"{expected}T12:30:00+00:00"


def test_check_ins_are_monthly_and_each_third_is_a_review() -> None:
    found = due(BEGAN, USUAL, since=BEGAN, until=months_after(BEGAN, 6))

    assert [it.kind for it in found] == [CHECK_IN, CHECK_IN, REVIEW] * 2
    assert [f"{it.ends_at:%d}" for it in found] == ["28", "31", "30", "31", "30", "31"]
    assert found[5].starts_at == months_after(BEGAN, 3)


def test_a_rhythm_may_leave_out_either_or_both() -> None:
    half_a_year = {"since": BEGAN, "until": months_after(BEGAN, 6)}

    assert [it.kind for it in due(BEGAN, Rhythm(None, 6), **half_a_year)] == [REVIEW]
    assert [it.kind for it in due(BEGAN, Rhythm(2, None), **half_a_year)] == [CHECK_IN] * 3
    assert due(BEGAN, Rhythm(None, None), **half_a_year) == []
    assert next_due(BEGAN, Rhythm(None, None), after=BEGAN) is None
    assert next_due(BEGAN, Rhythm(2, 3), after=months_after(BEGAN, 2)) == months_after(BEGAN, 3)


async def test_a_check_in_is_due_after_a_month_and_not_before(time: Time) -> None:
    relationship = await a_beginning(time)

    time.is_(months_after(BEGAN, 1) - MINUTE)
    assert await take() == 0
    time.passes(MINUTE)

    assert await take() == 1
    assert await take() == 0
    assert await taken(relationship) == [(CHECK_IN, "01-31", "02-28")]


async def test_the_next_closes_the_one_before(time: Time) -> None:
    relationship = await a_beginning(time)

    for month in (1, 2, 3):
        time.is_(months_after(BEGAN, month))
        await take()

    found = await CheckIn.filter(relationship_id=relationship.id).order_by("ends_at")
    assert [it.kind for it in found] == [CHECK_IN, CHECK_IN, REVIEW]
    assert [it.closed_at for it in found] == [months_after(BEGAN, 2), months_after(BEGAN, 3), None]


async def test_each_is_told_in_a_morning_of_their_own(time: Time) -> None:
    check_in = await a_check_in(time, mentor="Europe/Berlin", mentee="America/New_York")
    relationship = check_in.relationship

    heard = dict[str, datetime]()
    for _ in range(48):
        time.passes(HOUR / 2)
        heard |= {it.reader.id: clock.now() for it in await tell()}

    assert heard == {
        relationship.mentor_id: datetime(2026, 3, 1, 8, tzinfo=UTC),
        relationship.mentee_id: datetime(2026, 2, 28, 14, tzinfo=UTC),
    }
    assert await kinds_for(relationship.mentor) == [EventKind.CHECK_IN_DUE]
    assert await kinds_for(relationship.mentee) == [EventKind.CHECK_IN_DUE]


async def test_who_moves_is_told_in_the_morning_there(time: Time) -> None:
    mentor = (await a_check_in(time, mentor="Europe/Berlin")).relationship.mentor

    await Member.filter(id=mentor.id).update(time_zone="Asia/Tokyo")
    await wait_for_mornings_of(await Member.get(id=mentor.id))
    time.is_(datetime(2026, 3, 1, 0, tzinfo=UTC))

    assert [it.reader.id for it in await tell()] == [mentor.id]


async def test_what_was_missed_is_there_but_only_the_newest_is_told(time: Time) -> None:
    relationship = await a_beginning(time)

    time.is_(months_after(BEGAN, 8) + 3 * HOUR)
    await take()
    assert await tell() == []  # it is afternoon
    time.passes(DAY)
    told = await tell()

    found = await CheckIn.filter(relationship_id=relationship.id).order_by("ends_at")
    assert len(found) == 8
    assert [it.closed_at is None for it in found] == [False] * 7 + [True]
    assert {it.check_in and it.check_in.id for it in told} == {found[-1].id}
    assert len(told) == 2


async def test_a_review_that_is_due_takes_the_place_of_a_check_in_nobody_was_told_of(
    time: Time,
) -> None:
    relationship = await a_beginning(time)
    for month in (2, 3):
        time.is_(months_after(BEGAN, month))
        await take()

    time.passes(DAY)

    assert [it.kind for it in await tell()] == [EventKind.REVIEW_DUE] * 2
    assert await kinds_for(relationship.mentor) == [EventKind.REVIEW_DUE]


async def test_nothing_is_due_in_a_completed_relationship(time: Time) -> None:
    check_in = await a_check_in(time)
    relationship = check_in.relationship
    outcome = "GOALS_REACHED"
    await MentoringRelationship.filter(id=relationship.id).update(
        state="COMPLETED", outcome=outcome, completed_at=clock.now()
    )

    time.passes(100 * DAY)

    assert await take() == 0
    assert await tell() == []
    assert await CheckIn.all().count() == 1


async def test_with_who_is_no_longer_a_member_nobody_is_told_to_look_back(time: Time) -> None:
    check_in = await a_check_in(time)
    await Member.filter(id=check_in.relationship.mentor_id).update(suspended_at=clock.now())

    time.passes(DAY)

    assert await tell() == []


async def test_a_relationship_older_than_check_ins_counts_from_now_on(time: Time) -> None:
    relationship = await a_beginning(time)
    await MentoringRelationship.filter(id=relationship.id).update(check_in_at=None)

    time.is_(months_after(BEGAN, 7) + DAY)
    await take()
    assert await taken(relationship) == []
    time.is_(months_after(BEGAN, 8))
    await take()

    assert await taken(relationship) == [(CHECK_IN, "08-31", "09-30")]


async def test_another_rhythm_brings_nothing_for_the_time_before(
    time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    relationship = await a_beginning(time)
    agreed = Rhythm(None, None)

    async def rhythm_of(_: MentoringRelationship) -> Rhythm:
        return agreed

    monkeypatch.setattr("models.check_in.taking.rhythm_of", rhythm_of)
    time.is_(months_after(BEGAN, 5) + DAY)
    await take()
    agreed = Rhythm(2, None)
    await follow_rhythm(relationship)
    await take()
    assert await taken(relationship) == []
    time.is_(months_after(BEGAN, 6))
    await take()

    assert await taken(relationship) == [(CHECK_IN, "05-31", "07-31")]


async def test_a_rhythm_that_is_agreed_on_while_a_worker_looks_is_not_passed_over(
    time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    relationship = await a_beginning(time)

    async def rhythm_of(relationship: MentoringRelationship) -> Rhythm:
        await follow_rhythm(relationship)
        return Rhythm(None, None)

    time.is_(months_after(BEGAN, 1) + DAY)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("models.check_in.taking.rhythm_of", rhythm_of)
        await take()

    assert (await MentoringRelationship.get(id=relationship.id)).check_in_at == clock.now()


async def test_two_workers_at_once_take_and_tell_once(time: Time) -> None:
    for _ in range(3):
        await a_beginning(time)
    time.is_(months_after(BEGAN, 1))

    await asyncio.gather(*(take() for _ in range(4)))
    time.passes(DAY)
    told = await asyncio.gather(*(tell() for _ in range(4)))

    assert await CheckIn.all().count() == 3
    readers = [it.reader.id for notices in told for it in notices]
    assert len(readers) == len(set(readers)) == 6
    assert await Event.filter(kind=EventKind.CHECK_IN_DUE).count() == 6


async def test_one_fills_it_in_and_may_change_it(time: Time) -> None:
    check_in = await a_check_in(time)
    mentee, mentor = check_in.relationship.mentee, check_in.relationship.mentor

    first = await submit(check_in, mentee)
    time.passes(HOUR)
    changed = await submit(check_in, mentee, Form(CheckInRating.SO_SO, " Less. "))

    [answer] = await CheckInAnswer.all()
    assert first.id == changed.id == answer.id
    assert (answer.rating, answer.went_well, answer.next_steps) == (
        CheckInRating.SO_SO,
        "Less.",
        "",
    )
    assert answer.updated_at - answer.created_at == HOUR
    assert await kinds_for(mentor) == [EventKind.CHECK_IN_ANSWERED]
    assert (await MentoringRelationship.get()).updated_at == clock.now()


async def test_who_filled_it_in_before_their_morning_is_not_told(time: Time) -> None:
    check_in = await a_check_in(time)

    await submit(check_in, check_in.relationship.mentee)
    time.passes(DAY)

    assert [it.reader.id for it in await tell()] == [check_in.relationship.mentor_id]


async def test_one_who_sends_it_twice_at_once_filled_it_in_once(time: Time) -> None:
    check_in = await a_check_in(time)

    both = [await CheckIn.get().prefetch_related("relationship") for _ in range(2)]
    await asyncio.gather(*(submit(it, check_in.relationship.mentee) for it in both))

    assert await CheckInAnswer.all().count() == 1


async def test_a_closed_one_is_filled_in_no_more(time: Time) -> None:
    check_in = await a_check_in(time)
    mentee = check_in.relationship.mentee
    time.is_(months_after(BEGAN, 2))
    await take()

    refusal = await refusal_of(lambda: CheckInAnswer.submit(check_in, WELL, by=mentee))

    assert refusal.reason is Reason.WRONG_STATE


async def test_texts_are_short(time: Time) -> None:
    check_in = await a_check_in(time)
    form = Form(CheckInRating.WELL, "x" * 1001, "y" * 1001)

    refusal = await refusal_of(
        lambda: CheckInAnswer.submit(check_in, form, by=check_in.relationship.mentee)
    )

    assert [(it.reason, it.field) for it in refusal.problems] == [
        (Reason.TOO_LONG, ("went_well",)),
        (Reason.TOO_LONG, ("next_steps",)),
    ]


async def test_the_two_see_it_and_nobody_else(time: Time) -> None:
    check_in = await a_check_in(time)
    stranger = await a_member(is_coordinator=True)

    for member in (check_in.relationship.mentor, check_in.relationship.mentee):
        assert await CheckIn.visible_to(member).count() == 1
    assert await CheckIn.visible_to(stranger).count() == 0
