"""Reminding both of a session: in the morning of the day before, where they live."""

from datetime import UTC, datetime, timedelta

import pytest

from models import Event, EventKind, Member, MentoringRelationship, clock
from models.database import rows, transaction
from models.mentoring_session.mornings import wait_for_mornings_of
from models.mentoring_session.reminding import remind_due
from tests.conftest import Time
from tests.factories import a_mentee, a_mentor, a_relationship, a_session

pytestmark = pytest.mark.usefixtures("database")

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BERLIN, AUCKLAND = "Europe/Berlin", "Pacific/Auckland"
PLANNED = datetime(2026, 3, 2, 12, tzinfo=UTC)
# It is the 13th in Berlin, and the 14th in Auckland already.
SESSION = datetime(2026, 3, 13, 15, tzinfo=UTC)


async def two(mentor: str = "UTC", mentee: str = "UTC") -> MentoringRelationship:
    """A relationship of two who live in these time zones."""
    return await a_relationship(
        mentor=await a_mentor(person={"time_zone": mentor}),
        mentee=await a_mentee(person={"time_zone": mentee}),
    )


async def reminded() -> list[str]:
    """The ids of those who are reminded now."""
    return [it.reader.id for it in await transaction(remind_due)]


async def test_each_is_reminded_in_the_morning_of_the_day_before_where_they_live(
    time: Time,
) -> None:
    time.is_(PLANNED)
    relationship = await two(mentor=BERLIN, mentee=AUCKLAND)
    await a_session(relationship, starts_at=SESSION)
    in_berlin, in_auckland = (datetime(2026, 3, 12, it, tzinfo=UTC) for it in (8, 20))

    time.is_(in_berlin - MINUTE)
    assert await reminded() == []
    time.is_(in_berlin)
    assert await reminded() == [relationship.mentor_id]
    time.is_(in_auckland - MINUTE)
    assert await reminded() == []
    time.is_(in_auckland)
    assert await reminded() == [relationship.mentee_id]

    events = await Event.filter(kind=EventKind.SESSION_REMINDER)
    assert {it.reader_id for it in events} == {relationship.mentor_id, relationship.mentee_id}


@pytest.mark.parametrize(
    ("time_zone", "begins", "morning"),
    [
        # The day after which the clocks go forward, and the day after which they go back.
        (BERLIN, datetime(2027, 3, 29, 7, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)),
        (BERLIN, datetime(2027, 11, 1, 8, tzinfo=UTC), datetime(2027, 10, 31, 8, tzinfo=UTC)),
        (AUCKLAND, datetime(2027, 9, 27, 0, tzinfo=UTC), datetime(2027, 9, 25, 20, tzinfo=UTC)),
    ],
)
async def test_nine_in_the_morning_is_nine_also_when_the_clocks_were_changed_that_night(
    time: Time, time_zone: str, begins: datetime, morning: datetime
) -> None:
    time.is_(begins - 10 * DAY)
    relationship = await two(mentor=time_zone, mentee=time_zone)

    await a_session(relationship, starts_at=begins)

    due = await rows("SELECT due_at FROM session_reminder")
    assert [clock.moment(it["due_at"]) for it in due] == [morning, morning]


async def test_nobody_is_reminded_twice(time: Time) -> None:
    await a_session()
    time.passes(6 * DAY + 12 * HOUR)
    assert len(await reminded()) == 2

    time.passes(HOUR)

    assert await reminded() == []


@pytest.mark.parametrize("planned", [SESSION - DAY - 12 * HOUR, SESSION - DAY, SESSION - HOUR])
async def test_who_was_told_that_very_day_is_not_reminded(time: Time, planned: datetime) -> None:
    time.is_(planned)
    await a_session(starts_at=SESSION)

    time.is_(SESSION - MINUTE)

    assert await reminded() == []


async def test_a_moved_session_reminds_of_its_new_time_only(time: Time) -> None:
    time.is_(PLANNED)
    session = await a_session(starts_at=SESSION)
    await session.move({"starts_at": SESSION + 7 * DAY}, by=session.relationship.mentor)

    time.is_(SESSION)
    assert await reminded() == []
    time.passes(6 * DAY)

    assert len(await reminded()) == 2


async def test_a_session_moved_after_the_reminder_reminds_again(time: Time) -> None:
    time.is_(PLANNED)
    session = await a_session(starts_at=SESSION)
    time.is_(SESSION - DAY)
    assert len(await reminded()) == 2
    await session.move({"starts_at": SESSION + 7 * DAY}, by=session.relationship.mentor)

    time.passes(7 * DAY)

    assert len(await reminded()) == 2


@pytest.mark.parametrize("verb", ["call_off", "hold"])
async def test_what_is_settled_reminds_nobody(time: Time, verb: str) -> None:
    session = await a_session(starts_at=clock.now() + 2 * DAY)
    if verb == "hold":
        time.passes(2 * DAY)
        await session.hold()
    else:
        await session.call_off(by=session.relationship.mentor)

    time.passes(2 * DAY)

    assert await reminded() == []
    assert await rows("SELECT * FROM session_reminder") == []


async def test_after_days_without_a_worker_nobody_is_reminded_of_what_is_over(time: Time) -> None:
    session = await a_session()

    time.is_(session.starts_at)

    assert await reminded() == []
    assert await rows("SELECT * FROM session_reminder") == []


async def test_who_is_no_longer_a_member_is_not_reminded(time: Time) -> None:
    session = await a_session()
    gone, stays = session.relationship.mentor_id, session.relationship.mentee_id
    await Member.filter(id=gone).update(valid_until=clock.now())

    time.is_(session.starts_at - HOUR)

    assert await reminded() == [stays]


async def test_who_moves_house_is_reminded_in_the_morning_there(time: Time) -> None:
    time.is_(PLANNED)
    session = await a_session(starts_at=SESSION)
    mentor = session.relationship.mentor

    await mentor.change({"time_zone": AUCKLAND})
    await transaction(lambda: wait_for_mornings_of(mentor))

    time.is_(datetime(2026, 3, 12, 20, tzinfo=UTC) - MINUTE)
    assert await reminded() == [session.relationship.mentee_id]
    time.passes(MINUTE)
    assert await reminded() == [mentor.id]
