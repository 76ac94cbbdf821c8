"""Mentoring sessions over the API: planned, moved, called off, held, written about, listed."""

from datetime import datetime, timedelta

import pytest

from models import CompletionOutcome, MentoringSession, OutgoingEmail, PrivateNote, clock
from models.database import postgresql_engine, transaction
from tests.client import Api
from tests.conftest import Time
from tests.factories import (
    a_coordinator,
    a_member,
    a_mentee,
    a_relationship,
    a_session,
)
from tests.outbox import told
from tests.statements import statements

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
INVITATION, MOVED = "session_mailer/invitation", "session_mailer/moved"
CALLED_OFF = "session_mailer/called_off"

SESSION = """
  session {
    id state startsAt endsAt durationMinutes channel location agenda notes version
    lateChanges isChangeLate viewerCanChange viewerCanHold plannedBy { id } relationship { id }
    viewerPrivateNotes { id text }
  }"""


def mutation(name: str, fields: str = SESSION) -> str:
    kind = name[0].upper() + name[1:]
    return (
        f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{"
        f" errors {{ code message field }} {fields} }} }}"
    )


PLAN, HOLD = mutation("planSession"), mutation("holdSession")
MOVE = mutation("moveSession", "isLate" + SESSION)
CALL_OFF = mutation("callOffSession", "isLate" + SESSION)
NOTE = mutation("updateSessionNotes")
NOTE_PRIVATELY = mutation("updatePrivateNotes", "privateNote { id text }" + SESSION)
COMPLETE = mutation("complete", "relationship { state }")
VERBS = {
    "moveSession": (MOVE, {"location": "Elsewhere"}),
    "callOffSession": (CALL_OFF, {}),
    "holdSession": (HOLD, {}),
    "updateSessionNotes": (NOTE, {"notes": "Mine."}),
    "updatePrivateNotes": (NOTE_PRIVATELY, {"text": "Mine."}),
}
LISTS = """
query {
  viewer {
    counts { upcomingSessions }
    sessions(upcoming: true) { nodes { id } }
    relationships(first: 20) {
      nodes {
        id
        nextSession { id viewerPrivateNotes { text } viewerCanChange }
        sessions(first: 2) { totalCount nodes { id plannedBy { name } } pageInfo { hasNextPage } }
        latest: sessions(last: 1) { nodes { id } }
      }
    }
  }
}"""


def written(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def test_either_plans_a_session_and_both_are_invited(ask: Api) -> None:
    relationship = await a_relationship()
    starts_at = (clock.now() + 7 * DAY).replace(second=0, microsecond=0)

    payload = await ask.does(
        PLAN,
        as_=relationship.mentee,
        relationshipId=relationship.id,
        startsAt=written(starts_at),
        durationMinutes=90,
        channel="VIDEO",
        location=" https://video.example.org/1 ",
        agenda=" What comes next. ",
    )

    session = payload["session"]
    assert session["id"].startswith("ses_")
    assert session == {
        "id": session["id"],
        "state": "PLANNED",
        "startsAt": written(starts_at),
        "endsAt": written(starts_at + 90 * timedelta(minutes=1)),
        "durationMinutes": 90,
        "channel": "VIDEO",
        "location": "https://video.example.org/1",
        "agenda": "What comes next.",
        "notes": "",
        "version": 1,
        "lateChanges": 0,
        "isChangeLate": False,
        "viewerCanChange": True,
        "viewerCanHold": False,
        "plannedBy": {"id": relationship.mentee_id},
        "relationship": {"id": relationship.id},
        "viewerPrivateNotes": None,
    }
    assert await told(relationship.mentor) == await told(relationship.mentee) == [INVITATION]


async def test_times_that_cannot_be_are_named(ask: Api) -> None:
    relationship = await a_relationship()

    errors = await ask.refused(
        PLAN,
        as_=relationship.mentor,
        relationshipId=relationship.id,
        startsAt="2001-01-01T00:00:00Z",
        durationMinutes=481,
        channel="VIDEO",
        agenda="x" * 4001,
    )

    assert [(it["code"], it["field"][-1]) for it in errors] == [
        ("OUT_OF_RANGE", "startsAt"),
        ("OUT_OF_RANGE", "durationMinutes"),
        ("TOO_LONG", "agenda"),
    ]


async def test_a_moved_session_is_moved_for_both(ask: Api) -> None:
    session = await a_session()
    later = session.starts_at + DAY

    payload = await ask.does(
        MOVE, as_=session.relationship.mentor, sessionId=session.id, startsAt=written(later)
    )

    assert payload["isLate"] is False
    assert payload["session"]["startsAt"] == written(later)
    for reader in (session.relationship.mentor, session.relationship.mentee):
        assert await told(reader) == [MOVED]


async def test_a_late_change_is_possible_and_said_to_be_late(ask: Api, time: Time) -> None:
    session = await a_session()
    time.is_(session.starts_at - HOUR)
    mentor = session.relationship.mentor

    moved = await ask.does(
        MOVE, as_=mentor, sessionId=session.id, startsAt=written(session.starts_at + HOUR)
    )
    called_off = await ask.does(
        CALL_OFF, as_=mentor, sessionId=session.id, message="The train does not go."
    )

    assert moved["isLate"] is called_off["isLate"] is True
    assert moved["session"]["isChangeLate"]
    assert called_off["session"]["lateChanges"] == 2


async def test_who_was_not_told_of_it_is_not_told_that_it_is_off(ask: Api) -> None:
    relationship = await a_relationship()
    planned = await ask.does(
        PLAN,
        as_=relationship.mentee,
        relationshipId=relationship.id,
        startsAt=written(clock.now() + DAY),
        channel="PHONE",
    )

    await ask.does(CALL_OFF, as_=relationship.mentee, sessionId=planned["session"]["id"])

    assert await told(relationship.mentor) == await told(relationship.mentee) == []


async def test_a_session_is_held_when_it_has_begun(ask: Api, time: Time) -> None:
    session = await a_session()
    mentor = session.relationship.mentor
    [early] = await ask.refused(HOLD, as_=mentor, sessionId=session.id)

    time.is_(session.starts_at)
    held = await ask.does(HOLD, as_=mentor, sessionId=session.id)

    assert early["code"] == "WRONG_STATE"
    assert held["session"]["state"] == "HELD"
    assert not held["session"]["viewerCanChange"]


async def test_writing_over_what_one_has_not_seen_is_refused(ask: Api) -> None:
    session = await a_session()
    mentor, mentee = session.relationship.mentor, session.relationship.mentee

    first = await ask.does(NOTE, as_=mentor, sessionId=session.id, notes="Mine.", expectedVersion=1)
    [error] = await ask.refused(
        NOTE, as_=mentee, sessionId=session.id, notes="Yours.", expectedVersion=1
    )
    second = await ask.does(
        NOTE, as_=mentee, sessionId=session.id, notes="Mine. Yours.", expectedVersion=2
    )

    assert (error["code"], error["field"]) == ("WRONG_STATE", ["input", "expectedVersion"])
    assert [it["session"]["version"] for it in (first, second)] == [2, 3]
    assert second["session"]["notes"] == "Mine. Yours."
    assert second["session"]["agenda"] == session.agenda


async def test_a_private_note_is_unknown_to_all_but_its_author(ask: Api) -> None:
    session = await a_session()
    mentor, mentee = session.relationship.mentor, session.relationship.mentee
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on PrivateNote { text } } }"
    payload = await ask.does(
        NOTE_PRIVATELY, as_=mentor, sessionId=session.id, text="Ask about the pay."
    )
    note = payload["privateNote"]

    assert payload["session"]["viewerPrivateNotes"] == note
    assert await ask(document, as_=mentor, ids=[note["id"]]) == {
        "nodes": [{"text": "Ask about the pay."}]
    }
    for other in (mentee, await a_coordinator()):
        seen = await ask(document, as_=other, ids=[note["id"]])
        assert seen == await ask(document, as_=other, ids=["pnt_unknown"]) == {"nodes": [None]}
    shown = "query($id: ID!) { node(id: $id) { ... on MentoringSession { viewerPrivateNotes { text } } } }"
    assert await ask(shown, as_=mentee, id=session.id) == {"node": {"viewerPrivateNotes": None}}
    assert await PrivateNote.all().count() == 1


