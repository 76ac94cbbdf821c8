"""`reportConcern` and `updateConcern`: between a member and the coordinators alone."""

from datetime import timedelta
from typing import Any

import pytest

from models import Concern, ConcernState, Event, Member, OutgoingEmail, clock
from models.concern import MOST_A_DAY
from models.record import Record
from tests.client import Api
from tests.conftest import Time
from tests.factories import (
    a_block,
    a_completed_relationship,
    a_concern,
    a_coordinator,
    a_member,
    a_relationship,
    a_request,
    a_session,
)
from tests.outbox import told

REPORT = """
mutation($input: ReportConcernInput!) {
  reportConcern(input: $input) {
    errors { code message field }
    concern { id state text createdAt member { id } subject { id } }
  }
}"""
UPDATE = """
mutation($input: UpdateConcernInput!) {
  updateConcern(input: $input) {
    errors { code message field }
    concern {
      id state text member { id } subject { id }
      case { note version updatedAt subjectId reporter { id } changedBy { id } }
    }
  }
}"""
MINE = "{ viewer { concerns { totalCount nodes { id text state subject { id } member { id } } } } }"
MAIL = "coordinator_mailer/concern_reported"


async def mine(ask: Api, member: Member) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await ask(MINE, as_=member))["viewer"]["concerns"]["nodes"]
    return nodes


async def test_a_concern_is_reported_and_its_reporter_sees_what_becomes_of_it(ask: Api) -> None:
    ada, rude, coordinator = await a_member(), await a_member(), await a_coordinator()

    payload = await ask.does(REPORT, as_=ada, memberId=rude.id, text=" He shouts. ")
    id = payload["concern"]["id"]
    seen = await ask.does(UPDATE, as_=coordinator, concernId=id, state="LOOKED_AT")

    assert payload["concern"]["state"] == "OPEN"
    assert seen["concern"]["member"] == {"id": rude.id}
    assert seen["concern"]["case"]["reporter"] == {"id": ada.id}
    assert await mine(ask, ada) == [
        {
            "id": id,
            "text": "He shouts.",
            "state": "LOOKED_AT",
            "subject": None,
            "member": {"id": rude.id},
        }
    ]


async def test_the_member_concerned_learns_nothing(ask: Api) -> None:
    relationship = await a_relationship()
    ada, rude = relationship.mentee, relationship.mentor
    events, emails = await Event.filter(reader_id=rude.id).count(), await told(rude)

    await ask.does(REPORT, as_=ada, memberId=rude.id, text="He shouts.", subjectId=relationship.id)

    assert await mine(ask, rude) == []
    assert await Event.filter(reader_id=rude.id).count() == events
    assert await told(rude) == emails


async def test_coordinators_hear_by_e_mail_that_there_is_one_and_no_more(ask: Api) -> None:
    ada, rude = await a_member(name="Ada"), await a_coordinator(name="Rude")
    helpers = [await a_coordinator() for _ in range(2)]

    payload = await ask.does(REPORT, as_=ada, memberId=rude.id, text="He shouts.")

    assert [await told(it) for it in (*helpers, rude, ada)] == [[MAIL], [MAIL], [], []]
    emails = await OutgoingEmail.filter(template=MAIL)
    assert {str(it.facts) for it in emails} == {str({"concern_id": payload["concern"]["id"]})}


async def test_a_coordinator_whom_it_is_about_looks_after_another_one(ask: Api) -> None:
    rude = await a_coordinator()
    concern, other = await a_concern(member=rude), await a_concern()

    unknown = await ask.refused(UPDATE, as_=rude, concernId="con_unknown", state="CLOSED")

    assert await ask.refused(UPDATE, as_=rude, concernId=concern.id, state="CLOSED") == unknown
    [(listed, _)] = await Concern.listed_for_coordinator(rude).slice(10)
    assert listed.id == other.id


async def test_coordinators_learn_which_relationship_it_is_about_and_nothing_of_it(
    ask: Api,
) -> None:
    relationship, coordinator = await a_relationship(), await a_coordinator()
    concern = await a_concern(by=relationship.mentee, about=relationship)

    seen = (await ask.does(UPDATE, as_=coordinator, concernId=concern.id))["concern"]

    assert seen["case"]["subjectId"] == relationship.id
    assert seen["subject"] is None


async def test_members_do_not_look_after_concerns_be_it_their_own(ask: Api) -> None:
    ada = await a_member()
    concern = await a_concern(by=ada)

    answers = [
        await ask.answer(UPDATE, as_=ada, input={"concernId": it, "state": "CLOSED"})
        for it in (concern.id, "con_unknown")
    ]

    assert {it["errors"][0]["extensions"]["code"] for it in answers} == {"FORBIDDEN"}
    assert answers[0] == answers[1] | {"extensions": answers[0]["extensions"]}
    assert (await Concern.get(id=concern.id)).state is ConcernState.OPEN


