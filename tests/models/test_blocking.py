"""Blocking: two people who find and hear nothing of each other."""

from collections.abc import Awaitable, Callable

import pytest

from mailers import relationship_mailer, request_mailer
from mailers.email import NotMailed
from models import (
    Block,
    Enrollment,
    Event,
    EventKind,
    GratitudeNote,
    Member,
    MentoringRelationship,
    MentoringRequest,
    OutgoingEmail,
    Reason,
    RequestState,
    Role,
    blocking,
)
from models.database import transaction
from tests.factories import (
    a_block,
    a_completed_relationship,
    a_coordinator,
    a_member,
    a_mentee,
    a_mentor,
    a_relationship,
    a_request,
)
from tests.unchanged import everything, refusal_of

pytestmark = pytest.mark.usefixtures("database")

EITHER_WAY = pytest.mark.parametrize("is_first_the_blocker", [True, False])


async def sees(viewer: Member, other: Member) -> bool:
    return await Member.visible_to(viewer).filter(id=other.id).exists()


async def kinds_for(reader: Member) -> list[EventKind]:
    return [it.kind for it in await Event.visible_to(reader).order_by("created_at", "id")]


@EITHER_WAY
async def test_who_have_nothing_in_common_are_unknown_to_each_other(
    is_first_the_blocker: bool,
) -> None:
    one, other = await a_member(), await a_member()

    await a_block(*([one, other] if is_first_the_blocker else [other, one]))

    assert not await sees(one, other)
    assert await sees(one, one)
    assert await sees(await a_member(), other)


@EITHER_WAY
async def test_of_whom_one_had_to_do_with_one_remembers_the_name(
    is_first_the_blocker: bool,
) -> None:
    relationship = await a_completed_relationship()
    mentor, mentee = relationship.mentor, relationship.mentee
    await mentor.update_from_dict({"headline": "Countess", "time_zone": "Asia/Tokyo"}).save()

    await a_block(*([mentor, mentee] if is_first_the_blocker else [mentee, mentor]))

    seen = (await Member.seen_by(mentee, [mentor.id]))[mentor.id]
    assert await sees(mentee, mentor)
    assert (seen.id, seen.name) == (mentor.id, mentor.name)
    assert (seen.headline, seen.time_zone) == (None, "UTC")
    assert (seen.username, seen.email, seen.password_hash) == ("", "", None)
    assert not await Enrollment.visible_to(mentee).filter(member_id=mentor.id).exists()
    assert await MentoringRelationship.visible_to(mentee).filter(id=relationship.id).exists()


async def test_coordinators_see_whom_they_look_after_whoever_blocked_whom() -> None:
    coordinator, member = await a_coordinator(), await a_member(headline="Countess")

    await a_block(member, coordinator)

    assert await sees(coordinator, member)
    seen = await Member.seen_by(coordinator, [member.id])
    assert seen[member.id].headline == "Countess"


async def test_to_block_again_changes_nothing() -> None:
    one, other = await a_member(), await a_member()
    block = await a_block(one, other)
    before = await everything()

    again = await a_block(one, other)

    assert again.id == block.id
    assert await everything() == before


async def test_who_is_unblocked_is_found_again() -> None:
    one, other = await a_member(), await a_member()
    await a_block(one, other)

    for _ in range(2):
        await transaction(lambda: blocking.unblock(other, by=one))

    assert await sees(one, other)
    assert await sees(other, one)


async def test_two_who_blocked_each_other_stay_apart_until_both_unblock() -> None:
    one, other = await a_member(), await a_member()
    await a_block(one, other)
    await a_block(other, one)

    await transaction(lambda: blocking.unblock(other, by=one))

    assert not await sees(one, other)
    assert not await sees(other, one)


async def test_nobody_blocks_themselves() -> None:
    ada = await a_member()

    refusal = await refusal_of(lambda: blocking.block(ada, by=ada))

    assert refusal.reason is Reason.SELF


@EITHER_WAY
async def test_who_work_together_complete_that_first(is_first_the_blocker: bool) -> None:
    relationship = await a_relationship()
    both = [relationship.mentor, relationship.mentee]
    blocker, other = both if is_first_the_blocker else both[::-1]

    refusal = await refusal_of(lambda: blocking.block(other, by=blocker))

    assert refusal.reason is Reason.WRONG_STATE
    assert "complete your relationship first" in refusal.problems[0].message


async def test_one_blocks_so_many_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "MOST", 2)
    ada, *others = [await a_member() for _ in range(4)]
    for it in others[:2]:
        await a_block(ada, it)

    refusal = await refusal_of(lambda: blocking.block(others[2], by=ada))

    assert refusal.reason is Reason.OUT_OF_RANGE
    assert (await a_block(ada, others[0])).blocked_id == others[0].id


