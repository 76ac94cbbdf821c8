"""Asking for a mentoring relationship and answering, in both directions."""

from datetime import timedelta

import pytest

from models import (
    Asking,
    CannotRequestReason,
    Enrollment,
    Event,
    EventKind,
    Member,
    MentoringRelationship,
    MentoringRequest,
    ParticipationStatus,
    Program,
    Reason,
    Refusal,
    RequestState,
    Role,
    Topic,
    clock,
)
from models.database import transaction
from models.mentoring_request.waiting import expire_due
from tests.conftest import Time
from tests.factories import (
    a_completed_relationship,
    a_member,
    a_mentee,
    a_mentor,
    a_relationship,
    a_request,
    an_enrollment,
    some_topics,
)
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

BOTH_WAYS = pytest.mark.parametrize("asked", [Role.MENTOR, Role.MENTEE])
DAY = timedelta(days=1)


async def a_pair(asked: Role) -> tuple[Enrollment, Enrollment]:
    """Somebody in the role that is asked, and somebody in the other."""
    return await an_enrollment(asked), await an_enrollment(asked.other)


async def asking(sender: Enrollment | Member, recipient: Enrollment) -> Refusal:
    member = sender.member if isinstance(sender, Enrollment) else sender
    return await refusal_of(lambda: MentoringRequest.open(sender=member, recipient=recipient))


async def badge(viewer: Enrollment | Member, enrollment: Enrollment) -> list[CannotRequestReason]:
    member = viewer.member if isinstance(viewer, Enrollment) else viewer
    return (await Asking.of(member, [enrollment])).reasons_against(enrollment)


async def now(request: MentoringRequest) -> MentoringRequest:
    return await MentoringRequest.get(id=request.id)


async def states(*requests: MentoringRequest) -> list[RequestState]:
    return [(await now(it)).state for it in requests]


async def kinds_for(person: Enrollment) -> list[EventKind]:
    events = Event.visible_to(person.member).order_by("created_at", "id")
    return [it.kind for it in await events]


@BOTH_WAYS
async def test_either_side_may_ask(asked: Role) -> None:
    recipient, sender = await a_pair(asked)

    request = await MentoringRequest.open(sender=sender.member, recipient=recipient)

    assert request.state is RequestState.PENDING
    assert request.sender_id == sender.member_id
    assert request.recipient_id == recipient.member_id
    assert request.recipient_role is asked
    assert await kinds_for(recipient) == [EventKind.REQUEST_RECEIVED]


async def test_a_click_is_enough_to_ask() -> None:
    grace, mia = await a_mentor(), await a_mentee()

    request = await MentoringRequest.open(sender=mia.member, recipient=grace)

    assert request.message == ""
    assert await request.topics() == []


async def test_a_message_and_topics_may_be_added() -> None:
    grace, mia = await a_mentor(topics=["Delegating", "Writing"]), await a_mentee()
    [writing] = await some_topics(["Writing"])

    request = await MentoringRequest.open(
        sender=mia.member, recipient=grace, message=" May I? ", topic_ids=[writing.id]
    )

    assert request.message == "May I?"
    assert await request.topics() == [writing]


async def test_both_dates_can_be_seen_from_the_start(time: Time) -> None:
    request = await a_request()

    assert request.follow_up_from == clock.now() + 7 * DAY
    assert request.expires_at == clock.now() + 14 * DAY


async def test_the_days_are_settings_of_the_program(time: Time) -> None:
    await Program.filter(id="program").update(follow_up_after_days=2, request_expiry_days=5)

    request = await a_request()

    assert request.follow_up_from == clock.now() + 2 * DAY
    assert request.expires_at == clock.now() + 5 * DAY


async def test_asking_oneself_is_refused() -> None:
    both = await a_mentor()
    await a_mentee(member=both.member)

    refusal = await asking(both, both)

    assert refusal.reason is Reason.SELF


