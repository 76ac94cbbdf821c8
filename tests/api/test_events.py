"""The feed of what happened to the viewer, and which of it they want by e-mail."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from models import (
    CompletionOutcome,
    Event,
    EventKind,
    Member,
    MentoringRelationship,
)
from models.mentoring_request import waiting
from tests.client import Api
from tests.conftest import Time
from tests.factories import (
    a_member,
    a_mentee,
    a_mentor,
    a_relationship,
    a_request,
)

FEED = """
{ viewer {
  counts { unreadEvents }
  events(first: 100) {
    totalCount
    nodes { id kind text readAt actor { id } request { id } relationship { id } enrollment { id } }
  }
} }"""
NODE = "query($id: ID!) { node(id: $id) { ... on Event { text } } }"
MARK_READ = """
mutation($input: MarkEventsReadInput!) {
  markEventsRead(input: $input) {
    errors { code message field }
    viewer { counts { unreadEvents } events { nodes { readAt } } }
  }
}"""
PREFERENCES = "{ viewer { notificationPreferences { kind frequency isRequired } } }"
UPDATE = """
mutation($input: UpdateNotificationPreferencesInput!) {
  updateNotificationPreferences(input: $input) {
    errors { code message field }
    viewer { notificationPreferences { kind frequency isRequired } }
  }
}"""
SET_STATUS = """
mutation($input: SetStatusInput!) { setStatus(input: $input) { errors { code } } }"""

HOUR = timedelta(hours=1)
ESSENTIAL = ["REQUEST_ACCEPTED", "REQUEST_DECLINED"]


async def feed_of(ask: Api, member: Member) -> list[dict[str, Any]]:
    """The member's events, newest first."""
    events = (await ask(FEED, as_=member))["viewer"]["events"]
    assert events["totalCount"] == len(events["nodes"])
    return list(events["nodes"])


async def some_events(number: int, reader: Member, time: Time) -> list[Event]:
    """Events of one reader, oldest first, an hour apart."""
    request = await a_request()
    for _ in range(number):
        await Event.of(request, EventKind.REQUEST_EXPIRED, to=reader.id, by=None)
        time.passes(HOUR)
    return await Event.filter(reader_id=reader.id).order_by("created_at")


def unwanted(preferences: Sequence[dict[str, Any]]) -> set[str]:
    return {it["kind"] for it in preferences if it["frequency"] == "NEVER"}


async def test_the_feed_tells_a_mentorship_from_its_end(ask: Api, time: Time) -> None:
    grace = await a_mentor(person={"name": "Grace Hopper"})
    mia = await a_mentee(person={"name": "Mia Lund"})
    request = await a_request(sender=mia, recipient=grace)
    time.passes(HOUR)
    relationship, _ = await MentoringRelationship.accept(request, by=grace.member)
    time.passes(HOUR)
    await relationship.complete(by=mia.member, outcome=CompletionOutcome.GOALS_REACHED)
    time.passes(HOUR)
    await relationship.thank(by=mia.member, words="Thanks!", is_shareable=False)

    thanks, end, beginning = await feed_of(ask, grace.member)
    [answer] = await feed_of(ask, mia.member)

    assert [it["text"] for it in (thanks, end, beginning, answer)] == [
        "Mia Lund thanked you.",
        "Mia Lund completed your mentoring relationship.",
        "Mia Lund asked you for a mentoring relationship.",
        "Grace Hopper accepted your request.",
    ]
    assert thanks["actor"] == end["actor"] == beginning["actor"] == {"id": mia.member_id}
    assert answer["actor"] == {"id": grace.member_id}
    assert thanks["relationship"] == end["relationship"] == {"id": relationship.id}
    assert beginning["request"] == answer["request"] == {"id": request.id}
    assert thanks["request"] is end["request"] is beginning["relationship"] is None


async def test_the_feed_tells_of_an_answer_that_was_no(ask: Api) -> None:
    request = await a_request(recipient=await a_mentor(person={"name": "Grace Hopper"}))

    await request.decline(by=request.recipient)

    [event] = await feed_of(ask, request.sender)
    assert (event["kind"], event["text"]) == (
        "REQUEST_DECLINED",
        "Grace Hopper declined your request.",
    )


async def test_the_feed_tells_of_a_request_taken_back(ask: Api, time: Time) -> None:
    request = await a_request(sender=await a_mentee(person={"name": "Mia Lund"}))
    time.passes(HOUR)

    await request.withdraw(by=request.sender)

    event, _ = await feed_of(ask, request.recipient)
    assert (event["kind"], event["text"]) == (
        "REQUEST_WITHDRAWN",
        "Mia Lund withdrew their request.",
    )


async def test_the_feed_tells_of_a_partner_who_pauses(ask: Api, time: Time) -> None:
    grace = await a_mentor(person={"name": "Grace Hopper"})
    relationship = await a_relationship(mentor=grace)
    time.passes(HOUR)

    await ask(SET_STATUS, as_=grace, input={"status": "PAUSED", "notifyPartners": True})

    event, _ = await feed_of(ask, relationship.mentee)
    assert event["text"] == "Grace Hopper told you about taking part."
    assert event["enrollment"] == {"id": grace.id}


async def test_what_the_program_does_has_no_actor(ask: Api) -> None:
    mentor = await a_mentor()
    request = await a_request(recipient=mentor)

    await waiting.close_all(mentor)

    [event] = await feed_of(ask, request.sender)
    assert event["kind"] == "REQUEST_CLOSED"
    assert event["actor"] is None
    assert event["request"] == {"id": request.id}