@pytest.mark.parametrize("is_sender_the_blocker", [True, False])
async def test_what_waits_between_the_two_is_closed_and_only_the_other_hears(
    is_sender_the_blocker: bool,
) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    request = await a_request(sender=mia, recipient=grace)
    elsewhere = await a_request(recipient=grace)
    both = [mia.member, grace.member]
    blocker, other = both if is_sender_the_blocker else both[::-1]
    heard = await kinds_for(blocker)

    closed = (await transaction(lambda: blocking.block(other, by=blocker))).closed

    assert [(it.request.id, it.reader.id) for it in closed] == [(request.id, other.id)]
    assert (await MentoringRequest.get(id=request.id)).state is RequestState.CLOSED
    assert (await MentoringRequest.get(id=elsewhere.id)).state is RequestState.PENDING
    assert await kinds_for(blocker) == heard
    event = await Event.get(reader_id=other.id, kind=EventKind.REQUEST_CLOSED)
    assert event.actor_id is None


@EITHER_WAY
@pytest.mark.parametrize("asked", Role)
async def test_neither_can_ask_the_other(is_first_the_blocker: bool, asked: Role) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    sender, recipient = (mia, grace) if asked is Role.MENTOR else (grace, mia)
    both = [sender.member, recipient.member]
    await a_block(*(both if is_first_the_blocker else both[::-1]))

    refusal = await refusal_of(
        lambda: MentoringRequest.open(sender=sender.member, recipient=recipient)
    )

    assert refusal.reason is Reason.NOT_FOUND
    assert refusal.problems[0].field == ("enrollment_id",)


async def what_partners_would_do(relationship: MentoringRelationship) -> None:
    mia = relationship.mentee
    await relationship.thank(by=mia, words="Do write to me.", is_shareable=False)


async def told_of_thanks(relationship: MentoringRelationship) -> NotMailed | None:
    note = await GratitudeNote.get().prefetch_related("author", "relationship")
    return await relationship_mailer.thanks_received(note, relationship.mentor).deliver_later()


async def test_of_thanks_by_whom_one_blocked_one_hears_and_reads_nothing() -> None:
    relationship = await a_completed_relationship()
    grace, mia = relationship.mentor, relationship.mentee
    await a_block(grace, mia)
    heard = await kinds_for(grace)

    await transaction(lambda: what_partners_would_do(relationship))

    assert await kinds_for(grace) == heard
    assert await transaction(lambda: told_of_thanks(relationship)) is NotMailed.BLOCKED
    assert not await GratitudeNote.visible_to(grace).exists()
    assert await GratitudeNote.visible_to(mia).exists()


async def test_thanks_from_before_the_block_stay_readable() -> None:
    relationship = await a_completed_relationship()
    await transaction(lambda: what_partners_would_do(relationship))

    await a_block(relationship.mentor, relationship.mentee)

    assert await GratitudeNote.visible_to(relationship.mentor).exists()


async def test_what_who_blocked_does_on_purpose_reaches_the_other() -> None:
    relationship = await a_completed_relationship()
    await a_block(relationship.mentee, relationship.mentor)

    await transaction(lambda: what_partners_would_do(relationship))

    assert EventKind.GRATITUDE_RECEIVED in await kinds_for(relationship.mentor)
    assert await transaction(lambda: told_of_thanks(relationship)) is None
    assert await GratitudeNote.visible_to(relationship.mentor).exists()


async def test_an_e_mail_of_the_program_reaches_both_in_spite_of_a_block() -> None:
    request = await a_request()
    await a_block(request.recipient, request.sender)

    closed = request_mailer.closed(request, request.sender)

    assert await transaction(closed.deliver_later) is None


async def a_member_alone() -> Member:
    return await a_member()


async def a_former_partner_of_nobody_here() -> Member:
    return (await a_completed_relationship()).mentor


@pytest.mark.parametrize("who", [a_member_alone, a_former_partner_of_nobody_here])
async def test_whom_one_blocked_can_be_addressed_and_nobody_else_whom_one_does_not_see(
    who: Callable[[], Awaitable[Member]],
) -> None:
    ada, other, stranger = await a_member(), await who(), await a_member()
    await a_block(ada, other)
    await a_block(stranger, ada)

    addressable = {it.id for it in await Member.addressable_by(ada)}

    assert other.id in addressable
    assert stranger.id not in addressable


async def test_one_reads_only_of_ones_own_blocks() -> None:
    ada, grace = await a_member(), await a_member()
    block = await a_block(ada, grace)

    assert [it.id for it, _ in await Block.listed_for(ada).slice(10)] == [block.id]
    assert await Block.listed_for(grace).slice(10) == []
    assert not await OutgoingEmail.all().exists()