@BOTH_WAYS
async def test_asking_without_being_enrolled_in_the_matching_role_is_refused(asked: Role) -> None:
    recipient, same_role = await an_enrollment(asked), await an_enrollment(asked)

    refusal = await asking(same_role, recipient)

    assert refusal.reason is Reason.NOT_ENROLLED


@BOTH_WAYS
@pytest.mark.parametrize("status", [ParticipationStatus.PAUSED, ParticipationStatus.LEFT])
async def test_asking_while_one_takes_no_part_oneself_is_refused(
    asked: Role, status: ParticipationStatus
) -> None:
    recipient = await an_enrollment(asked)
    sender = await an_enrollment(asked.other, noted_status=status)

    refusal = await asking(sender, recipient)

    assert refusal.reason is Reason.NOT_ENROLLED


@BOTH_WAYS
@pytest.mark.parametrize("status", [ParticipationStatus.PAUSED, ParticipationStatus.LEFT])
async def test_asking_somebody_who_takes_no_part_is_refused(
    asked: Role, status: ParticipationStatus
) -> None:
    recipient = await an_enrollment(asked, noted_status=status)
    sender = await an_enrollment(asked.other)

    refusal = await asking(sender, recipient)

    assert refusal.reason is Reason.NOT_ACCEPTING


async def test_asking_somebody_whose_membership_lapsed_is_refused() -> None:
    grace = await a_mentor(person={"valid_until": clock.now() - DAY})
    mia = await a_mentee()

    refusal = await asking(mia, grace)

    assert refusal.reason is Reason.NOT_ACCEPTING


@BOTH_WAYS
async def test_asking_somebody_without_a_free_place_is_refused(asked: Role) -> None:
    recipient = await an_enrollment(asked, capacity=1, places_taken=1)
    sender = await an_enrollment(asked.other)

    refusal = await asking(sender, recipient)

    assert refusal.reason is Reason.NO_CAPACITY


@BOTH_WAYS
async def test_asking_without_a_free_place_of_ones_own_is_refused(asked: Role) -> None:
    recipient = await an_enrollment(asked)
    sender = await an_enrollment(asked.other, capacity=2, places_taken=2)

    refusal = await asking(sender, recipient)

    assert refusal.reason is Reason.NO_CAPACITY


@BOTH_WAYS
async def test_asking_a_partner_in_the_same_roles_is_refused(asked: Role) -> None:
    recipient, sender = await a_pair(asked)
    request = await a_request(sender=sender, recipient=recipient)
    await MentoringRelationship.accept(request, by=request.recipient)

    refusal = await asking(sender, recipient)

    assert refusal.reason is Reason.ALREADY_PARTNERS


async def test_partners_may_ask_each_other_in_the_other_roles() -> None:
    grace, mia = await a_mentor(), await a_mentee()
    await a_relationship(mentor=grace, mentee=mia)
    await a_mentor(member=mia.member)
    grace_as_mentee = await a_mentee(member=grace.member)

    request = await MentoringRequest.open(sender=mia.member, recipient=grace_as_mentee)

    assert request.mentor_id == mia.member_id


@BOTH_WAYS
async def test_asking_twice_is_refused(asked: Role) -> None:
    recipient, sender = await a_pair(asked)
    await a_request(sender=sender, recipient=recipient)

    refusal = await asking(sender, recipient)

    assert refusal.reason is Reason.ALREADY_REQUESTED


@BOTH_WAYS
async def test_who_is_asked_answers_instead_of_asking_back(asked: Role) -> None:
    recipient, sender = await a_pair(asked)
    await a_request(sender=sender, recipient=recipient)

    refusal = await asking(recipient, sender)

    assert refusal.reason is Reason.ANSWER_THEIRS


async def test_one_can_have_five_open_requests_at_a_time() -> None:
    mia = await a_mentee()
    for _ in range(5):
        await a_request(sender=mia)

    refusal = await asking(mia, await a_mentor())

    assert refusal.reason is Reason.REQUEST_LIMIT


