"""Check-ins, reviews and quiet relationships, as clients see them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from duties import Duties
from models import (
    CheckIn,
    CheckInKind,
    MentoringRelationship,
    MentoringSession,
    Plan,
    SessionChannel,
    clock,
)
from models.check_in import quiet, taking
from models.clock import months_after
from models.database import postgresql_engine, transaction
from models.picture import Storage
from tests.client import Api
from tests.conftest import Time
from tests.factories import a_coordinator, a_goal, a_member, a_mentee, a_relationship
from tests.outbox import told
from tests.statements import statements

SUBMIT = """
mutation($input: SubmitCheckInInput!) {
  submitCheckIn(input: $input) {
    errors { code message field }
    checkIn {
      isOpen
      viewerAnswer { rating wentWell nextSteps wantsHelp author { id } }
      hasPartnerAnswered
      partnerAnswer { rating wentWell wantsHelp author { id } }
    }
  }
}"""
CONTINUE = """
mutation($input: ContinueRelationshipInput!) {
  continueRelationship(input: $input) {
    errors { code message field }
    relationship { viewerCanContinue quietAskedAt }
  }
}"""
READ = """
query($id: ID!) {
  node(id: $id) {
    ... on CheckIn {
      kind startsAt endsAt isOpen closedAt
      relationship { id openCheckIn { id } }
      viewerAnswer { rating }
      hasPartnerAnswered
      partnerAnswer { rating wantsHelp }
      review { goals { id } checkIns { id viewerAnswer { rating } } sessions { id startsAt state } }
    }
  }
}"""
LIST = """
{
  viewer {
    relationships(first: 10) {
      nodes {
        id viewerCanContinue
        openCheckIn { id isOpen viewerAnswer { rating } hasPartnerAnswered partnerAnswer { rating } }
        checkIns(first: 3) {
          totalCount
          nodes { id kind review { checkIns { id partnerAnswer { rating } } sessions { id } } }
        }
      }
    }
  }
}"""
DAY = timedelta(days=1)


async def after_months(
    time: Time, months: int, relationship: MentoringRelationship | None = None
) -> CheckIn:
    """What is due then in a relationship, which has both members loaded."""
    relationship = relationship or await a_relationship()
    for month in range(1, months + 1):
        time.is_(months_after(relationship.created_at, month))
        await transaction(taking.take_due)
    check_in = await CheckIn.get(relationship_id=relationship.id, closed_at=None)
    check_in.relationship = relationship
    return check_in


async def submitting(ask: Api, check_in: CheckIn, **input: Any) -> dict[str, Any]:
    """What filling it in leads to, by the mentee unless somebody else is named."""
    by = input.pop("by", check_in.relationship.mentee)
    payload = await ask.does(SUBMIT, as_=by, checkInId=check_in.id, **{"rating": "WELL", **input})
    shown: dict[str, Any] = payload["checkIn"]
    return shown


async def read(ask: Api, check_in: CheckIn, by: str = "mentee") -> dict[str, Any]:
    data = await ask(READ, as_=getattr(check_in.relationship, by), id=check_in.id)
    node: dict[str, Any] = data["node"]
    return node


async def complete(relationship: MentoringRelationship) -> None:
    await MentoringRelationship.filter(id=relationship.id).update(
        state="COMPLETED", outcome="GOALS_REACHED", completed_at=clock.now()
    )


async def test_one_fills_it_in_and_sees_it(ask: Api, time: Time) -> None:
    check_in = await after_months(time, 1)

    shown = await submitting(ask, check_in, wentWell=" We laughed. ", wantsHelp=False)

    assert shown == {
        "isOpen": True,
        "viewerAnswer": {
            "rating": "WELL",
            "wentWell": "We laughed.",
            "nextSteps": "",
            "wantsHelp": False,
            "author": {"id": check_in.relationship.mentee_id},
        },
        "hasPartnerAnswered": False,
        "partnerAnswer": None,
    }


async def test_the_two_see_each_others_answers_once_both_have_written(ask: Api, time: Time) -> None:
    check_in = await after_months(time, 1)
    relationship = check_in.relationship

    await submitting(ask, check_in, rating="BADLY", wantsHelp=True)
    before = await read(ask, check_in, by="mentor")
    after = await submitting(ask, check_in, by=relationship.mentor)

    assert before["hasPartnerAnswered"]
    assert before["partnerAnswer"] is None
    assert after["partnerAnswer"] == {
        "rating": "BADLY",
        "wentWell": "",
        "wantsHelp": None,
        "author": {"id": relationship.mentee_id},
    }
    assert (await read(ask, check_in))["partnerAnswer"]["rating"] == "WELL"


@pytest.mark.parametrize("ends", ["the next is due", "the relationship is completed"])
async def test_an_answer_that_had_no_answer_is_seen_in_the_end(
    ask: Api, time: Time, ends: str
) -> None:
    check_in = await after_months(time, 1)
    await submitting(ask, check_in)

    if ends == "the next is due":
        await after_months(time, 2, check_in.relationship)
    else:
        await complete(check_in.relationship)

    shown = await read(ask, check_in, by="mentor")
    assert not shown["isOpen"]
    assert shown["partnerAnswer"]["rating"] == "WELL"


async def test_coordinators_hear_that_help_is_wanted_once_and_nothing_else(
    ask: Api, time: Time
) -> None:
    check_in, coordinator = await after_months(time, 1), await a_coordinator()

    await submitting(ask, check_in, wentWell="A secret.")
    assert await told(coordinator) == []
    for _ in range(2):
        await submitting(ask, check_in, wentWell="A secret.", wantsHelp=True)

    assert await told(coordinator) == ["check_in_mailer/help_wanted"]
    assert (await ask(READ, as_=coordinator, id=check_in.id))["node"] is None


async def test_a_coordinator_who_is_the_partner_does_not_hear_of_it(ask: Api, time: Time) -> None:
    mia = await a_mentee(member=await a_coordinator())
    check_in = await after_months(time, 1, await a_relationship(mentee=mia))

    await submitting(ask, check_in, by=check_in.relationship.mentor, wantsHelp=True)

    assert await told(mia) == []


async def test_a_check_in_of_others_is_as_good_as_unknown(ask: Api, time: Time) -> None:
    check_in, stranger = await after_months(time, 1), await a_member()

    theirs = await ask.refused(SUBMIT, as_=stranger, checkInId=check_in.id, rating="WELL")

    assert theirs == await ask.refused(SUBMIT, as_=stranger, checkInId="chk_1", rating="WELL")
    assert (theirs[0]["code"], theirs[0]["field"]) == ("NOT_FOUND", ["input", "checkInId"])
    assert (await ask(READ, as_=stranger, id=check_in.id))["node"] is None


async def test_a_closed_one_and_one_of_a_completed_relationship_are_refused(
    ask: Api, time: Time
) -> None:
    first = await after_months(time, 1)
    second = await after_months(time, 2, first.relationship)
    mentee = first.relationship.mentee

    [closed] = await ask.refused(SUBMIT, as_=mentee, checkInId=first.id, rating="WELL")
    await complete(first.relationship)
    [completed] = await ask.refused(SUBMIT, as_=mentee, checkInId=second.id, rating="WELL")

    assert closed["code"] == completed["code"] == "WRONG_STATE"
    assert closed["message"] == "This one is closed: the next is due already."
    assert completed["message"] == "This relationship is completed."


async def test_a_text_that_is_too_long_is_named(ask: Api, time: Time) -> None:
    check_in = await after_months(time, 1)

    [error] = await ask.refused(
        SUBMIT,
        as_=check_in.relationship.mentee,
        checkInId=check_in.id,
        rating="WELL",
        nextSteps="x" * 1001,
    )

    assert (error["code"], error["field"]) == ("TOO_LONG", ["input", "nextSteps"])


async def test_a_review_shows_goals_sessions_and_check_ins_of_its_period(
    ask: Api, time: Time
) -> None:
    relationship = await a_relationship()
    goal = await a_goal(relationship)
    sessions = []
    for day in (10, 80, 95):
        plan = Plan(relationship.created_at + day * DAY, 60, SessionChannel.VIDEO)
        sessions.append(
            await transaction(
                lambda plan=plan: MentoringSession.plan(  # type: ignore[misc]
                    relationship, plan, by=relationship.mentee
                )
            )
        )
    first = await after_months(time, 1, relationship)
    await submitting(ask, first)

    review = await after_months(time, 3, relationship)
    await a_goal(relationship, title="Set after it")
    shown = await read(ask, review)

    assert (shown["kind"], shown["isOpen"]) == (CheckInKind.REVIEW.name, True)
    assert shown["relationship"]["openCheckIn"] == {"id": review.id}
    assert [it["viewerAnswer"] for it in shown["review"]["checkIns"]] == [
        {"rating": "WELL"},
        None,
    ]
    assert [it["id"] for it in shown["review"]["goals"]] == [goal.id]
    assert [it["id"] for it in shown["review"]["sessions"]] == [it.id for it in sessions[:2]]
    assert (await read(ask, first))["review"] is None


async def test_either_says_that_a_quiet_relationship_goes_on(ask: Api, time: Time) -> None:
    relationship = await a_relationship()
    time.passes(60 * DAY)
    await transaction(quiet.ask_due)
    asked = (await ask(LIST, as_=relationship.mentor))["viewer"]["relationships"]["nodes"]

    payload = await ask.does(CONTINUE, as_=relationship.mentor, relationshipId=relationship.id)

    assert [it["viewerCanContinue"] for it in asked] == [True]
    assert payload["relationship"] == {"viewerCanContinue": False, "quietAskedAt": None}


async def test_a_relationship_of_others_or_a_completed_one_does_not_go_on(
    ask: Api, time: Time
) -> None:
    relationship, stranger = await a_relationship(), await a_member()

    [theirs] = await ask.refused(CONTINUE, as_=stranger, relationshipId=relationship.id)
    await complete(relationship)
    [over] = await ask.refused(CONTINUE, as_=relationship.mentee, relationshipId=relationship.id)

    assert (theirs["code"], theirs["field"]) == ("NOT_FOUND", ["input", "relationshipId"])
    assert over["code"] == "WRONG_STATE"


async def test_reading_takes_no_more_for_many_relationships_than_for_one(
    ask: Api, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_engine, "MOST", 1)
    mia = await a_mentee(capacity=20)

    async def reading(number: int) -> tuple[list[dict[str, Any]], int]:
        for _ in range(number):
            await after_months(time, 3, await a_relationship(mentee=mia))
        with statements() as sent:
            data = await ask(LIST, as_=mia)
        counted = [it for it in sent if "INSERT INTO" not in it]
        return data["viewer"]["relationships"]["nodes"], len(counted)

    one, few = await reading(1), await reading(5)

    assert [len(it[0]) for it in (one, few)] == [1, 6]
    assert all(it["openCheckIn"] and it["checkIns"]["totalCount"] >= 3 for it in few[0])
    assert one[1] == few[1] <= 16


async def test_the_clock_tells_both_by_e_mail(ask: Api, time: Time, tmp_path: Path) -> None:
    relationship = await a_relationship()
    duties = Duties(Storage(str(tmp_path)))

    async def pass_to(months: int) -> list[str]:
        while clock.now() < months_after(relationship.created_at, months) + 2 * DAY:
            time.passes(DAY / 4)
            await duties.do()
        return [it for it in await told(relationship.mentor) if it.startswith("check_in_mailer/")]

    await pass_to(4)
    expected = ["check_in_due"] * 2 + ["review_due", "check_in_due"]
    heard = await pass_to(4)

    assert [it for it in heard if it != "check_in_mailer/quiet"] == [
        f"check_in_mailer/{it}" for it in expected
    ]
    assert heard.count("check_in_mailer/quiet") == 1
    assert sorted(await told(relationship.mentee)) == sorted(heard)
