"""Working together, completing, and parting with thanks."""

from datetime import timedelta

import pytest

from models import (
    CompletionOutcome,
    Enrollment,
    Event,
    EventKind,
    GratitudeNote,
    MentoringRelationship,
    MentoringRequest,
    Reason,
    RelationshipCriteria,
    RelationshipState,
    Role,
    clock,
)
from tests.conftest import Time
from tests.factories import (
    a_completed_relationship,
    a_member,
    a_mentee,
    a_mentor,
    a_relationship,
    a_request,
)
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

REACHED = CompletionOutcome.GOALS_REACHED


async def listed(member_of: MentoringRelationship, **criteria: object) -> list[str]:
    listing = MentoringRelationship.listed_for(
        member_of.mentor,
        RelationshipCriteria(**criteria),  # type: ignore[arg-type]
    )
    return [it.id for it, _ in await listing.slice(100)]


async def kinds_for(reader_id: str) -> list[EventKind]:
    events = Event.filter(reader_id=reader_id).order_by("created_at", "id")
    return [it.kind for it in await events]


async def test_an_accepted_request_begins_a_relationship() -> None:
    request = await a_request()

    relationship, closed = await MentoringRelationship.accept(request, by=request.recipient)

    assert relationship.is_running
    assert relationship.mentor_id == request.mentor_id
    assert relationship.mentee_id == request.mentee_id
    assert relationship.request_id == request.id
    assert closed == []


async def test_two_people_begin_one_relationship_in_the_same_roles() -> None:
    relationship = await a_relationship()

    refusal = await refusal_of(lambda: MentoringRelationship.begin(relationship.request))

    assert refusal.reason is Reason.ALREADY_PARTNERS


@pytest.mark.parametrize("side", ["mentor", "mentee"])
async def test_either_side_completes_it_without_consent(time: Time, side: str) -> None:
    relationship = await a_relationship()
    by = getattr(relationship, side)

    await relationship.complete(by=by, outcome=CompletionOutcome.PARTED_WAYS)

    assert relationship.state is RelationshipState.COMPLETED
    assert relationship.outcome is CompletionOutcome.PARTED_WAYS
    assert relationship.completed_by_id == by.id
    assert relationship.completed_at == clock.now()


async def test_completing_gives_both_their_place_back() -> None:
    relationship = await a_relationship()
    taken = [it.places_taken for it in await Enrollment.all()]

    await relationship.complete(by=relationship.mentee, outcome=REACHED)

    assert taken == [1, 1]
    assert [it.places_taken for it in await Enrollment.all()] == [0, 0]


async def test_completing_tells_the_other_in_the_feed(time: Time) -> None:
    relationship = await a_relationship()
    time.passes(timedelta(days=1))

    await relationship.complete(by=relationship.mentee, outcome=REACHED)

    assert (await kinds_for(relationship.mentor_id))[-1] is EventKind.RELATIONSHIP_COMPLETED
    assert EventKind.RELATIONSHIP_COMPLETED not in await kinds_for(relationship.mentee_id)


async def test_it_is_completed_once() -> None:
    relationship = await a_completed_relationship()

    refusal = await refusal_of(
        lambda: relationship.complete(by=relationship.mentor, outcome=REACHED)
    )

    assert refusal.reason is Reason.WRONG_STATE


async def test_after_completing_the_two_may_begin_again() -> None:
    grace, mia = await a_mentor(), await a_mentee()
    first = await a_completed_relationship(mentor=grace, mentee=mia)

    second = await a_relationship(mentor=grace, mentee=mia)

    assert second.is_running
    assert second.id != first.id


async def test_a_place_that_is_free_again_can_be_asked_for() -> None:
    grace = await a_mentor(capacity=1)
    relationship = await a_relationship(mentor=grace)
    mia = await a_mentee()
    await relationship.complete(by=grace.member, outcome=REACHED)

    request = await MentoringRequest.open(sender=mia.member, recipient=grace)

    assert request.is_pending


async def test_both_may_thank_each_other_after_completing() -> None:
    relationship = await a_completed_relationship()

    for person in (relationship.mentor, relationship.mentee):
        await relationship.thank(by=person, words=" Thank you. ", is_shareable=False)

    assert [it.text for it in await GratitudeNote.all()] == ["Thank you.", "Thank you."]
    assert EventKind.GRATITUDE_RECEIVED in await kinds_for(relationship.mentor_id)
    assert EventKind.GRATITUDE_RECEIVED in await kinds_for(relationship.mentee_id)


async def test_one_thanks_once() -> None:
    relationship = await a_completed_relationship()
    await relationship.thank(by=relationship.mentor, words="Thanks.", is_shareable=False)

    refusal = await refusal_of(
        lambda: relationship.thank(by=relationship.mentor, words="Again.", is_shareable=False)
    )

    assert refusal.reason is Reason.DUPLICATE


async def test_thanks_wait_until_it_is_completed() -> None:
    relationship = await a_relationship()

    refusal = await refusal_of(
        lambda: relationship.thank(by=relationship.mentor, words="Thanks.", is_shareable=False)
    )

    assert refusal.reason is Reason.WRONG_STATE


@pytest.mark.parametrize(
    ("words", "reason"), [(" \n", Reason.REQUIRED), ("x" * 4001, Reason.TOO_LONG)]
)
async def test_thanks_are_words_and_no_book(words: str, reason: Reason) -> None:
    relationship = await a_completed_relationship()

    refusal = await refusal_of(
        lambda: relationship.thank(by=relationship.mentor, words=words, is_shareable=False)
    )

    assert refusal.reason is reason


async def test_thanks_are_visible_to_the_two_alone() -> None:
    relationship = await a_completed_relationship()
    note = await relationship.thank(by=relationship.mentor, words="Thanks.", is_shareable=True)

    assert await GratitudeNote.visible_to(relationship.mentor) == [note]
    assert await GratitudeNote.visible_to(relationship.mentee) == [note]
    assert await GratitudeNote.visible_to(await a_member()) == []


async def test_a_completed_relationship_stays_readable_to_both() -> None:
    relationship = await a_completed_relationship()

    assert await MentoringRelationship.visible_to(relationship.mentor) == [relationship]
    assert await MentoringRelationship.visible_to(relationship.mentee) == [relationship]
    assert await MentoringRelationship.visible_to(await a_member()) == []


async def test_running_ones_are_listed_first_then_the_newest(time: Time) -> None:
    grace = await a_mentor()
    old, completed, new = [
        [await a_relationship(mentor=grace), time.passes(timedelta(days=1))][0] for _ in range(3)
    ]
    await completed.complete(by=grace.member, outcome=REACHED)

    assert await listed(old) == [new.id, old.id, completed.id]


async def test_the_list_can_be_narrowed_by_state_and_role(time: Time) -> None:
    grace = await a_mentor()
    running = await a_relationship(mentor=grace)
    completed = await a_completed_relationship(mentor=grace)

    assert await listed(running, states=[RelationshipState.COMPLETED]) == [completed.id]
    assert await listed(running, states=[RelationshipState.ACTIVE]) == [running.id]
    assert await listed(running, role=Role.MENTEE) == []


async def test_each_of_the_two_sees_the_other() -> None:
    relationship = await a_relationship()

    assert relationship.partner_id(relationship.mentor) == relationship.mentee_id
    assert relationship.partner_id(relationship.mentee) == relationship.mentor_id
    assert relationship.role_of(relationship.mentee) is Role.MENTEE