async def test_a_request_that_is_settled_makes_room_for_another() -> None:
    await Program.filter(id="program").update(max_open_requests=1)
    first = await a_request()
    await first.withdraw(by=first.sender)

    second = await MentoringRequest.open(sender=first.sender, recipient=await a_mentor())

    assert second.is_pending


@BOTH_WAYS
async def test_asking_again_soon_after_a_decline_is_refused(time: Time, asked: Role) -> None:
    recipient, sender = await a_pair(asked)
    request = await a_request(sender=sender, recipient=recipient)
    await request.decline(by=recipient.member)

    time.passes(30 * DAY - timedelta(seconds=1))
    refusal = await asking(sender, recipient)

    assert refusal.reason is Reason.TOO_SOON


async def test_after_the_cool_off_one_may_ask_again(time: Time) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    request = await a_request(sender=mia, recipient=grace)
    await request.decline(by=grace.member)

    time.passes(30 * DAY)
    again = await MentoringRequest.open(sender=mia.member, recipient=grace)

    assert again.is_pending


async def test_who_declined_may_ask_at_once() -> None:
    grace, mia = await a_mentor(), await a_mentee()
    request = await a_request(sender=mia, recipient=grace)
    await request.decline(by=grace.member)

    theirs = await MentoringRequest.open(sender=grace.member, recipient=mia)

    assert theirs.is_pending


async def test_who_took_a_request_back_may_ask_again_at_once() -> None:
    grace, mia = await a_mentor(), await a_mentee()
    request = await a_request(sender=mia, recipient=grace)
    await request.withdraw(by=mia.member)

    again = await MentoringRequest.open(sender=mia.member, recipient=grace)

    assert again.is_pending


async def test_after_completing_one_may_ask_again() -> None:
    grace, mia = await a_mentor(), await a_mentee()
    await a_completed_relationship(mentor=grace, mentee=mia)

    again = await MentoringRequest.open(sender=mia.member, recipient=grace)

    assert again.is_pending


async def test_topics_are_those_that_the_person_chose() -> None:
    grace, mia = await a_mentor(topics=["Delegating"]), await a_mentee()
    [delegating, writing] = await some_topics(["Delegating", "Writing"])
    ids = [delegating.id, writing.id, delegating.id]

    refusal = await refusal_of(
        lambda: MentoringRequest.open(sender=mia.member, recipient=grace, topic_ids=ids)
    )

    assert [(it.reason, it.field) for it in refusal.problems] == [
        (Reason.NOT_FOUND, ("topic_ids", "1")),
        (Reason.DUPLICATE, ("topic_ids", "2")),
    ]


async def test_a_message_is_no_book() -> None:
    grace, mia = await a_mentor(), await a_mentee()

    refusal = await refusal_of(
        lambda: MentoringRequest.open(sender=mia.member, recipient=grace, message="x" * 4001)
    )

    assert refusal.reason is Reason.TOO_LONG


async def test_the_badge_says_why_before_the_click_does() -> None:
    mia = await a_mentee()
    grace = await a_mentor(capacity=1, places_taken=1, noted_status=ParticipationStatus.PAUSED)

    reasons = await badge(mia, grace)

    assert reasons == [CannotRequestReason.NOT_ACCEPTING, CannotRequestReason.NO_CAPACITY]
    assert (await asking(mia, grace)).reason is Reason.NOT_ACCEPTING


async def test_the_badge_says_nothing_against_somebody_who_can_be_asked() -> None:
    assert await badge(await a_mentee(), await a_mentor()) == []


async def test_a_member_without_any_role_cannot_ask() -> None:
    assert await badge(await a_member(), await a_mentor()) == [CannotRequestReason.NOT_ENROLLED]


@BOTH_WAYS
async def test_accepting_takes_a_place_of_both(asked: Role) -> None:
    recipient, sender = await a_pair(asked)
    request = await a_request(sender=sender, recipient=recipient)

    await request.accept(by=recipient.member, reply="  Gladly. ")

    assert request.state is RequestState.ACCEPTED
    assert request.reply == "Gladly."
    assert [it.places_taken for it in await Enrollment.all()] == [1, 1]
    assert await kinds_for(sender) == [EventKind.REQUEST_ACCEPTED]


