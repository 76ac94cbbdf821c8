"""`respond`: accepting and declining."""

import pytest

from models import Enrollment, Member, MentoringRelationship, MentoringRequest, clock
from tests.client import Api
from tests.factories import a_member, a_mentee, a_mentor, a_request
from tests.outbox import told

RESPOND = """
mutation($input: RespondInput!) {
  respond(input: $input) {
    errors { code message field }
    request { state reply closedAt viewerCanRespond relationship { id } }
    relationship { id state viewerRole partner { id email } viewerCanComplete }
  }
}"""

BOTH = pytest.mark.parametrize("answer", ["ACCEPT", "DECLINE"])


async def refusal(
    ask: Api, request: MentoringRequest, as_: Member | Enrollment, **input: object
) -> dict[str, object]:
    [error] = await ask.refused(
        RESPOND, as_=as_, requestId=request.id, **{"answer": "ACCEPT", **input}
    )
    return error


async def test_an_accepted_request_begins_a_relationship(ask: Api) -> None:
    request = await a_request()

    payload = await ask.does(
        RESPOND, as_=request.recipient, requestId=request.id, answer="ACCEPT", reply="Gladly."
    )

    assert payload["request"]["state"] == "ACCEPTED"
    assert payload["request"]["reply"] == "Gladly."
    assert payload["relationship"]["partner"]["id"] == request.sender_id
    assert payload["relationship"]["viewerRole"] == "MENTOR"
    assert payload["request"]["relationship"]["id"] == payload["relationship"]["id"]


async def test_both_get_each_others_contact(ask: Api) -> None:
    request = await a_request()

    payload = await ask.does(RESPOND, as_=request.recipient, requestId=request.id, answer="ACCEPT")

    assert payload["relationship"]["partner"]["email"] == request.sender.email
    assert "request_mailer/accepted" in await told(request.sender)
    assert "request_mailer/begun" in await told(request.recipient)


async def test_a_mentee_who_is_asked_accepts_likewise(ask: Api) -> None:
    mia = await a_mentee()
    request = await a_request(sender=await a_mentor(), recipient=mia)

    payload = await ask.does(RESPOND, as_=mia, requestId=request.id, answer="ACCEPT")

    assert payload["relationship"]["viewerRole"] == "MENTEE"


async def test_a_declined_request_leads_to_nothing(ask: Api) -> None:
    request = await a_request()

    payload = await ask.does(
        RESPOND, as_=request.recipient, requestId=request.id, answer="DECLINE", reply="Sorry."
    )

    assert payload["request"]["state"] == "DECLINED"
    assert payload["relationship"] is None
    assert await MentoringRelationship.all().count() == 0
    assert await told(request.sender) == ["request_mailer/declined"]


async def test_who_waits_for_a_full_mentor_is_told(ask: Api) -> None:
    grace = await a_mentor(capacity=1)
    accepted, waiting = await a_request(recipient=grace), await a_request(recipient=grace)

    await ask.does(RESPOND, as_=grace, requestId=accepted.id, answer="ACCEPT")

    assert await told(waiting.sender) == ["request_mailer/closed"]


@BOTH
async def test_the_sender_cannot_answer(ask: Api, answer: str) -> None:
    request = await a_request()

    assert (await refusal(ask, request, request.sender, answer=answer))["code"] == "NOT_ALLOWED"


@BOTH
async def test_a_request_between_others_is_as_good_as_unknown(ask: Api, answer: str) -> None:
    request, stranger = await a_request(), await a_member()

    error = await refusal(ask, request, stranger, answer=answer)

    assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", "requestId"])


@BOTH
async def test_an_answer_is_given_once(ask: Api, answer: str) -> None:
    request = await a_request()
    await request.decline(by=request.recipient)

    assert (await refusal(ask, request, request.recipient, answer=answer))["code"] == "WRONG_STATE"


async def test_a_request_taken_back_cannot_be_accepted(ask: Api) -> None:
    request = await a_request()
    await request.withdraw(by=request.sender)

    assert (await refusal(ask, request, request.recipient))["code"] == "WRONG_STATE"


async def test_a_full_mentor_cannot_accept(ask: Api) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)
    await Enrollment.filter(id=grace.id).update(capacity=1, places_taken=1)

    assert (await refusal(ask, request, grace))["code"] == "NO_CAPACITY"


async def test_a_request_of_a_full_mentee_cannot_be_accepted(ask: Api) -> None:
    mia = await a_mentee()
    request = await a_request(sender=mia)
    await Enrollment.filter(id=mia.id).update(capacity=1, places_taken=1)

    assert (await refusal(ask, request, request.recipient))["code"] == "NO_CAPACITY"


async def test_a_request_of_a_former_member_cannot_be_accepted(ask: Api) -> None:
    request = await a_request()
    await Member.filter(id=request.sender_id).update(suspended_at=clock.now())

    assert (await refusal(ask, request, request.recipient))["code"] == "NOT_ACCEPTING"


@BOTH
async def test_a_reply_is_no_book(ask: Api, answer: str) -> None:
    request = await a_request()

    error = await refusal(ask, request, request.recipient, answer=answer, reply="x" * 4001)

    assert (error["code"], error["field"]) == ("TOO_LONG", ["input", "reply"])
