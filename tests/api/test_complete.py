"""`complete` and `addGratitudeNote`: parting well."""

import pytest

from models import MentoringRelationship
from tests.client import Api
from tests.factories import a_completed_relationship, a_member, a_mentee, a_mentor, a_relationship
from tests.outbox import told

COMPLETE = """
mutation($input: CompleteInput!) {
  complete(input: $input) {
    errors { code message field }
    relationship {
      state viewerCanComplete viewerCanAddGratitudeNote
      completion { outcome completedBy { id } completedAt gratitudeNotes { text isShareable author { id } } }
    }
  }
}"""
THANK = """
mutation($input: AddGratitudeNoteInput!) {
  addGratitudeNote(input: $input) {
    errors { code message field }
    gratitudeNote { text isShareable author { id } }
    relationship { viewerCanAddGratitudeNote completion { gratitudeNotes { text } } }
  }
}"""

SIDES = pytest.mark.parametrize("side", ["mentor", "mentee"])


async def completing(ask: Api, relationship: MentoringRelationship, **input: object) -> dict:
    [error] = await ask.refused(
        COMPLETE,
        as_=relationship.mentee,
        relationshipId=relationship.id,
        **{"outcome": "GOALS_REACHED", **input},
    )
    return error


@SIDES
async def test_either_side_completes_it_at_once(ask: Api, side: str) -> None:
    relationship = await a_relationship()
    by = getattr(relationship, side)

    payload = await ask.does(
        COMPLETE, as_=by, relationshipId=relationship.id, outcome="AGREED_TIME_OVER"
    )

    completed = payload["relationship"]
    assert completed["state"] == "COMPLETED"
    assert completed["completion"]["outcome"] == "AGREED_TIME_OVER"
    assert completed["completion"]["completedBy"] == {"id": by.id}
    assert not completed["viewerCanComplete"]
    assert completed["viewerCanAddGratitudeNote"]


async def test_the_other_is_told_by_email(ask: Api) -> None:
    relationship = await a_relationship()

    await ask.does(
        COMPLETE, as_=relationship.mentee, relationshipId=relationship.id, outcome="GOALS_REACHED"
    )

    assert await told(relationship.mentor) == ["relationship_mailer/completed"]
    assert await told(relationship.mentee) == []


async def test_words_of_thanks_may_come_with_it(ask: Api) -> None:
    relationship = await a_relationship()

    payload = await ask.does(
        COMPLETE,
        as_=relationship.mentee,
        relationshipId=relationship.id,
        outcome="GOALS_REACHED",
        gratitudeNote=" Thank you, Grace. ",
        isNoteShareable=True,
    )

    assert payload["relationship"]["completion"]["gratitudeNotes"] == [
        {
            "text": "Thank you, Grace.",
            "isShareable": True,
            "author": {"id": relationship.mentee_id},
        }
    ]
    assert not payload["relationship"]["viewerCanAddGratitudeNote"]
    assert await told(relationship.mentor) == ["relationship_mailer/completed"]


async def test_a_relationship_is_completed_once(ask: Api) -> None:
    assert (await completing(ask, await a_completed_relationship()))["code"] == "WRONG_STATE"


async def test_thanks_that_are_too_long_complete_nothing(ask: Api) -> None:
    error = await completing(ask, await a_relationship(), gratitudeNote="x" * 4001)

    assert (error["code"], error["field"]) == ("TOO_LONG", ["input", "gratitudeNote"])


async def test_a_relationship_of_others_is_as_good_as_unknown(ask: Api) -> None:
    relationship, stranger = await a_relationship(), await a_member()

    theirs = await ask.refused(
        COMPLETE, as_=stranger, relationshipId=relationship.id, outcome="GOALS_REACHED"
    )

    assert theirs == await ask.refused(
        COMPLETE, as_=stranger, relationshipId="rel_unknown", outcome="GOALS_REACHED"
    )
    assert (theirs[0]["code"], theirs[0]["field"]) == ("NOT_FOUND", ["input", "relationshipId"])


@SIDES
async def test_either_side_may_thank_afterwards(ask: Api, side: str) -> None:
    relationship = await a_completed_relationship()
    by = getattr(relationship, side)
    other = relationship.mentor if side == "mentee" else relationship.mentee

    payload = await ask.does(THANK, as_=by, relationshipId=relationship.id, text=" Thanks. ")

    assert payload["gratitudeNote"] == {
        "text": "Thanks.",
        "isShareable": False,
        "author": {"id": by.id},
    }
    assert not payload["relationship"]["viewerCanAddGratitudeNote"]
    assert await told(other) == ["relationship_mailer/thanks_received"]


async def test_one_thanks_once(ask: Api) -> None:
    relationship = await a_completed_relationship()
    await relationship.thank(by=relationship.mentor, words="Thanks.", is_shareable=False)

    [error] = await ask.refused(
        THANK, as_=relationship.mentor, relationshipId=relationship.id, text="Again."
    )

    assert error["code"] == "DUPLICATE"


async def test_thanks_wait_until_it_is_completed(ask: Api) -> None:
    relationship = await a_relationship()

    [error] = await ask.refused(
        THANK, as_=relationship.mentor, relationshipId=relationship.id, text="Thanks."
    )

    assert error["code"] == "WRONG_STATE"


@pytest.mark.parametrize(("text", "code"), [(" ", "REQUIRED"), ("x" * 4001, "TOO_LONG")])
async def test_thanks_are_words_and_no_book(ask: Api, text: str, code: str) -> None:
    relationship = await a_completed_relationship()

    [error] = await ask.refused(
        THANK, as_=relationship.mentor, relationshipId=relationship.id, text=text
    )

    assert (error["code"], error["field"]) == (code, ["input", "text"])


async def test_after_completing_the_badge_asks_again(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    relationship = await a_relationship(mentor=grace, mentee=mia)
    badge = "query($id: ID!) { node(id: $id) { ... on Enrollment { viewerCanRequest } } }"

    before = await ask(badge, as_=mia, id=grace.id)
    await ask.does(COMPLETE, as_=mia, relationshipId=relationship.id, outcome="PARTED_WAYS")
    after = await ask(badge, as_=mia, id=grace.id)

    assert before["node"] == {"viewerCanRequest": False}
    assert after["node"] == {"viewerCanRequest": True}