@pytest.mark.parametrize("verb", VERBS)
async def test_a_session_of_others_is_as_good_as_unknown(ask: Api, verb: str) -> None:
    session = await a_session()
    document, input = VERBS[verb]

    for stranger in (await a_member(), await a_coordinator()):
        theirs = await ask.refused(document, as_=stranger, sessionId=session.id, **input)

        unknown = await ask.refused(document, as_=stranger, sessionId="ses_unknown", **input)
        assert theirs == unknown
        assert (theirs[0]["code"], theirs[0]["field"]) == ("NOT_FOUND", ["input", "sessionId"])


async def test_nobody_plans_a_session_of_others(ask: Api) -> None:
    relationship = await a_relationship()

    [error] = await ask.refused(
        PLAN,
        as_=await a_member(),
        relationshipId=relationship.id,
        startsAt=written(clock.now() + DAY),
        channel="VIDEO",
    )

    assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", "relationshipId"])


@pytest.mark.parametrize("verb", [it for it in VERBS if it != "updatePrivateNotes"])
async def test_a_session_of_a_completed_relationship_stays_as_it_is(ask: Api, verb: str) -> None:
    session = await a_session()
    relationship = session.relationship
    outcome = CompletionOutcome.GOALS_REACHED
    await transaction(lambda: relationship.complete(by=relationship.mentor, outcome=outcome))
    document, input = VERBS[verb]

    [error] = await ask.refused(document, as_=relationship.mentee, sessionId=session.id, **input)

    assert error["code"] == "WRONG_STATE"


