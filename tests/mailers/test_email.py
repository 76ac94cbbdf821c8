"""Promising e-mails: to whom, and when not."""

from datetime import timedelta

import pytest

from mailers import enrollment_mailer, relationship_mailer, request_mailer
from mailers.email import NotMailed
from models import (
    CompletionOutcome,
    ContactVisibility,
    EmailFrequency,
    Enrollment,
    EventKind,
    MentoringRequest,
    NotificationPreference,
    OutgoingEmail,
    Wish,
    clock,
)
from models.database import transaction
from models.mentoring_request.waiting import close_all
from models.outgoing_email import OutgoingState
from tests.conftest import Time
from tests.factories import a_mentee, a_mentor, a_relationship, a_request
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database")


async def promised() -> list[tuple[str, str | None]]:
    """The templates that wait to be sent, and to whom."""
    waiting = await OutgoingEmail.filter(state=OutgoingState.QUEUED).order_by("id")
    return [(it.template, it.reader_id) for it in waiting]


async def test_an_email_is_promised() -> None:
    request = await a_request()

    reason = await request_mailer.received(request, []).deliver_later()

    assert reason is None
    assert await promised() == [("request_mailer/received", request.recipient_id)]


async def test_a_new_request_knows_whom_to_write_to() -> None:
    mentor, mentee = await a_mentor(), await a_mentee()
    mentor = await Enrollment.get(id=mentor.id)

    request = await transaction(
        lambda: MentoringRequest.open(sender=mentee.member, recipient=mentor)
    )
    await request_mailer.received(request, []).deliver_later()

    assert await promised() == [("request_mailer/received", mentor.member_id)]


async def test_the_same_email_is_promised_once() -> None:
    request = await a_request()
    await request_mailer.received(request, []).deliver_later()

    reason = await request_mailer.received(request, []).deliver_later()

    assert reason is NotMailed.PROMISED_BEFORE
    assert len(await promised()) == 1


async def test_a_transaction_that_fails_leaves_no_email() -> None:
    request = await a_request()

    async def work() -> None:
        await request_mailer.received(request, []).deliver_later()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await transaction(work)

    assert await promised() == []


@pytest.mark.parametrize("frequency", [EmailFrequency.AT_ONCE, EmailFrequency.DAILY])
async def test_what_a_reader_wants_is_asked_once(frequency: EmailFrequency) -> None:
    request = await a_request()
    await NotificationPreference.choose(
        request.sender, [Wish(EventKind.REQUEST_EXPIRED, frequency)]
    )

    with statements() as sent:
        await request_mailer.expired(request, request.sender).deliver_later()

    assert sum("notification_preference" in it for it in sent) == 1
    [email] = await OutgoingEmail.all()
    assert email.is_held is (frequency is EmailFrequency.DAILY)


async def test_who_does_not_want_such_emails_gets_none() -> None:
    request = await a_request()
    wish = Wish(EventKind.REQUEST_RECEIVED, EmailFrequency.NEVER)
    await NotificationPreference.choose(request.recipient, [wish])

    reason = await request_mailer.received(request, []).deliver_later()

    assert reason is NotMailed.UNWANTED
    assert await promised() == []


async def test_who_is_no_longer_a_member_gets_none() -> None:
    request = await a_request()
    request.recipient.valid_until = clock.now()

    reason = await request_mailer.received(request, []).deliver_later()

    assert reason is NotMailed.NOT_A_MEMBER
    assert await promised() == []


async def test_an_answer_to_ones_own_request_always_goes_out() -> None:
    request = await a_request()
    request.sender.valid_until = clock.now()

    reason = await request_mailer.declined(request).deliver_later()

    assert reason is None
    assert await promised() == [("request_mailer/declined", request.sender_id)]


async def test_a_withdrawal_before_the_email_went_out_sends_neither() -> None:
    request = await a_request()
    await request_mailer.received(request, []).deliver_later()

    reason = await request_mailer.withdrawn(request).deliver_later()

    assert reason is NotMailed.NOTHING_TO_TAKE_BACK
    assert await promised() == []