async def test_who_changed_it_last_and_when_is_kept(ask: Api, time: Time) -> None:
    concern, coordinator = await a_concern(), await a_coordinator()
    time.passes(timedelta(days=1))

    await ask.does(UPDATE, as_=coordinator, concernId=concern.id, note="Spoke to both.")
    payload = await ask.does(UPDATE, as_=coordinator, concernId=concern.id, state="CLOSED")

    case = payload["concern"]["case"]
    assert payload["concern"]["state"] == "CLOSED"
    assert (case["note"], case["version"]) == ("Spoke to both.", 3)
    assert case["changedBy"] == {"id": coordinator.id}
    assert (await Concern.get(id=concern.id)).updated_at == clock.now()


async def test_a_note_is_not_written_over_unseen(ask: Api) -> None:
    concern, one, other = await a_concern(), await a_coordinator(), await a_coordinator()
    seen = {"concernId": concern.id, "expectedVersion": 1}
    await ask.does(UPDATE, as_=one, **seen, note="Spoke to both.")

    [error] = await ask.refused(UPDATE, as_=other, **seen, note="")

    assert (error["code"], error["field"]) == ("WRONG_STATE", ["input", "expectedVersion"])


async def what_is_shared() -> list[Record]:
    relationship = await a_relationship()
    session = await a_session(relationship)
    await relationship.fetch_related("request")
    return [relationship, relationship.request, session]


async def test_it_may_be_about_what_the_two_share(ask: Api) -> None:
    shared = await what_is_shared()
    relationship = shared[0]

    for it in shared:
        payload = await ask.does(
            REPORT,
            as_=relationship.mentee,  # type: ignore[attr-defined]
            memberId=relationship.mentor_id,  # type: ignore[attr-defined]
            text="There.",
            subjectId=it.id,
        )
        assert payload["concern"]["subject"] == {"id": it.id}


async def test_what_others_share_or_only_one_of_the_two_has_part_in_is_as_good_as_unknown(
    ask: Api,
) -> None:
    elsewhere, request = await a_relationship(), await a_request()
    ada, grace = request.sender, await a_member()
    given: dict[str, Any] = {"as_": ada, "memberId": grace.id, "text": "There."}

    unknown = await ask.refused(REPORT, **given, subjectId="rel_unknown")

    assert (unknown[0]["code"], unknown[0]["field"]) == ("NOT_FOUND", ["input", "subjectId"])
    for it in (elsewhere.id, request.id, grace.id, "", "xyz_1"):
        assert await ask.refused(REPORT, **given, subjectId=it) == unknown


async def test_whom_one_blocked_and_a_former_partner_can_be_reported(ask: Api) -> None:
    past = await a_completed_relationship()
    ada, stranger = past.mentee, await a_member()
    await a_block(ada, stranger)
    await a_block(past.mentor, ada)

    for it in (stranger, past.mentor):
        await ask.does(REPORT, as_=ada, memberId=it.id, text="He writes to me at night.")

    assert len(await mine(ask, ada)) == 2


async def test_who_is_not_there_for_one_is_reported_as_little_as_nobody(ask: Api) -> None:
    ada, blocker = await a_member(), await a_member()
    await a_block(blocker, ada)

    unknown = await ask.refused(REPORT, as_=ada, memberId="mem_unknown", text="There.")

    assert await ask.refused(REPORT, as_=ada, memberId=blocker.id, text="There.") == unknown


@pytest.mark.parametrize(
    ("text", "code"), [("", "REQUIRED"), (" \n", "REQUIRED"), ("x" * 4001, "TOO_LONG")]
)
async def test_words_are_needed_and_bounded(ask: Api, text: str, code: str) -> None:
    ada, rude = await a_member(), await a_member()

    [error] = await ask.refused(REPORT, as_=ada, memberId=rude.id, text=text)

    assert (error["code"], error["field"]) == (code, ["input", "text"])


async def test_nobody_reports_themselves(ask: Api) -> None:
    ada = await a_member()

    [error] = await ask.refused(REPORT, as_=ada, memberId=ada.id, text="I shout.")

    assert error["code"] == "SELF"


async def test_coordinators_are_not_flooded(ask: Api, time: Time) -> None:
    ada, rude = await a_member(), await a_member()
    for _ in range(MOST_A_DAY):
        await a_concern(by=ada, member=rude)

    [error] = await ask.refused(REPORT, as_=ada, memberId=rude.id, text="And once more.")
    time.passes(timedelta(days=1))

    assert (error["code"], error["field"]) == ("TOO_SOON", None)
    await ask.does(REPORT, as_=ada, memberId=rude.id, text="And once more.")


async def test_coordinators_list_them_newest_first_by_state(ask: Api, time: Time) -> None:
    coordinator = await a_coordinator()
    first = await a_concern()
    time.passes(timedelta(minutes=1))
    second = await a_concern()
    await first.change(by=coordinator, state=ConcernState.CLOSED)

    async def listed(*states: ConcernState) -> list[str]:
        listing = Concern.listed_for_coordinator(coordinator, states)
        return [it.id for it, _ in await listing.slice(10)]

    assert await listed() == [second.id, first.id]
    assert await listed(ConcernState.CLOSED) == [first.id]
    assert await listed(ConcernState.OPEN, ConcernState.LOOKED_AT) == [second.id]
