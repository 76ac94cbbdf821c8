"""`sendFollowUp`: having the program come back to a request in the sender's name."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

import settings
from models import (
    ContactVisibility,
    Event,
    EventKind,
    Member,
    MentoringRequest,
    OutgoingEmail,
    ParticipationStatus,
    Program,
    clock,
)
from models.database import transaction
from models.mentoring_request.status import StatusChange
from tests.client import Api
from tests.conftest import Time
from tests.factories import a_member, a_mentee, a_mentor, a_request
from tests.mailers.server import MailHost, listening
from tests.outbox import told
from worker import Worker

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FOLLOW_UP = "request_mailer/follow_up"
SEND = """
mutation($input: SendFollowUpInput!) {
  sendFollowUp(input: $input) {
    errors { code message field }
    request { state followUpSentAt viewerCanSendFollowUp }
  }
}"""
OWN = "{ viewer { requests { nodes { followUpSentAt viewerCanSendFollowUp } } } }"


async def a_request_of_mia(time: Time, **mia: Any) -> MentoringRequest:
    """A request that has waited for a week."""
    request = await a_request(
        sender=await a_mentee(person={"name": "Mia Keller", "email": "mia@example.org", **mia}),
        recipient=await a_mentor(person={"name": "Grace Hopper"}),
    )
    time.passes(7 * DAY)
    return request


async def message_sent() -> EmailMessage:
    """What the worker sends, once it has come to that."""
    async with listening(MailHost()) as host:
        await Worker(settings.read({"SMTP_URL": host.url})).work_off()
    found = [message_from_bytes(it.content, policy=SMTP) for it in host.taken]  # type: ignore[arg-type]
    [message] = [it for it in found if " via " in it["From"]]
    assert isinstance(message, EmailMessage)
    return message


async def can_follow_up(ask: Api, request: MentoringRequest) -> bool:
    answer = await ask(OWN, as_=await Member.get(id=request.sender_id))
    [own] = answer["viewer"]["requests"]["nodes"]
    return bool(own["viewerCanSendFollowUp"])


async def test_the_program_follows_up_for_the_sender(ask: Api, time: Time) -> None:
    request = await a_request_of_mia(time)
    assert await can_follow_up(ask, request)

    payload = await ask.does(SEND, as_=request.sender, requestId=request.id)

    assert payload["request"]["state"] == "PENDING"
    assert payload["request"]["followUpSentAt"]
    assert not payload["request"]["viewerCanSendFollowUp"]
    assert await told(request.recipient) == [FOLLOW_UP]
    kinds = [it.kind for it in await Event.visible_to(request.recipient)]
    assert EventKind.FOLLOW_UP_RECEIVED in kinds


async def test_the_email_has_the_words_of_the_program_and_the_name_of_the_sender(
    ask: Api, time: Time
) -> None:
    await Program.filter(id="program").update(
        follow_up_subject="A word from {sender}", follow_up_text="Dear {recipient}, and?"
    )
    request = await a_request_of_mia(time)

    await ask.does(SEND, as_=request.sender, requestId=request.id)

    message = await message_sent()
    [sender] = message["From"].addresses
    assert sender.display_name == "Mia Keller via Mentor Match"
    assert sender.addr_spec == "mentoring@example.org"
    assert message["Subject"] == "A word from Mia Keller"
    assert "> Dear Grace Hopper, and?" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_nobody_writes_in_the_name_of_the_program(ask: Api, time: Time) -> None:
    await Program.filter(id="program").update(follow_up_text="Yours, {sender}")
    request = await a_request_of_mia(time)
    await Member.filter(id=request.sender_id).update(name="{program}")

    await ask.does(SEND, as_=request.sender, requestId=request.id)

    message = await message_sent()
    assert "> Yours, {program}" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("visibility", "is_shown", "reply_to"),
    [
        (ContactVisibility.MEMBERS, False, "Mia Keller <mia@example.org>"),
        (ContactVisibility.PARTNERS, False, None),
        (ContactVisibility.PARTNERS, True, "Mia Keller <mia@example.org>"),
        (ContactVisibility.NOBODY, False, None),
        (ContactVisibility.NOBODY, True, "Mia Keller <mia@example.org>"),
    ],
)
async def test_replies_reach_the_sender_only_where_the_sender_allows_it(
    ask: Api,
    time: Time,
    visibility: ContactVisibility,
    is_shown: bool,
    reply_to: str | None,
) -> None:
    request = await a_request_of_mia(time, contact_visibility=visibility)

    await ask.does(SEND, as_=request.sender, requestId=request.id, showAddress=is_shown)

    message = await message_sent()
    assert message["Reply-To"] == reply_to
    assert ("mia@example.org" in message.as_string()) is bool(reply_to)


async def test_a_follow_up_takes_the_place_of_the_reminder(ask: Api, time: Time) -> None:
    request = await a_request_of_mia(time)
    await ask.does(SEND, as_=request.sender, requestId=request.id)

    time.passes(2 * DAY)
    await message_sent()

    assert await told(request.recipient) == [FOLLOW_UP]
    assert await told(request.sender) == []


@pytest.mark.parametrize("verb", ["accept", "decline"])
async def test_what_is_answered_is_not_followed_up_any_more(
    ask: Api, time: Time, verb: str
) -> None:
    request = await a_request_of_mia(time)
    await ask.does(SEND, as_=request.sender, requestId=request.id)
    await transaction(lambda: getattr(request, verb)(by=request.recipient))

    async with listening(MailHost()) as host:
        await Worker(settings.read({"SMTP_URL": host.url})).work_off()

    assert host.taken == []
    assert await told(request.recipient) == []


async def test_nobody_is_told_to_forget_a_follow_up_that_never_went_out(
    ask: Api, time: Time
) -> None:
    request = await a_request_of_mia(time)
    await ask.does(SEND, as_=request.sender, requestId=request.id)

    withdraw = "mutation($input: WithdrawInput!) { withdraw(input: $input) { errors { code } } }"
    await ask.does(withdraw, as_=request.sender, requestId=request.id)

    assert await told(request.recipient) == []


async def test_who_switched_them_off_gets_no_follow_up_by_email(ask: Api, time: Time) -> None:
    request = await a_request_of_mia(time)
    choose = """
    mutation($input: UpdateNotificationPreferencesInput!) {
      updateNotificationPreferences(input: $input) { errors { code } }
    }"""
    wish = {"kind": "FOLLOW_UP_RECEIVED", "frequency": "NEVER"}
    await ask.does(choose, as_=request.recipient, preferences=[wish])

    await ask.does(SEND, as_=request.sender, requestId=request.id)

    assert await OutgoingEmail.all() == []


async def test_following_up_twice_is_refused(ask: Api, time: Time) -> None:
    request = await a_request_of_mia(time)
    await ask.does(SEND, as_=request.sender, requestId=request.id)

    [error] = await ask.refused(SEND, as_=request.sender, requestId=request.id)

    assert error["code"] == "WRONG_STATE"


async def test_following_up_too_early_is_refused(ask: Api, time: Time) -> None:
    request = await a_request_of_mia(time)
    time.passes(-MINUTE)
    assert not await can_follow_up(ask, request)

    [error] = await ask.refused(SEND, as_=request.sender, requestId=request.id)

    assert error["code"] == "TOO_SOON"


async def test_following_up_with_somebody_who_is_paused_is_refused(ask: Api, time: Time) -> None:
    request = await a_request_of_mia(time)
    pause = StatusChange(ParticipationStatus.PAUSED)
    await transaction(lambda: pause.apply_to(request.recipient, None))
    assert not await can_follow_up(ask, request)

    [error] = await ask.refused(SEND, as_=request.sender, requestId=request.id)

    assert error["code"] == "TOO_SOON"


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
async def test_following_up_on_what_is_settled_is_refused(ask: Api, time: Time, verb: str) -> None:
    request = await a_request_of_mia(time)
    by = request.sender if verb == "withdraw" else request.recipient
    await transaction(lambda: getattr(request, verb)(by=by))
    assert not await can_follow_up(ask, request)

    [error] = await ask.refused(SEND, as_=request.sender, requestId=request.id)

    assert error["code"] == "WRONG_STATE"


async def test_following_up_after_the_last_day_is_refused(ask: Api, time: Time) -> None:
    request = await a_request_of_mia(time)
    time.passes(7 * DAY)
    assert not await can_follow_up(ask, request)

    [error] = await ask.refused(SEND, as_=request.sender, requestId=request.id)

    assert error["code"] == "WRONG_STATE"


async def test_following_up_with_somebody_who_is_no_longer_a_member_is_refused(
    ask: Api, time: Time
) -> None:
    request = await a_request_of_mia(time)
    await Member.filter(id=request.recipient_id).update(valid_until=clock.now())
    assert not await can_follow_up(ask, request)

    [error] = await ask.refused(SEND, as_=request.sender, requestId=request.id)

    assert error["code"] == "NOT_ACCEPTING"


async def test_the_person_asked_cannot_follow_up(ask: Api, time: Time) -> None:
    request = await a_request_of_mia(time)

    [error] = await ask.refused(SEND, as_=request.recipient, requestId=request.id)

    assert error["code"] == "NOT_ALLOWED"


async def test_a_request_between_others_is_as_good_as_unknown(ask: Api, time: Time) -> None:
    request, stranger = await a_request_of_mia(time), await a_member()

    theirs = await ask.refused(SEND, as_=stranger, requestId=request.id)

    assert theirs == await ask.refused(SEND, as_=stranger, requestId="req_unknown")
    assert theirs[0]["code"] == "NOT_FOUND"
