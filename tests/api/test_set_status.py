"""`setStatus`: pausing, coming back, leaving, and telling the partners."""

from datetime import timedelta
from pathlib import Path

import pytest

from duties import Duties
from models import Enrollment, ParticipationStatus, clock
from models.picture import Storage
from tests.client import Api
from tests.conftest import Time
from tests.factories import a_member, a_mentee, a_mentor, a_relationship, a_request
from tests.outbox import told

SET_STATUS = """
mutation($input: SetStatusInput!) {
  setStatus(input: $input) {
    errors { code message field }
    enrollments { id role status returnOn isAcceptingRequests }
    notifiedPartners { id }
  }
}"""
MENTORS = "{ mentors { nodes { id } } }"


def in_days(number: int) -> str:
    return (clock.today("UTC") + timedelta(days=number)).isoformat()


async def test_pausing_takes_somebody_out_of_the_search(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()

    payload = await ask.does(SET_STATUS, as_=grace, status="PAUSED", role="MENTOR")

    assert payload["enrollments"] == [
        {
            "id": grace.id,
            "role": "MENTOR",
            "status": "PAUSED",
            "returnOn": None,
            "isAcceptingRequests": False,
        }
    ]
    assert (await ask(MENTORS, as_=mia))["mentors"]["nodes"] == []


async def test_the_way_back_is_one_step(ask: Api) -> None:
    grace, mia = await a_mentor(noted_status=ParticipationStatus.PAUSED), await a_mentee()

    await ask.does(SET_STATUS, as_=grace, status="ACTIVE")

    assert (await ask(MENTORS, as_=mia))["mentors"]["nodes"] == [{"id": grace.id}]


async def test_a_pause_ends_by_itself_on_the_day_of_return(ask: Api, time: Time) -> None:
    grace, mia = await a_mentor(), await a_mentee()

    payload = await ask.does(SET_STATUS, as_=grace, status="PAUSED", returnOn=in_days(3))
    time.passes(timedelta(days=3))

    assert payload["enrollments"][0]["returnOn"]
    assert (await ask(MENTORS, as_=mia))["mentors"]["nodes"] == [{"id": grace.id}]


async def test_both_roles_change_when_none_is_named(ask: Api) -> None:
    grace = await a_mentor()
    await a_mentee(member=grace.member)

    payload = await ask.does(SET_STATUS, as_=grace, status="PAUSED")

    assert [(it["role"], it["status"]) for it in payload["enrollments"]] == [
        ("MENTOR", "PAUSED"),
        ("MENTEE", "PAUSED"),
    ]


@pytest.mark.parametrize(
    ("before", "status", "email"),
    [
        ("ACTIVE", "PAUSED", "enrollment_mailer/partner_paused"),
        ("PAUSED", "ACTIVE", "enrollment_mailer/partner_back"),
        ("ACTIVE", "LEFT", "enrollment_mailer/partner_left"),
    ],
)
async def test_one_tick_tells_the_partners(ask: Api, before: str, status: str, email: str) -> None:
    grace = await a_mentor()
    relationship = await a_relationship(mentor=grace)
    await ask.does(SET_STATUS, as_=grace, status=before)

    payload = await ask.does(
        SET_STATUS, as_=grace, status=status, role="MENTOR", notifyPartners=True, message="Hello."
    )

    assert payload["notifiedPartners"] == [{"id": relationship.mentee_id}]
    assert await told(relationship.mentee) == [email]


async def test_without_the_tick_nobody_is_told(ask: Api) -> None:
    grace = await a_mentor()
    relationship = await a_relationship(mentor=grace)

    payload = await ask.does(SET_STATUS, as_=grace, status="PAUSED")

    assert payload["notifiedPartners"] == []
    assert await told(relationship.mentee) == []


async def test_waiting_requests_are_kept_unless_one_says_otherwise(ask: Api) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)

    await ask.does(SET_STATUS, as_=grace, status="PAUSED")

    await request.refresh_from_db()
    assert request.is_pending
    assert request.is_clock_standing_still
    assert await told(request.sender) == []


async def test_waiting_requests_may_be_declined_and_their_senders_are_told(ask: Api) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)

    await ask.does(
        SET_STATUS, as_=grace, status="PAUSED", waitingRequests="DECLINE", message="A long journey."
    )

    await request.refresh_from_db()
    assert request.reply == "A long journey."
    assert await told(request.sender) == ["request_mailer/declined"]