async def test_declining_takes_no_place() -> None:
    request = await a_request()

    await request.decline(by=request.recipient, reply="Not this year.")

    assert request.state is RequestState.DECLINED
    assert request.reply == "Not this year."
    assert [it.places_taken for it in await Enrollment.all()] == [0, 0]


async def test_an_answer_needs_no_words() -> None:
    request = await a_request()

    await request.decline(by=request.recipient, reply="  ")

    assert request.reply is None


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_only_the_person_asked_can_answer(answer: str) -> None:
    request = await a_request()

    refusal = await refusal_of(lambda: getattr(request, answer)(by=request.sender))

    assert refusal.reason is Reason.NOT_ALLOWED


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_an_answer_is_given_once(answer: str) -> None:
    request = await a_request()
    await request.decline(by=request.recipient)

    refusal = await refusal_of(lambda: getattr(request, answer)(by=request.recipient))

    assert refusal.reason is Reason.WRONG_STATE


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_a_reply_is_no_book(answer: str) -> None:
    request = await a_request()

    refusal = await refusal_of(
        lambda: getattr(request, answer)(by=request.recipient, reply="x" * 4001)
    )

    assert refusal.reason is Reason.TOO_LONG
    assert refusal.problems[0].field == ("reply",)


@pytest.mark.parametrize("full", [Role.MENTOR, Role.MENTEE])
async def test_accepting_is_refused_when_either_side_is_full(full: Role) -> None:
    request = await a_request()
    await Enrollment.filter(role=full).update(capacity=1, places_taken=1)

    refusal = await refusal_of(lambda: request.accept(by=request.recipient))

    assert refusal.reason is Reason.NO_CAPACITY
    assert (await now(request)).is_pending


async def test_accepting_is_refused_when_the_sender_is_no_longer_a_member() -> None:
    request = await a_request()
    await Member.filter(id=request.sender_id).update(suspended_at=clock.now())

    refusal = await refusal_of(lambda: request.accept(by=request.recipient))

    assert refusal.reason is Reason.NOT_ACCEPTING


async def test_the_sender_may_take_a_request_back() -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)

    await request.withdraw(by=request.sender)

    assert request.state is RequestState.WITHDRAWN
    assert EventKind.REQUEST_WITHDRAWN in await kinds_for(grace)


async def test_only_the_sender_can_take_a_request_back() -> None:
    request = await a_request()

    refusal = await refusal_of(lambda: request.withdraw(by=request.recipient))

    assert refusal.reason is Reason.NOT_ALLOWED


async def test_an_answered_request_cannot_be_taken_back() -> None:
    request = await a_request()
    await request.decline(by=request.recipient)

    refusal = await refusal_of(lambda: request.withdraw(by=request.sender))

    assert refusal.reason is Reason.WRONG_STATE


async def test_when_an_acceptance_fills_the_places_the_other_requests_are_closed() -> None:
    grace = await a_mentor(capacity=1)
    first, second, third = [await a_request(recipient=grace) for _ in range(3)]

    _, closed = await MentoringRelationship.accept(first, by=grace.member)

    assert await states(second, third) == [RequestState.CLOSED] * 2
    assert {(it.request.id, it.reader.id) for it in closed} == {
        (second.id, second.sender_id),
        (third.id, third.sender_id),
    }


async def test_when_the_sender_is_full_then_their_other_requests_are_closed() -> None:
    mia = await a_mentee(capacity=1)
    first, second = await a_request(sender=mia), await a_request(sender=mia)

    _, [closed] = await MentoringRelationship.accept(first, by=first.recipient)

    assert closed.request.id == second.id
    assert closed.reader.id == second.recipient_id


