"""Mentoring sessions: planning, moving, calling off, holding, and writing about them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import (
    CompletionOutcome,
    Event,
    EventKind,
    Member,
    MentoringRelationship,
    MentoringSession,
    Plan,
    PrivateNote,
    Reason,
    SessionChannel,
    SessionState,
    clock,
)
from models.database import rows, transaction
from models.mentoring_session import lists
from models.mentoring_session.notice import USUAL
from tests.conftest import Time
from tests.factories import (
    a_completed_relationship,
    a_coordinator,
    a_mentee,
    a_relationship,
    a_session,
)
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
REACHED = CompletionOutcome.GOALS_REACHED


def in_(duration: timedelta, **details: object) -> Plan:
    given = {"duration_minutes": 60, "channel": SessionChannel.VIDEO, **details}
    return Plan(starts_at=clock.now() + duration, **given)  # type: ignore[arg-type]


async def kinds_for(reader_id: str) -> list[EventKind]:
    events = Event.filter(reader_id=reader_id).exclude(session_id=None)
    return [it.kind for it in await events.order_by("created_at", "id")]


async def test_the_partner_of_who_plans_a_session_is_told() -> None:
    relationship = await a_relationship()

    session = await a_session(relationship, by=relationship.mentee)

    assert session.is_planned
    assert session.planned_by_id == relationship.mentee_id
    assert await kinds_for(relationship.mentor_id) == [EventKind.SESSION_PLANNED]
    assert await kinds_for(relationship.mentee_id) == []


async def test_a_session_begins_on_a_minute() -> None:
    session = await a_session(starts_at=datetime(2027, 3, 1, 9, 30, 59, 999_000, tzinfo=UTC))

    assert session.starts_at == datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    assert session.ends_at == datetime(2027, 3, 1, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("plan", "reason", "field"),
    [
        ({"duration": -MINUTE}, Reason.OUT_OF_RANGE, "starts_at"),
        ({"duration": timedelta()}, Reason.OUT_OF_RANGE, "starts_at"),
        ({"duration": 733 * DAY}, Reason.OUT_OF_RANGE, "starts_at"),
        ({"duration_minutes": -60}, Reason.OUT_OF_RANGE, "duration_minutes"),
        ({"duration_minutes": 0}, Reason.OUT_OF_RANGE, "duration_minutes"),
        ({"duration_minutes": 481}, Reason.OUT_OF_RANGE, "duration_minutes"),
        ({"duration_minutes": 2**31 - 1}, Reason.OUT_OF_RANGE, "duration_minutes"),
        ({"location": "x" * 501}, Reason.TOO_LONG, "location"),
    ],
)
async def test_what_cannot_be_is_not_planned_and_nothing_is_moved_there(
    plan: dict[str, object], reason: Reason, field: str
) -> None:
    session = await a_session()
    wanted = in_(**{"duration": DAY, **plan})  # type: ignore[arg-type]

    planning = await refusal_of(
        lambda: MentoringSession.plan(session.relationship, wanted, by=session.relationship.mentor)
    )
    moving = await refusal_of(lambda: session.move(vars(wanted), by=session.relationship.mentor))  # type: ignore[arg-type]

    for refusal in (planning, moving):
        assert refusal.reason is reason
        assert refusal.problems[0].field == (field,)


async def test_an_instant_at_the_end_of_time_is_refused_like_others() -> None:
    relationship = await a_relationship()
    plan = Plan(datetime.max.replace(tzinfo=UTC), 60, SessionChannel.VIDEO)

    refusal = await refusal_of(
        lambda: MentoringSession.plan(relationship, plan, by=relationship.mentor)
    )

    assert refusal.reason is Reason.OUT_OF_RANGE


async def test_a_moved_session_is_the_same_with_another_number() -> None:
    session = await a_session()
    later = session.starts_at + DAY

    change = await session.move({"starts_at": later}, by=session.relationship.mentor)

    assert change
    assert change.is_moved
    assert not change.is_late
    moved = await MentoringSession.get(id=session.id)
    assert (moved.starts_at, moved.ends_at) == (later, later + HOUR)
    assert (moved.sequence, moved.late_changes) == (1, 0)
    assert await kinds_for(session.relationship.mentee_id) == [EventKind.SESSION_MOVED]


async def test_moving_to_where_it_is_changes_nothing() -> None:
    session = await a_session()

    change = await session.move({"starts_at": session.starts_at}, by=session.relationship.mentor)

    assert change is None
    assert (await MentoringSession.get(id=session.id)).sequence == 0
    assert await kinds_for(session.relationship.mentee_id) == []


@pytest.mark.parametrize(("before", "is_late"), [(24 * HOUR, False), (24 * HOUR - MINUTE, True)])
async def test_a_change_within_the_notice_is_late_and_counted(
    time: Time, before: timedelta, is_late: bool
) -> None:
    session = await a_session()
    time.is_(session.starts_at - before)
    assert session.would_be_late(USUAL) is is_late

    moved = await session.move({"duration_minutes": 30}, by=session.relationship.mentor)
    called_off = await session.call_off(by=session.relationship.mentee)

    assert moved
    assert moved.is_late is called_off.is_late is is_late
    assert (await MentoringSession.get(id=session.id)).late_changes == 2 * is_late


async def test_another_place_is_never_late(time: Time) -> None:
    session = await a_session()
    time.is_(session.starts_at - HOUR)

    change = await session.move({"location": "Room 2"}, by=session.relationship.mentor)

    assert change
    assert not change.is_moved
    assert not change.is_late


async def test_what_is_over_but_was_not_held_can_still_be_called_off(time: Time) -> None:
    session = await a_session()
    time.is_(session.ends_at + DAY)

    change = await session.call_off(by=session.relationship.mentee)

    assert change.is_late
    assert session.state is SessionState.CALLED_OFF
    assert await kinds_for(session.relationship.mentor_id) == [
        EventKind.SESSION_PLANNED,
        EventKind.SESSION_CALLED_OFF,
    ]


async def test_a_session_is_held_once_it_has_begun(time: Time) -> None:
    session = await a_session()
    early = await refusal_of(session.hold)

    time.is_(session.starts_at)
    await session.hold()

    assert early.reason is Reason.WRONG_STATE
    assert (await MentoringSession.get(id=session.id)).state is SessionState.HELD


@pytest.mark.parametrize("settle", ["hold", "call_off"])
async def test_what_is_settled_stays(time: Time, settle: str) -> None:
    session = await a_session()
    mentor = session.relationship.mentor
    time.is_(session.starts_at)
    await (session.hold() if settle == "hold" else session.call_off(by=mentor))

    for verb in (
        session.hold,
        lambda: session.call_off(by=mentor),
        lambda: session.move({"starts_at": clock.now() + DAY}, by=mentor),
    ):
        assert (await refusal_of(verb)).reason is Reason.WRONG_STATE


async def test_a_completed_relationship_has_no_more_sessions_and_none_that_change() -> None:
    relationship = await a_relationship()
    session = await a_session(relationship)
    mentor = relationship.mentor
    await transaction(lambda: relationship.complete(by=mentor, outcome=REACHED))

    for verb in (
        lambda: MentoringSession.plan(relationship, in_(DAY), by=mentor),
        lambda: session.move({"starts_at": clock.now() + DAY}, by=mentor),
        lambda: session.call_off(by=mentor),
        session.hold,
        lambda: session.note({"notes": "Too late."}),
    ):
        assert (await refusal_of(verb)).reason is Reason.WRONG_STATE


async def test_completing_calls_off_what_was_to_come_and_leaves_what_has_begun(
    time: Time,
) -> None:
    relationship = await a_relationship()
    begun = await a_session(relationship, starts_at=clock.now() + HOUR)
    last, next = [await a_session(relationship, starts_at=clock.now() + it * DAY) for it in (9, 3)]
    elsewhere = await a_session()
    time.passes(HOUR)
    await transaction(lambda: relationship.complete(by=relationship.mentor, outcome=REACHED))

    called_off = await transaction(lambda: MentoringSession.call_off_coming(relationship))

    assert [(it.id, it.sequence) for it in called_off] == [(next.id, 1), (last.id, 1)]
    planned = MentoringSession.filter(state=SessionState.PLANNED)
    assert {it.id for it in await planned} == {begun.id, elsewhere.id}
    waiting = await rows("SELECT DISTINCT session_id FROM session_reminder")
    assert [it["session_id"] for it in waiting] == [elsewhere.id]


async def test_of_two_who_move_and_call_off_at_once_both_are_heard_one_after_the_other() -> None:
    session = await a_session()
    relationship = session.relationship
    later = session.starts_at + DAY

    async def moving() -> object:
        mine = await found(session)
        return await mine.move({"starts_at": later}, by=relationship.mentor)

    async def calling_off() -> object:
        mine = await found(session)
        return await mine.call_off(by=relationship.mentee)

    work = [transaction(it) for it in (moving, calling_off)]
    outcomes = await asyncio.gather(*work, return_exceptions=True)

    settled = await MentoringSession.get(id=session.id)
    assert settled.state is SessionState.CALLED_OFF
    assert settled.sequence == 2 - sum(isinstance(it, Exception) for it in outcomes)


async def found(session: MentoringSession) -> MentoringSession:
    both = ("relationship__mentor", "relationship__mentee")
    return await MentoringSession.get(id=session.id).prefetch_related(*both)


async def test_both_write_agenda_and_notes_each_without_touching_the_other() -> None:
    session = await a_session(agenda="What is next?")

    await session.note({"notes": " We laughed. "})

    kept = await MentoringSession.get(id=session.id)
    assert (kept.agenda, kept.notes, kept.version) == ("What is next?", "We laughed.", 2)


async def test_of_two_who_write_the_same_at_once_the_second_is_told() -> None:
    session = await a_session()

    async def write(words: str) -> None:
        mine = await found(session)
        await mine.note({"notes": words}, expected_version=1)

    work = [transaction(lambda it=it: write(it)) for it in ("Mine.", "Yours.")]  # type: ignore[misc]
    [refusal] = [it for it in await asyncio.gather(*work, return_exceptions=True) if it]

    assert refusal.reason is Reason.WRONG_STATE  # type: ignore[union-attr]
    kept = await MentoringSession.get(id=session.id)
    assert kept.version == 2
    assert kept.notes in ("Mine.", "Yours.")


async def test_a_version_that_is_no_longer_the_newest_is_refused() -> None:
    session = await a_session()
    await session.note({"notes": "Ours."})

    refusal = await refusal_of(lambda: session.note({"notes": "Old."}, expected_version=1))

    assert refusal.reason is Reason.WRONG_STATE
    assert refusal.problems[0].field == ("expected_version",)


async def test_notes_are_no_book() -> None:
    session = await a_session()

    refusal = await refusal_of(lambda: session.note({"notes": "x" * 4001}))

    assert (refusal.reason, refusal.problems[0].field) == (Reason.TOO_LONG, ("notes",))


async def test_a_private_note_is_seen_by_its_author_alone() -> None:
    session = await a_session()
    mentor, mentee = session.relationship.mentor, session.relationship.mentee

    first = await PrivateNote.write(session, "Ask about the pay.", by=mentor)
    await PrivateNote.write(session, "Nervous.", by=mentee)
    again = await PrivateNote.write(session, " Asked. ", by=mentor)

    assert again.id == first.id
    assert await seen_by(mentor) == ["Asked."]
    assert await seen_by(mentee) == ["Nervous."]
    assert await seen_by(await a_coordinator()) == []


async def seen_by(member: Member) -> list[str]:
    return [it.text for it in await PrivateNote.visible_to(member)]


async def test_private_notes_can_be_written_when_all_is_over() -> None:
    session = await a_session()
    relationship = session.relationship
    await transaction(lambda: relationship.complete(by=relationship.mentor, outcome=REACHED))

    note = await PrivateNote.write(session, "It was good.", by=relationship.mentee)

    assert note.text == "It was good."


async def test_a_relationship_was_changed_when_its_sessions_were(time: Time) -> None:
    session = await a_session()
    time.passes(HOUR)

    await session.note({"notes": "Here."})

    relationship = await MentoringRelationship.get(id=session.relationship_id)
    assert relationship.updated_at == clock.now()


async def test_the_next_session_is_the_first_that_is_planned_and_not_over(time: Time) -> None:
    relationship, other = await a_relationship(), await a_completed_relationship()
    over, called_off, running, later = [
        await a_session(relationship, starts_at=clock.now() + it * HOUR) for it in (1, 4, 5, 7)
    ]
    await called_off.call_off(by=relationship.mentor)
    time.is_(running.starts_at + MINUTE)

    next = await lists.next_of([relationship.id, other.id])

    assert {of: it.id for of, it in next.items()} == {relationship.id: running.id}
    coming = await lists.of_member(relationship.mentor, is_coming=True).slice(10)
    assert [it.id for it, _ in coming] == [running.id, later.id]
    everything = await lists.of_member(relationship.mentor).slice(10)
    assert [it.id for it, _ in everything] == [later.id, running.id, called_off.id, over.id]


async def test_lists_of_several_relationships_are_those_of_each() -> None:
    mia = await a_mentee()
    relationships = [await a_relationship(mentee=mia), await a_relationship()]
    for n in range(7):
        starts_at = clock.now() + (1 + n // 2) * DAY  # pairs begin together
        await a_session(relationships[bool(n % 3)], starts_at=starts_at)
    listing, owners = lists.of_relationships(), [it.id for it in relationships]

    pages = {
        (size, is_from_end): await listing.slices(owners, size, is_from_end=is_from_end)
        for size in (1, 2, 10)
        for is_from_end in (False, True)
    }

    for relationship in relationships:
        sessions = await MentoringSession.filter(relationship=relationship)
        ids = [it.id for it in sorted(sessions, key=lambda it: (it.starts_at, it.id), reverse=True)]
        for (size, is_from_end), slices in pages.items():
            found = [it.id for it, _ in slices[relationship.id]]
            assert found == (ids[-size:] if is_from_end else ids[:size])
        [(_, position), *_] = pages[1, False][relationship.id]
        after = await listing.slices([relationship.id], 10, after=position)
        assert [it.id for it, _ in after[relationship.id]] == ids[1:]
    assert await listing.counts(owners) == dict(zip(owners, (3, 4), strict=True))