async def test_leaving_closes_waiting_requests_and_tells_their_senders(ask: Api) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)

    await ask.does(SET_STATUS, as_=grace, status="LEFT")

    assert await told(request.sender) == ["request_mailer/closed"]


async def test_who_is_not_enrolled_is_told_so(ask: Api) -> None:
    mia = await a_mentee()

    [error] = await ask.refused(SET_STATUS, as_=mia, status="PAUSED", role="MENTOR")

    assert (error["code"], error["field"]) == ("NOT_ENROLLED", ["input", "role"])


async def test_a_member_without_any_role_has_no_status(ask: Api) -> None:
    [error] = await ask.refused(SET_STATUS, as_=await a_member(), status="PAUSED")

    assert (error["code"], error["field"]) == ("NOT_ENROLLED", None)


async def test_a_day_of_return_lies_ahead(ask: Api) -> None:
    grace = await a_mentor()

    [error] = await ask.refused(SET_STATUS, as_=grace, status="PAUSED", returnOn=in_days(0))

    assert (error["code"], error["field"]) == ("OUT_OF_RANGE", ["input", "returnOn"])


async def test_only_a_pause_has_a_day_of_return(ask: Api) -> None:
    grace = await a_mentor()

    [error] = await ask.refused(SET_STATUS, as_=grace, status="LEFT", returnOn=in_days(3))

    assert (error["code"], error["field"]) == ("INVALID", ["input", "returnOn"])


async def test_who_left_enrolls_again_instead_of_resuming(ask: Api) -> None:
    grace = await a_mentor(noted_status=ParticipationStatus.LEFT)

    [error] = await ask.refused(SET_STATUS, as_=grace, status="ACTIVE", role="MENTOR")

    assert error["code"] == "WRONG_STATE"


async def test_a_note_is_no_book(ask: Api) -> None:
    grace = await a_mentor()

    [error] = await ask.refused(SET_STATUS, as_=grace, status="PAUSED", message="x" * 4001)

    assert (error["code"], error["field"]) == ("TOO_LONG", ["input", "message"])


async def test_nobody_changes_the_status_of_others(ask: Api) -> None:
    grace, ada = await a_mentor(), await a_mentor()

    await ask.does(SET_STATUS, as_=ada, status="PAUSED")

    assert (await Enrollment.get(id=grace.id)).is_participating


async def test_partners_are_not_told_of_a_return_without_a_break(ask: Api) -> None:
    grace = await a_mentor()
    mia = (await a_relationship(mentor=grace)).mentee
    before = await told(mia)

    payload = await ask.does(SET_STATUS, as_=grace, status="ACTIVE", notifyPartners=True)

    assert payload["notifiedPartners"] == []
    assert await told(mia) == before


async def test_a_partner_in_both_roles_is_named_once(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    await a_relationship(mentor=grace, mentee=mia)
    mia_as_mentor, grace_as_mentee = (
        await a_mentor(member=mia.member),
        await a_mentee(member=grace.member),
    )
    await a_relationship(mentor=mia_as_mentor, mentee=grace_as_mentee)

    payload = await ask.does(SET_STATUS, as_=grace, status="PAUSED", notifyPartners=True)

    assert payload["notifiedPartners"] == [{"id": mia.member_id}]


@pytest.mark.parametrize(
    ("is_told", "news"),
    [
        (True, ["enrollment_mailer/partner_paused", "enrollment_mailer/partner_back"]),
        (False, []),
    ],
)
async def test_partners_hear_that_a_pause_ended_on_its_day_if_they_were_told_of_it(
    ask: Api, time: Time, tmp_path: Path, is_told: bool, news: list[str]
) -> None:
    grace = await a_mentor()
    mia = (await a_relationship(mentor=grace)).mentee
    return_on = str(clock.today("UTC") + timedelta(days=5))
    await ask.does(
        SET_STATUS, as_=grace, status="PAUSED", returnOn=return_on, notifyPartners=is_told
    )

    time.passes(timedelta(days=7))
    while await Duties(Storage(str(tmp_path))).do():
        pass

    assert await told(mia) == news
    assert await told(grace) == ["enrollment_mailer/welcome_back"]