async def test_requests_in_the_other_role_go_on_when_one_is_full() -> None:
    grace = await a_mentor(capacity=1)
    grace_as_mentee = await a_mentee(member=grace.member)
    as_mentee = await a_request(sender=grace_as_mentee)
    as_mentor = await a_request(recipient=grace)

    await MentoringRelationship.accept(as_mentor, by=grace.member)

    assert await states(as_mentee) == [RequestState.PENDING]


async def test_with_another_free_place_the_other_requests_go_on() -> None:
    grace = await a_mentor(capacity=2)
    first, second = await a_request(recipient=grace), await a_request(recipient=grace)

    _, closed = await MentoringRelationship.accept(first, by=grace.member)

    assert closed == []
    assert await states(second) == [RequestState.PENDING]


async def test_following_up_is_in_order_after_a_week(time: Time) -> None:
    request = await a_request()

    before = request.can_be_followed_up(by=request.sender)
    time.passes(7 * DAY)
    after = request.can_be_followed_up(by=request.sender)

    assert (before, after) == (False, True)
    assert not request.can_be_followed_up(by=request.recipient)


async def test_a_request_expires_when_its_days_are_over(time: Time) -> None:
    request = await a_request()
    time.passes(DAY)
    younger = await a_request()
    time.passes(13 * DAY)

    told = await transaction(expire_due)

    assert [it.request.id for it in told] == [request.id, request.id]
    assert {it.reader.id for it in told} == {request.sender_id, request.recipient_id}
    assert (await now(request)).state is RequestState.EXPIRED
    assert (await now(younger)).state is RequestState.PENDING


async def test_a_request_expires_once(time: Time) -> None:
    await a_request()
    time.passes(15 * DAY)
    await transaction(expire_due)

    assert await transaction(expire_due) == []


async def test_a_request_whose_clock_stands_still_does_not_expire(time: Time) -> None:
    request = await a_request(held_since=clock.now())
    time.passes(100 * DAY)

    assert await transaction(expire_due) == []
    assert (await now(request)).is_answerable


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_an_answer_after_the_last_day_comes_too_late(time: Time, answer: str) -> None:
    request = await a_request()
    time.passes(14 * DAY)

    refusal = await refusal_of(lambda: getattr(request, answer)(by=request.recipient))

    assert refusal.reason is Reason.WRONG_STATE
    assert not request.is_answerable


async def test_an_expired_request_makes_room_for_another(time: Time) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    await a_request(sender=mia, recipient=grace)
    time.passes(14 * DAY)
    await transaction(expire_due)

    again = await transaction(lambda: MentoringRequest.open(sender=mia.member, recipient=grace))

    assert again.is_pending


async def test_the_usual_time_to_answer_leans_towards_the_last_answers(time: Time) -> None:
    grace = await a_mentor()
    first, second = await a_request(recipient=grace), await a_request(recipient=grace)

    time.passes(timedelta(hours=8))
    await first.decline(by=grace.member)
    usual = (await Enrollment.get(id=grace.id)).usual_response_hours
    time.passes(timedelta(hours=8))
    await second.decline(by=grace.member)

    assert usual == 8
    assert (await Enrollment.get(id=grace.id)).usual_response_hours == 10


async def test_requests_are_visible_to_the_two_alone() -> None:
    request = await a_request()
    stranger = await a_mentor()

    assert await MentoringRequest.visible_to(request.sender) == [request]
    assert await MentoringRequest.visible_to(request.recipient) == [request]
    assert await MentoringRequest.visible_to(stranger.member) == []


async def test_the_vocabulary_of_a_request_outlives_the_choice() -> None:
    grace, mia = await a_mentor(topics=["Delegating"]), await a_mentee()
    [delegating] = await some_topics(["Delegating"])
    request = await MentoringRequest.open(
        sender=mia.member, recipient=grace, topic_ids=[delegating.id]
    )

    await Topic.filter(id=delegating.id).update(is_archived=True)

    assert [it.name for it in await request.topics()] == ["Delegating"]
