"""`withdraw`: taking a request back."""

from models import OutgoingEmail
from tests.client import Api
from tests.factories import a_member, a_mentee, a_mentor, a_request
from tests.outbox import told

WITHDRAW = """
mutation($input: WithdrawInput!) {
  withdraw(input: $input) {
    errors { code message field }
    request { state closedAt viewerCanWithdraw }
  }
}"""
REQUEST = """
mutation($input: RequestInput!) {
  request(input: $input) { errors { code message field } request { id } }
}"""


async def test_the_sender_takes_it_back(ask: Api) -> None:
    request = await a_request()

    payload = await ask.does(WITHDRAW, as_=request.sender, requestId=request.id)

    assert payload["request"]["state"] == "WITHDRAWN"
    assert payload["request"]["closedAt"]
    assert not payload["request"]["viewerCanWithdraw"]


async def test_an_email_that_still_waits_is_not_sent_any_more(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    asked = await ask.does(REQUEST, as_=mia, enrollmentId=grace.id)

    await ask.does(WITHDRAW, as_=mia, requestId=asked["request"]["id"])

    assert await told(grace) == []


async def test_who_was_asked_by_email_is_told(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    asked = await ask.does(REQUEST, as_=mia, enrollmentId=grace.id)
    await OutgoingEmail.filter(template="request_mailer/received").update(state="SENT")

    await ask.does(WITHDRAW, as_=mia, requestId=asked["request"]["id"])

    assert await told(grace) == ["request_mailer/received", "request_mailer/withdrawn"]


async def test_the_person_asked_cannot_take_it_back(ask: Api) -> None:
    request = await a_request()

    [error] = await ask.refused(WITHDRAW, as_=request.recipient, requestId=request.id)

    assert error["code"] == "NOT_ALLOWED"


async def test_an_answered_request_cannot_be_taken_back(ask: Api) -> None:
    request = await a_request()
    await request.decline(by=request.recipient)

    [error] = await ask.refused(WITHDRAW, as_=request.sender, requestId=request.id)

    assert error["code"] == "WRONG_STATE"


async def test_a_request_between_others_is_as_good_as_unknown(ask: Api) -> None:
    request, stranger = await a_request(), await a_member()

    theirs = await ask.refused(WITHDRAW, as_=stranger, requestId=request.id)

    assert theirs == await ask.refused(WITHDRAW, as_=stranger, requestId="req_unknown")
    assert theirs[0]["code"] == "NOT_FOUND"