async def test_a_withdrawal_after_the_email_went_out_is_told() -> None:
    request = await a_request()
    await request_mailer.received(request, []).deliver_later()
    [email] = await OutgoingEmail.claim()
    await email.sent()

    reason = await request_mailer.withdrawn(request).deliver_later()

    assert reason is None
    assert await promised() == [("request_mailer/withdrawn", request.recipient_id)]


async def test_a_withdrawal_is_not_told_to_who_was_not_told_of_the_request() -> None:
    request = await a_request()

    reason = await request_mailer.withdrawn(request).deliver_later()

    assert reason is NotMailed.NOTHING_TO_TAKE_BACK
    assert await promised() == []


async def test_a_request_that_is_closed_before_its_email_went_out_is_not_announced() -> None:
    mentor = await a_mentor()
    request = await a_request(recipient=mentor)
    await request_mailer.received(request, []).deliver_later()
    [(closed, _)] = await close_all(mentor)

    await request_mailer.closed(closed, closed.recipient).deliver_later()
    await request_mailer.closed(closed, closed.sender).deliver_later()

    assert await promised() == [("request_mailer/closed", request.sender_id)]


async def test_both_get_each_others_contact() -> None:
    request = await a_request()

    yes, begun = request_mailer.accepted(request), request_mailer.begun(request)

    assert (yes.reader, yes.facts["contact"]) == (request.sender, request.recipient.email)
    assert (begun.reader, begun.facts["contact"]) == (request.recipient, request.sender.email)


async def test_a_contact_that_nobody_may_see_is_not_in_an_email() -> None:
    request = await a_request()
    request.recipient.contact_visibility = ContactVisibility.NOBODY

    yes = request_mailer.accepted(request)

    assert request.recipient.email not in str(yes.facts)


async def test_one_is_welcomed_once() -> None:
    mentor = await a_mentor()

    first = await enrollment_mailer.welcome(mentor).deliver_later()
    again = await enrollment_mailer.welcome(mentor).deliver_later()

    assert (first, again) == (None, NotMailed.PROMISED_BEFORE)


async def test_partners_are_told_of_every_pause(time: Time) -> None:
    relationship = await a_relationship()
    mentor = await Enrollment.get(member_id=relationship.mentor_id).prefetch_related("member")

    for _ in range(2):
        await mentor.pause()
        for _ in range(2):
            paused = enrollment_mailer.partner_paused(mentor, relationship.mentee, "")
            await paused.deliver_later()
        time.passes(timedelta(days=1))
        await mentor.resume()

    assert await promised() == [("enrollment_mailer/partner_paused", relationship.mentee_id)] * 2


async def test_who_completes_is_named_to_the_partner() -> None:
    relationship = await a_relationship()
    await relationship.complete(by=relationship.mentor, outcome=CompletionOutcome.GOALS_REACHED)

    email = relationship_mailer.completed(relationship, relationship.mentee, "")

    assert email.reader == relationship.mentee
    assert email.facts["partner"] == relationship.mentor.name


async def test_thanks_reach_the_partner() -> None:
    relationship = await a_relationship()
    await relationship.complete(by=relationship.mentor, outcome=CompletionOutcome.GOALS_REACHED)
    note = await relationship.thank(by=relationship.mentee, words="Thanks!", is_shareable=False)

    await relationship_mailer.thanks_received(note, relationship.mentor).deliver_later()

    assert await promised() == [("relationship_mailer/thanks_received", relationship.mentor_id)]


async def test_a_withdrawal_is_not_told_to_whom_the_request_could_not_be_delivered() -> None:
    request = await a_request()
    await request_mailer.received(request, []).deliver_later()
    [email] = await OutgoingEmail.claim()
    await email.begin(address="gone@example.org", subject="Hello", mime="the bytes")
    await email.refused("550 5.1.1 unknown", is_nobody_there=True)

    reason = await request_mailer.withdrawn(request).deliver_later()

    assert reason is NotMailed.NOTHING_TO_TAKE_BACK
