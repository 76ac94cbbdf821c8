"""`proposeAgreement` and `confirmAgreement`: agreeing on how to work together."""

from datetime import date, timedelta
from typing import Any

import pytest

from mailers import agreement_mailer
from models import MentoringRelationship, clock
from models.agreement.ending import Ending
from tests.client import Api
from tests.factories import (
    a_completed_relationship,
    a_coordinator,
    a_member,
    a_relationship,
    an_agreement,
)
from tests.outbox import told

AGREEMENT = """
  id version frequency durationMinutes channel expectations endsOn noticeHours checkIns reviews
  proposedBy { id } mentorConfirmedAt menteeConfirmedAt isConfirmed viewerCanConfirm createdAt
"""
PROPOSE = f"""
mutation($input: ProposeAgreementInput!) {{
  proposeAgreement(input: $input) {{
    errors {{ code message field }}
    agreement {{ {AGREEMENT} }}
    relationship {{ agreement {{ version }} proposedAgreement {{ version }} }}
  }}
}}"""
CONFIRM = f"""
mutation($input: ConfirmAgreementInput!) {{
  confirmAgreement(input: $input) {{
    errors {{ code message field }}
    agreement {{ {AGREEMENT} }}
    relationship {{ agreement {{ version }} proposedAgreement {{ version }} }}
  }}
}}"""
READ = """
query($id: ID!) {
  node(id: $id) {
    ... on MentoringRelationship {
      agreement { version relationship { id } }
      proposedAgreement { version viewerCanConfirm }
      viewerCanUpdate
    }
  }
}"""
MONTHLY = {"frequency": "MONTHLY", "durationMinutes": 60, "channel": "VIDEO"}


def proposal(relationship: MentoringRelationship, **details: Any) -> dict[str, Any]:
    return {"relationshipId": relationship.id, **MONTHLY, **details}


async def test_one_proposes_and_the_other_confirms(ask: Api) -> None:
    relationship = await a_relationship()
    mia, grace = relationship.mentee, relationship.mentor
    ends_on = (clock.today("UTC") + timedelta(days=200)).isoformat()

    proposed = await ask.does(
        PROPOSE, as_=mia, **proposal(relationship, expectations=" Be kind. ", endsOn=ends_on)
    )
    seen = (await ask(READ, as_=grace, id=relationship.id))["node"]
    confirmed = await ask.does(CONFIRM, as_=grace, relationshipId=relationship.id, version=1)

    agreement = proposed["agreement"]
    assert agreement["id"].startswith("agr_")
    assert agreement["createdAt"] == agreement["menteeConfirmedAt"]
    assert {name: agreement[name] for name in MONTHLY} == MONTHLY
    assert (agreement["expectations"], agreement["endsOn"]) == ("Be kind.", ends_on)
    assert agreement["noticeHours"] == 24
    assert (agreement["checkIns"], agreement["reviews"]) == ("MONTHLY", "QUARTERLY")
    assert agreement["proposedBy"] == {"id": mia.id}
    assert not agreement["isConfirmed"]
    assert not agreement["viewerCanConfirm"]
    assert proposed["relationship"] == {"agreement": None, "proposedAgreement": {"version": 1}}
    assert seen["proposedAgreement"] == {"version": 1, "viewerCanConfirm": True}
    assert confirmed["agreement"]["isConfirmed"]
    assert not confirmed["agreement"]["viewerCanConfirm"]
    assert confirmed["relationship"] == {"agreement": {"version": 1}, "proposedAgreement": None}


async def test_each_is_told_by_email_what_the_other_did(ask: Api) -> None:
    relationship = await a_relationship()
    mia, grace = relationship.mentee, relationship.mentor

    await ask.does(PROPOSE, as_=grace, **proposal(relationship))
    await ask.does(CONFIRM, as_=mia, relationshipId=relationship.id, version=1)
    await ask.does(PROPOSE, as_=grace, **proposal(relationship, frequency="WEEKLY"))

    news = [it for it in await told(mia) if it.startswith("agreement_mailer/")]
    assert news == ["agreement_mailer/proposed", "agreement_mailer/proposed"]
    assert "agreement_mailer/confirmed" in await told(grace)


async def test_a_change_leaves_what_counts_until_it_is_confirmed(ask: Api) -> None:
    relationship = await a_relationship()
    mia, grace = relationship.mentee, relationship.mentor
    await ask.does(PROPOSE, as_=mia, **proposal(relationship))
    await ask.does(CONFIRM, as_=grace, relationshipId=relationship.id, version=1)

    changed = await ask.does(
        PROPOSE, as_=grace, **proposal(relationship, checkIns="OFF", reviews="OFF", noticeHours=0)
    )

    assert changed["agreement"]["version"] == 2
    assert changed["relationship"] == {
        "agreement": {"version": 1},
        "proposedAgreement": {"version": 2},
    }