@pytest.mark.parametrize("is_by_somebody", [True, False])
async def test_every_kind_has_a_sentence_for_people(ask: Api, is_by_somebody: bool) -> None:
    ada, grace = await a_member(), await a_member(name="{actor} & <Co>")
    request = await a_request()
    for kind in EventKind:
        await Event.of(request, kind, to=ada.id, by=grace.id if is_by_somebody else None)

    texts = {it["text"] for it in await feed_of(ask, ada)}

    assert len(texts) == len(EventKind)
    assert all(it.endswith(".") for it in texts)
    assert any(it.startswith("{actor} & <Co> ") for it in texts) == is_by_somebody
    assert any(it.startswith("The program ") for it in texts) != is_by_somebody


async def test_events_of_others_are_nowhere_to_be_seen(ask: Api) -> None:
    request = await a_request()
    [event] = await Event.filter(reader_id=request.recipient_id)

    assert await feed_of(ask, request.sender) == []
    assert await ask(NODE, as_=request.sender, id=event.id) == {"node": None}
    assert (await ask(NODE, as_=request.recipient, id=event.id))["node"]


async def test_reading_up_to_the_newest_leaves_nothing_unread(ask: Api, time: Time) -> None:
    ada = await a_member()
    events = await some_events(3, ada, time)

    before = (await ask(FEED, as_=ada))["viewer"]["counts"]
    payload = await ask.does(MARK_READ, as_=ada, upToEventId=events[-1].id)

    assert before == {"unreadEvents": 3}
    assert payload["viewer"]["counts"] == {"unreadEvents": 0}
    assert all(it["readAt"] for it in payload["viewer"]["events"]["nodes"])


async def test_reading_up_to_an_event_leaves_later_ones_unread(ask: Api, time: Time) -> None:
    ada = await a_member()
    _, second, _ = await some_events(3, ada, time)

    payload = await ask.does(MARK_READ, as_=ada, upToEventId=second.id)

    assert payload["viewer"]["counts"] == {"unreadEvents": 1}
    read = [bool(it["readAt"]) for it in payload["viewer"]["events"]["nodes"]]
    assert read == [False, True, True]


async def test_reading_again_changes_nothing(ask: Api, time: Time) -> None:
    ada = await a_member()
    [event] = await some_events(1, ada, time)

    first = await ask.does(MARK_READ, as_=ada, upToEventId=event.id)
    time.passes(HOUR)

    assert await ask.does(MARK_READ, as_=ada, upToEventId=event.id) == first


async def test_events_of_others_cannot_be_marked(ask: Api) -> None:
    request = await a_request()
    [event] = await Event.filter(reader_id=request.recipient_id)

    for id in (event.id, request.id, "evt_unknown"):
        [error] = await ask.refused(MARK_READ, as_=request.sender, upToEventId=id)
        assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", "upToEventId"])


async def test_everything_comes_by_email_at_first(ask: Api) -> None:
    viewer = (await ask(PREFERENCES, as_=await a_member()))["viewer"]

    preferences = viewer["notificationPreferences"]
    assert [it["kind"] for it in preferences] == [it.name for it in EventKind if it.is_emailed]
    assert unwanted(preferences) == set()
    assert [it["kind"] for it in preferences if it["isRequired"]] == ESSENTIAL


async def test_kinds_are_switched_off_and_on_one_by_one(ask: Api) -> None:
    ada = await a_member()

    async def left_after(*wishes: tuple[str, str]) -> set[str]:
        wanted = [{"kind": kind, "frequency": frequency} for kind, frequency in wishes]
        payload = await ask.does(UPDATE, as_=ada, preferences=wanted)
        return unwanted(payload["viewer"]["notificationPreferences"])

    received, expired = "REQUEST_RECEIVED", "REQUEST_EXPIRED"
    assert await left_after((received, "NEVER")) == {received}
    assert await left_after((expired, "NEVER")) == {received, expired}
    assert await left_after((received, "WEEKLY")) == {expired}
    assert await left_after() == {expired}


async def test_everybody_chooses_for_themselves(ask: Api) -> None:
    ada, grace = await a_member(), await a_member()

    await ask.does(
        UPDATE, as_=ada, preferences=[{"kind": "REQUEST_RECEIVED", "frequency": "NEVER"}]
    )

    viewer = (await ask(PREFERENCES, as_=grace))["viewer"]
    assert unwanted(viewer["notificationPreferences"]) == set()


@pytest.mark.parametrize("frequency", ["DAILY", "WEEKLY", "NEVER"])
@pytest.mark.parametrize("kind", ESSENTIAL)
async def test_what_is_essential_always_comes_at_once(ask: Api, kind: str, frequency: str) -> None:
    ada = await a_member()
    wanted = [
        {"kind": "REQUEST_RECEIVED", "frequency": "NEVER"},
        {"kind": kind, "frequency": frequency},
    ]

    [error] = await ask.refused(UPDATE, as_=ada, preferences=wanted)

    assert (error["code"], error["field"]) == ("NOT_ALLOWED", ["input", "preferences", "1"])


async def test_more_wishes_than_there_are_kinds_are_refused(ask: Api) -> None:
    ada = await a_member()
    wanted = [{"kind": "REQUEST_RECEIVED", "frequency": "NEVER"}] * (len(EventKind) + 1)

    [error] = await ask.refused(UPDATE, as_=ada, preferences=wanted)

    assert (error["code"], error["field"]) == ("OUT_OF_RANGE", ["input", "preferences"])
