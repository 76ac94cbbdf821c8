"""Two who have not met for long are asked, once, whether it goes on."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import (
    CompletionOutcome,
    Event,
    EventKind,
    MentoringRelationship,
    MentoringSession,
    Plan,
    Program,
    Reason,
    SessionChannel,
    clock,
)
from models.check_in import quiet
from models.check_in.notices import Notice, tell_due
from models.database import transaction
from tests.conftest import Time
from tests.factories import a_relationship
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)
BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)  # an hour before it is morning


async def a_beginning(time: Time) -> MentoringRelationship:
    time.is_(BEGAN)
    return await a_relationship()


async def asked() -> list[str]:
    """Who is asked now, and in the morning."""
    await transaction(quiet.ask_due)
    return [it.reader.id for it in await tell() if it.kind is EventKind.RELATIONSHIP_QUIET]


async def tell() -> list[Notice]:
    return await transaction(tell_due)


async def go_on(relationship: MentoringRelationship) -> None:
    await transaction(lambda: quiet.go_on(relationship, by=relationship.mentee))


def both(relationship: MentoringRelationship) -> list[str]:
    return sorted([relationship.mentor_id, relationship.mentee_id])


async def test_both_are_asked_after_sixty_days_in_the_morning(time: Time) -> None:
    relationship = await a_beginning(time)

    time.is_(BEGAN + 59 * DAY)
    assert await asked() == []
    time.is_(BEGAN + 60 * DAY)
    assert await asked() == []
    time.passes(timedelta(hours=1))

    assert sorted(await asked()) == both(relationship)
    assert await Event.filter(kind=EventKind.RELATIONSHIP_QUIET).count() == 2


async def test_they_are_asked_once(time: Time) -> None:
    await a_beginning(time)

    told = list[str]()
    for _ in range(400):
        time.passes(DAY)
        told += await asked()

    assert len(told) == 2


async def test_the_program_says_after_how_many_days(time: Time) -> None:
    relationship = await a_beginning(time)
    await Program.filter(id="program").update(quiet_after_days=20)

    time.is_(BEGAN + 20 * DAY)
    await asked()
    time.passes(DAY)

    assert sorted(await asked()) == both(relationship)


async def test_an_answer_begins_the_count_anew(time: Time) -> None:
    relationship = await a_beginning(time)
    time.is_(BEGAN + 60 * DAY)
    await asked()
    time.passes(DAY)
    await asked()

    await go_on(relationship)
    answered = clock.now()
    time.passes(59 * DAY)
    assert await asked() == []
    time.is_(answered + 60 * DAY)
    await asked()
    time.passes(DAY)

    assert sorted(await asked()) == both(relationship)


async def test_the_partner_learns_that_it_goes_on_if_that_was_asked(time: Time) -> None:
    relationship = await a_beginning(time)
    told = Event.filter(kind=EventKind.RELATIONSHIP_CONTINUED)

    await go_on(relationship)
    assert await told.count() == 0
    time.passes(60 * DAY)
    await transaction(quiet.ask_due)
    await go_on(relationship)
    await go_on(relationship)

    assert [it.reader_id for it in await told] == [relationship.mentor_id]


async def test_who_answers_before_the_morning_of_the_other_spares_them_the_question(
    time: Time,
) -> None:
    relationship = await a_beginning(time)
    time.is_(BEGAN + 60 * DAY)
    await asked()

    await go_on(relationship)
    time.passes(DAY)

    assert await asked() == []


async def test_a_completed_relationship_is_quiet_for_good(time: Time) -> None:
    relationship = await a_beginning(time)
    time.is_(BEGAN + 60 * DAY)
    await asked()
    outcome = CompletionOutcome.GOALS_REACHED
    await transaction(lambda: relationship.complete(by=relationship.mentor, outcome=outcome))

    time.passes(DAY)
    assert await asked() == []
    time.passes(100 * DAY)
    assert await asked() == []
    refusal = await refusal_of(lambda: quiet.go_on(relationship, by=relationship.mentee))

    assert refusal.reason is Reason.WRONG_STATE


async def test_a_relationship_older_than_the_question_counts_from_now_on(time: Time) -> None:
    relationship = await a_beginning(time)
    await MentoringRelationship.filter(id=relationship.id).update(quiet_since=None)

    time.is_(BEGAN + 300 * DAY)
    await asked()
    time.passes(59 * DAY)
    assert await asked() == []
    time.passes(DAY)
    await asked()
    time.passes(DAY)

    assert sorted(await asked()) == both(relationship)


async def test_two_workers_at_once_ask_once(time: Time) -> None:
    for _ in range(3):
        await a_beginning(time)
    time.passes(60 * DAY)

    await asyncio.gather(*(transaction(quiet.ask_due) for _ in range(4)))
    time.passes(DAY)
    told = [it for notices in await asyncio.gather(*(tell() for _ in range(4))) for it in notices]

    assert len(told) == len({it.reader.id for it in told}) == 6


async def a_session(relationship: MentoringRelationship, starts_at: datetime) -> MentoringSession:
    plan = Plan(starts_at, 60, SessionChannel.VIDEO)
    return await transaction(
        lambda: MentoringSession.plan(relationship, plan, by=relationship.mentee)
    )


async def test_the_days_are_counted_from_the_last_session_that_is_planned_or_was_held(
    time: Time,
) -> None:
    relationship = await a_beginning(time)
    await a_session(relationship, BEGAN + 50 * DAY)

    time.is_(BEGAN + 61 * DAY)
    assert await asked() == await asked() == []
    time.is_(BEGAN + 109 * DAY)
    assert await asked() == []
    time.passes(2 * DAY)
    await asked()
    time.passes(DAY)

    assert sorted(await asked()) == both(relationship)


async def test_a_session_that_was_called_off_does_not_count(time: Time) -> None:
    relationship = await a_beginning(time)
    session = await a_session(relationship, BEGAN + 50 * DAY)
    await session.fetch_related("relationship__mentor", "relationship__mentee")
    await transaction(lambda: session.call_off(by=relationship.mentee))

    time.is_(BEGAN + 60 * DAY)
    await asked()
    time.passes(DAY)

    assert sorted(await asked()) == both(relationship)


async def test_who_meets_again_without_an_answer_is_asked_when_it_is_quiet_again(
    time: Time,
) -> None:
    relationship = await a_beginning(time)
    time.is_(BEGAN + 60 * DAY)
    await asked()
    time.passes(DAY)
    assert len(await asked()) == 2

    await a_session(relationship, BEGAN + 70 * DAY)
    told = list[str]()
    for _ in range(68):
        time.passes(DAY)
        told += await asked()
    assert told == []
    for _ in range(5):
        time.passes(DAY)
        told += await asked()

    assert sorted(told) == both(relationship)
