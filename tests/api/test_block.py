"""`block` and `unblock`: nothing more of each other, and no door through which one learns of it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import (
    CompletionOutcome,
    Enrollment,
    Event,
    Member,
    OutgoingEmail,
    Role,
    clock,
)
from tests.client import Api
from tests.conftest import Time
from tests.factories import (
    a_block,
    a_completed_relationship,
    a_member,
    a_mentee,
    a_mentor,
    a_relationship,
    a_request,
    a_session,
    some_topics,
)
from tests.outbox import told

BLOCK = """
mutation($input: BlockInput!) {
  block(input: $input) {
    errors { code message field }
    block { id createdAt member { id name headline email } }
  }
}"""
UNBLOCK = """
mutation($input: UnblockInput!) {
  unblock(input: $input) { errors { code message field } viewer { blocks { totalCount } } }
}"""
BLOCKS = "{ viewer { blocks(first: 2) { totalCount nodes { member { id name headline } } } } }"
REQUEST = """
mutation($input: RequestInput!) {
  request(input: $input) { errors { code message field } request { id } }
}"""
THANK = """
mutation($input: AddGratitudeNoteInput!) {
  addGratitudeNote(input: $input) { errors { code } gratitudeNote { text } }
}"""
NODES = """
query($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    id
    ... on Member { name }
    ... on Enrollment { statement viewerCanRequest viewerCannotRequestReasons }
  }
}"""
SEARCH = """
query($topics: [ID!]) {
  mentors(filter: { topicIds: $topics }) {
    totalCount topicCounts { count topic { name } } nodes { member { name } }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  }
  mentees { totalCount nodes { member { name } } }
  program { topics { name mentorCount menteeCount } }
}"""
PERSON = """
fragment Person on Member {
  id name pronouns avatarUrl headline bio organization location industry careerStage languages
  timeZone email createdAt
  mentorEnrollment { id status statement openPlaces updatedAt }
  menteeEnrollment { id status statement openPlaces updatedAt }
}"""
PAST = (
    """
{
  viewer {
    counts {
      incomingRequests outgoingRequests remainingRequests activeRelationships upcomingSessions
      unreadEvents
    }
    requests(first: 2) {
      totalCount
      nodes {
        id state closedAt message reply followUpEmail { to } followUpFrom expiresAt viewerCanWithdraw
        viewerCanRespond viewerCanSendFollowUp
        sender { ...Person } recipient { ...Person }
      }
    }
    relationships(first: 2) {
      totalCount
      nodes {
        id state updatedAt viewerCanAddGratitudeNote viewerCanUpdate
        partner { ...Person } completion { completedBy { ...Person } gratitudeNotes { text } }
        sessions(first: 2) { nodes { id location agenda plannedBy { ...Person } } }
      }
    }
    events(first: 9) { totalCount nodes { kind text actor { ...Person } enrollment { id statement } } }
  }
}"""
    + PERSON
)
EVERYTHING: dict[str, Any] = {
    "pronouns": "she/her",
    "avatar_url": "https://pictures.example.org/ada.jpg",
    "headline": "Countess",
    "bio": "Of numbers.",
    "organization": "Analytical Engines",
    "location": "London",
    "industry": "Computing",
    "languages": "en fr",
    "time_zone": "Europe/London",
    "contact_visibility": "MEMBERS",
}
EITHER_WAY = pytest.mark.parametrize("does_viewer_block", [True, False])


async def between(viewer: Member, other: Member, *, does_viewer_block: bool) -> None:
    await a_block(*([viewer, other] if does_viewer_block else [other, viewer]))


async def test_somebody_is_blocked_and_listed_by_name(ask: Api) -> None:
    ada, other = await a_member(), await a_member(name="Grace", headline="Admiral")

    payload = await ask.does(BLOCK, as_=ada, memberId=other.id)

    member = payload["block"]["member"]
    assert member == {"id": other.id, "name": "Grace", "headline": None, "email": None}
    assert (await ask(BLOCKS, as_=ada))["viewer"]["blocks"] == {
        "totalCount": 1,
        "nodes": [{"member": {"id": other.id, "name": "Grace", "headline": None}}],
    }
    assert (await ask(BLOCKS, as_=other))["viewer"]["blocks"]["totalCount"] == 0


async def test_both_can_be_said_again(ask: Api) -> None:
    ada, other = await a_member(), await a_member()

    blocks = [await ask.does(BLOCK, as_=ada, memberId=other.id) for _ in range(2)]
    await ask.does(UNBLOCK, as_=ada, memberId=other.id)
    again = await ask.does(UNBLOCK, as_=ada, memberId=other.id)

    assert blocks[0] == blocks[1]
    assert again["viewer"]["blocks"]["totalCount"] == 0


@pytest.mark.parametrize("operation", [BLOCK, UNBLOCK])
async def test_whom_one_may_not_see_one_neither_blocks_nor_unblocks(
    ask: Api, operation: str
) -> None:
    ada, blocker = await a_member(), await a_member()
    lapsed = await a_member(valid_until=clock.now() - timedelta(days=1))
    await a_block(blocker, ada)

    unknown = await ask.refused(operation, as_=ada, memberId="mem_unknown")

    assert (unknown[0]["code"], unknown[0]["field"]) == ("NOT_FOUND", ["input", "memberId"])
    for it in (blocker, lapsed):
        assert await ask.refused(operation, as_=ada, memberId=it.id) == unknown


async def test_who_work_together_are_told_to_complete_first(ask: Api) -> None:
    relationship = await a_relationship()

    [error] = await ask.refused(BLOCK, as_=relationship.mentor, memberId=relationship.mentee_id)

    assert (error["code"], error["field"]) == ("WRONG_STATE", ["input", "memberId"])
    assert error["message"] == "You are working together: complete your relationship first."


async def test_whose_request_is_closed_hears_what_the_program_says_to_all(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    request = await a_request(sender=mia, recipient=grace)

    await ask.does(BLOCK, as_=grace, memberId=mia.member_id)

    assert await told(mia) == ["request_mailer/closed"]
    closed = await OutgoingEmail.get(reader_id=mia.member_id)
    assert (closed.actor_id, closed.about_id) == (None, request.id)
    assert closed.facts["is_asked"] is False


# Below, nobody is to find out. What one meets who is blocked is compared with what everybody meets
# where there is nobody, byte for byte.


@EITHER_WAY
async def test_whom_one_has_nothing_to_do_with_looks_like_nobody(
    ask: Api, does_viewer_block: bool
) -> None:
    viewer = await a_mentee()
    await a_mentor(member=viewer.member)
    other = await a_mentor(person=EVERYTHING)
    await a_mentee(member=other.member)
    ids = [it.id for it in await Enrollment.filter(member_id=other.member_id)]
    nobody = await ask.bytes_of(NODES, as_=viewer, ids=["mem_unknown", "enr_0", "enr_1"])

    await between(viewer.member, other.member, does_viewer_block=does_viewer_block)

    assert await ask.bytes_of(NODES, as_=viewer, ids=[other.member_id, *ids]) == nobody


@EITHER_WAY
async def test_searches_and_their_numbers_are_as_if_the_other_were_not_there(
    ask: Api, does_viewer_block: bool
) -> None:
    viewer = await a_mentee()
    await a_mentor(member=viewer.member, topics=["Sales"])
    await a_mentor(topics=["Delegating", "Writing"], name="Somebody else")
    topics = [it.id for it in await some_topics(["Delegating"])]
    without = [await ask.bytes_of(SEARCH, as_=viewer, topics=it) for it in (None, topics)]

    other = await a_mentor(topics=["Delegating", "Sales"])
    await a_mentee(member=other.member, topics=["Writing"])
    with_them = await ask.bytes_of(SEARCH, as_=viewer)
    await between(viewer.member, other.member, does_viewer_block=does_viewer_block)

    assert with_them != without[0]
    for given, before in zip((None, topics), without, strict=True):
        assert await ask.bytes_of(SEARCH, as_=viewer, topics=given) == before


@EITHER_WAY
@pytest.mark.parametrize("role", Role)
async def test_a_request_to_them_is_refused_as_one_to_nobody(
    ask: Api, does_viewer_block: bool, role: Role
) -> None:
    viewer, other = await a_mentee(), await a_mentor()
    if role is Role.MENTEE:
        viewer, other = other, viewer
    nobody = await ask.refused(REQUEST, as_=viewer, enrollmentId="enr_unknown")

    await between(viewer.member, other.member, does_viewer_block=does_viewer_block)

    assert await ask.refused(REQUEST, as_=viewer, enrollmentId=other.id) == nobody


async def lapses(member: Member) -> None:
    await Member.filter(id=member.id).update(valid_until=clock.now() - timedelta(hours=1))


async def what_is_remembered(
    ask: Api, time: Time, leave: Callable[[Member, Member], Awaitable[object]]
) -> tuple[bytes, dict[str, Any]]:
    """The past of somebody with a former partner who then leaves, with the same ids and times each time."""
    time.is_(datetime(2026, 3, 14, 9, 30, tzinfo=UTC))
    grace, mia = await a_mentor(person={"name": "Grace", **EVERYTHING}), await a_mentee()
    relationship = await a_relationship(mentor=grace, mentee=mia)
    time.passes(timedelta(minutes=1))
    await a_session(relationship, by=relationship.mentor)
    time.passes(timedelta(minutes=1))
    await relationship.complete(by=relationship.mentee, outcome=CompletionOutcome.PARTED_WAYS)
    before = (await ask(PAST, as_=mia))["viewer"]

    await leave(grace.member, mia.member)

    after = await ask.bytes_of(PAST, as_=mia)
    known = {
        "relationship": relationship.id,
        "request": relationship.request_id,
        "session": before["relationships"]["nodes"][0]["sessions"]["nodes"][0]["id"],
        "grace": grace.member_id,
        "grace as mentor": grace.id,
        "mia": mia.member_id,
        "mia as mentee": mia.id,
        "name": mia.member.name,
        "address": mia.member.email,
    }
    for name, it in known.items():
        after = after.replace(it.encode(), name.encode())
    return after, before["relationships"]["nodes"][0]["partner"]


async def test_a_former_partner_who_blocks_one_looks_like_one_whose_membership_ended(
    ask: Api, time: Time
) -> None:
    lapsed, before = await what_is_remembered(ask, time, lambda grace, _: lapses(grace))

    blocked, _ = await what_is_remembered(ask, time, a_block)

    assert blocked == lapsed
    assert {before[it] for it in ("headline", "location", "pronouns")} == {
        "Countess",
        "London",
        "she/her",
    }
    for it in map(str, EVERYTHING.values()):
        assert it.encode() not in blocked


async def test_what_one_says_to_who_blocked_one_is_taken_and_goes_nowhere(ask: Api) -> None:
    relationship = await a_completed_relationship()
    grace, mia = relationship.mentor, relationship.mentee
    await a_block(grace, mia)
    before, heard = await told(grace), await Event.filter(reader_id=grace.id).count()

    payload = await ask.does(THANK, as_=mia, relationshipId=relationship.id, text="Call me!")

    assert payload["gratitudeNote"] == {"text": "Call me!"}
    assert await told(grace) == before
    assert await Event.filter(reader_id=grace.id).count() == heard
    assert b"Call me!" not in await ask.bytes_of(PAST, as_=grace)
    assert b"Call me!" in await ask.bytes_of(PAST, as_=mia)


async def test_what_the_two_shared_stays_readable(ask: Api) -> None:
    relationship = await a_completed_relationship()
    await a_block(relationship.mentor, relationship.mentee)

    past = await ask(PAST, as_=relationship.mentee)

    [shown] = past["viewer"]["relationships"]["nodes"]
    assert shown["id"] == relationship.id
    assert shown["partner"]["name"] == relationship.mentor.name


async def test_how_many_blocked_one_is_nowhere(ask: Api) -> None:
    ada = await a_member()
    before = await ask.bytes_of(BLOCKS, as_=ada)

    for _ in range(3):
        await a_block(await a_member(), ada)

    assert await ask.bytes_of(BLOCKS, as_=ada) == before