async def test_all_versions_stay_readable_with_both_confirmations(ask: Api) -> None:
    relationship = await a_relationship()
    for minutes in (60, 90):
        await an_agreement(relationship, duration_minutes=minutes)
    await ask.does(PROPOSE, as_=relationship.mentor, **proposal(relationship))
    versions = """query($id: ID!) { node(id: $id) { ... on MentoringRelationship {
      agreements(first: 2) {
        totalCount
        nodes { version durationMinutes mentorConfirmedAt menteeConfirmedAt }
        pageInfo { hasNextPage }
      }
    } } }"""

    page = (await ask(versions, as_=relationship.mentee, id=relationship.id))["node"]["agreements"]

    newest, counts = page["nodes"]
    assert (page["totalCount"], page["pageInfo"]) == (3, {"hasNextPage": True})
    assert (newest["version"], newest["menteeConfirmedAt"]) == (3, None)
    assert (counts["version"], counts["durationMinutes"]) == (2, 90)
    assert counts["mentorConfirmedAt"]
    assert counts["menteeConfirmedAt"]


async def test_an_old_version_is_not_confirmed_unseen(ask: Api) -> None:
    relationship = await a_relationship()
    mia, grace = relationship.mentee, relationship.mentor
    for minutes in (60, 90):
        await ask.does(PROPOSE, as_=mia, **proposal(relationship, durationMinutes=minutes))

    [error] = await ask.refused(CONFIRM, as_=grace, relationshipId=relationship.id, version=1)

    assert (error["code"], error["field"]) == ("WRONG_STATE", ["input", "version"])


async def test_who_has_not_seen_the_newest_version_does_not_pass_over_it(ask: Api) -> None:
    relationship = await a_relationship()
    await ask.does(PROPOSE, as_=relationship.mentee, **proposal(relationship, expectedVersion=0))

    [error] = await ask.refused(
        PROPOSE, as_=relationship.mentor, **proposal(relationship, expectedVersion=0)
    )

    assert (error["code"], error["field"]) == ("WRONG_STATE", ["input", "expectedVersion"])


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"durationMinutes": 10}, "OUT_OF_RANGE"),
        ({"noticeHours": 1000}, "OUT_OF_RANGE"),
        ({"endsOn": "2020-01-01"}, "OUT_OF_RANGE"),
        ({"endsOn": "9999-12-31"}, "OUT_OF_RANGE"),
        ({"expectations": "x" * 4001}, "TOO_LONG"),
        ({"expectations": "\0"}, "INVALID"),
    ],
)
async def test_what_nobody_can_keep_is_refused(
    ask: Api, details: dict[str, Any], code: str
) -> None:
    relationship = await a_relationship()

    [error] = await ask.refused(
        PROPOSE, as_=relationship.mentee, **proposal(relationship, **details)
    )

    assert (error["code"], error["field"]) == (code, ["input", *details])


async def test_a_rhythm_of_thirteen_months_cannot_be_said(ask: Api) -> None:
    relationship = await a_relationship()
    input = proposal(relationship, checkIns="EVERY_THIRTEEN_MONTHS")

    answer = await ask.answer(PROPOSE, as_=relationship.mentee, input=input)

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_completed_relationship_is_not_agreed_on_any_more(ask: Api) -> None:
    relationship = await a_completed_relationship()

    [proposing] = await ask.refused(PROPOSE, as_=relationship.mentee, **proposal(relationship))
    [confirming] = await ask.refused(
        CONFIRM, as_=relationship.mentor, relationshipId=relationship.id, version=1
    )

    assert (proposing["code"], confirming["code"]) == ("WRONG_STATE", "WRONG_STATE")
    shown = (await ask(READ, as_=relationship.mentee, id=relationship.id))["node"]
    assert not shown["viewerCanUpdate"]


@pytest.mark.parametrize("who", [a_member, a_coordinator])
async def test_others_neither_see_nor_change_it(ask: Api, who: Any) -> None:
    relationship, stranger = await a_relationship(), await who()
    await ask.does(PROPOSE, as_=relationship.mentee, **proposal(relationship))

    proposing = await ask.refused(PROPOSE, as_=stranger, **proposal(relationship))
    confirming = await ask.refused(CONFIRM, as_=stranger, relationshipId=relationship.id, version=1)

    for [error] in (proposing, confirming):
        assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", "relationshipId"])
    assert await ask(READ, as_=stranger, id=relationship.id) == {"node": None}


async def test_both_are_asked_by_email_when_the_day_has_come(ask: Api) -> None:
    relationship = await a_relationship()
    ending = Ending(relationship, date(2026, 12, 9), relationship.mentor)

    await agreement_mailer.day_came(ending).deliver_later()
    await agreement_mailer.day_came(ending).deliver_later()

    assert (await told(relationship.mentor))[-1:] == ["agreement_mailer/day_came"]