async def test_completing_calls_off_what_was_planned_in_the_calendars_of_both(ask: Api) -> None:
    relationship = await a_relationship()
    for _ in range(2):
        planned = await ask.does(
            PLAN,
            as_=relationship.mentee,
            relationshipId=relationship.id,
            startsAt=written(clock.now() + DAY),
            channel="VIDEO",
        )
    await send_all()

    await ask.does(
        COMPLETE, as_=relationship.mentee, relationshipId=relationship.id, outcome="PARTED_WAYS"
    )

    assert (await MentoringSession.get(id=planned["session"]["id"])).state.name == "CALLED_OFF"
    assert await told(relationship.mentee) == [INVITATION] * 2 + [CALLED_OFF] * 2
    assert sorted((await told(relationship.mentor))[2:]) == [
        "relationship_mailer/completed",
        CALLED_OFF,
        CALLED_OFF,
    ]


async def send_all() -> None:
    await OutgoingEmail.filter(state="QUEUED").update(state="SENT")


async def test_what_comes_within_a_week_is_counted(ask: Api, time: Time) -> None:
    relationship = await a_relationship()
    now = clock.now()
    soon, later, off = [
        await a_session(relationship, starts_at=now + it) for it in (HOUR, 8 * DAY, 2 * DAY)
    ]
    await off.call_off(by=relationship.mentor)

    shown = (await ask(LISTS, as_=relationship.mentor))["viewer"]

    assert shown["counts"]["upcomingSessions"] == 1
    assert shown["sessions"]["nodes"] == [{"id": soon.id}, {"id": later.id}]
    [listed] = shown["relationships"]["nodes"]
    assert listed["nextSession"]["id"] == soon.id
    assert [it["id"] for it in listed["sessions"]["nodes"]] == [later.id, off.id]
    assert listed["sessions"]["totalCount"] == 3
    assert listed["sessions"]["pageInfo"] == {"hasNextPage": True}
    assert listed["latest"]["nodes"] == [{"id": soon.id}]


async def test_lists_of_sessions_are_read_page_by_page(ask: Api) -> None:
    relationship = await a_relationship()
    for n in range(5):
        await a_session(relationship, starts_at=clock.now() + (n + 1) * DAY)
    document = """
    query($id: ID!, $after: String) {
      node(id: $id) { ... on MentoringRelationship {
        sessions(first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } }
      } }
    }"""

    seen, after = [], None
    while True:
        data = await ask(document, as_=relationship.mentor, id=relationship.id, after=after)
        page = data["node"]["sessions"]
        seen += [it["id"] for it in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    everything = await MentoringSession.all().order_by("-starts_at")
    assert seen == [it.id for it in everything]


async def test_lists_take_no_more_statements_for_twenty_relationships_than_for_one(
    ask: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_engine, "MOST", 1)
    mia = await a_mentee(capacity=20)
    numbers = []

    for number in (1, 19):
        for _ in range(number):
            relationship = await a_relationship(mentee=mia)
            for n in range(3):
                await a_session(relationship, starts_at=clock.now() + (n + 1) * DAY)
        with statements() as sent:
            await ask(LISTS, as_=mia)
        numbers.append(len([it for it in sent if "INSERT INTO" not in it]))

    assert numbers[0] == numbers[1]
