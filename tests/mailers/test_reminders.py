"""Reminders that name many people in one e-mail, and those of them who still wait when it goes out."""

import email
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest

import settings
from mailers import request_mailer
from mailers.email import Email
from mailers.previews import ADA, GRACE, a_request, rendered
from models import (
    EmailFrequency,
    EventKind,
    MentoringRequest,
    NotificationPreference,
    OutgoingEmail,
    OutgoingState,
    RequestState,
    Wish,
    clock,
)
from models.mentoring_request.reminding import Reminder
from tests import factories
from tests.conftest import Time
from tests.mailers.server import MailHost, listening
from worker import Worker

CLIENT = settings.read({"CLIENT_URL": "https://mentoring.example.org"})
BOTH = pytest.mark.parametrize(
    ("told", "is_to_sender"),
    [(request_mailer.reminder, False), (request_mailer.follow_up_due, True)],
)
Told = Callable[[Reminder], Email]


@pytest.fixture
async def host() -> AsyncIterator[MailHost]:
    async with listening(MailHost()) as host:
        yield host


def test_a_reminder_names_fifty_people_and_how_many_more_there_are() -> None:
    requests = [a_request(sender=ADA, recipient=GRACE, mentor=GRACE) for _ in range(400)]

    email = request_mailer.reminder(Reminder(GRACE, requests))

    words = rendered(email, CLIENT)
    assert words.subject == "400 people are waiting for your answer"
    assert words.text.count("- Ada Byron") == 50
    assert "And 350 people more." in words.text
    assert "Und 350 weitere Personen." in rendered(email, CLIENT, "de").text


async def three_requests(*, is_to_sender: bool) -> Reminder:
    """What one member is reminded of."""
    one = await factories.a_mentee() if is_to_sender else await factories.a_mentor(capacity=9)
    which = {"sender": one} if is_to_sender else {"recipient": one}
    return Reminder(one.member, [await factories.a_request(**which) for _ in range(3)])


def partner(request: MentoringRequest, reminder: Reminder) -> str:
    is_asked = reminder.reader.id == request.recipient_id
    return str((request.sender if is_asked else request.recipient).name)


async def settled(*requests: MentoringRequest) -> None:
    ids = [it.id for it in requests]
    await MentoringRequest.filter(id__in=ids).update(
        state=RequestState.WITHDRAWN, closed_at=clock.now()
    )


async def sent(host: MailHost) -> list[EmailMessage]:
    await Worker(settings.read({"SMTP_URL": host.url})).work_off()
    return [email.message_from_bytes(it.content, policy=SMTP) for it in host.taken]  # type: ignore[arg-type, misc]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@BOTH
@pytest.mark.usefixtures("database")
async def test_a_request_that_is_settled_meanwhile_is_not_named(
    host: MailHost, told: Told, is_to_sender: bool
) -> None:
    reminder = await three_requests(is_to_sender=is_to_sender)
    first, *others = reminder.requests
    await told(reminder).deliver_later()
    await settled(first)

    [message] = await sent(host)

    assert message["Subject"].startswith("2 people")
    assert partner(first, reminder) not in text_of(message)
    assert all(partner(it, reminder) in text_of(message) for it in others)


@BOTH
@pytest.mark.usefixtures("database")
async def test_of_a_single_request_that_is_left_the_email_about_one_goes_out(
    host: MailHost, told: Told, is_to_sender: bool
) -> None:
    reminder = await three_requests(is_to_sender=is_to_sender)
    *others, last = reminder.requests
    await told(reminder).deliver_later()
    await settled(*others)

    [message] = await sent(host)

    about_one = rendered(told(Reminder(reminder.reader, [last])), CLIENT)
    assert message["Subject"] == about_one.subject
    assert partner(last, reminder) in message["Subject"]


@BOTH
@pytest.mark.usefixtures("database")
async def test_where_no_request_is_left_nothing_is_sent(
    host: MailHost, told: Told, is_to_sender: bool
) -> None:
    reminder = await three_requests(is_to_sender=is_to_sender)
    await told(reminder).deliver_later()
    await settled(*reminder.requests)

    assert await sent(host) == []

    [only] = await OutgoingEmail.all()
    assert only.state is OutgoingState.CANCELLED
    assert only.last_error == "What it is about has changed meanwhile."


@pytest.mark.usefixtures("database")
async def test_a_second_attempt_sends_the_same_whatever_was_answered_since(
    host: MailHost, time: Time
) -> None:
    reminder = await three_requests(is_to_sender=False)
    await request_mailer.reminder(reminder).deliver_later()
    host.message = "450 later"
    await sent(host)
    await settled(reminder.requests[0])

    host.message = "250 OK"
    time.passes(timedelta(minutes=1))
    [message] = await sent(host)

    assert message["Subject"].startswith("3 people")


@pytest.mark.usefixtures("database")
async def test_a_digest_counts_those_who_still_wait(host: MailHost, time: Time) -> None:
    reminder = await three_requests(is_to_sender=False)
    wishes = [Wish(EventKind.REQUEST_WAITING, EmailFrequency.DAILY)]
    wishes += [Wish(EventKind.REQUEST_RECEIVED, EmailFrequency.DAILY)]
    await NotificationPreference.choose(reminder.reader, wishes)
    await request_mailer.reminder(reminder).deliver_later()
    await request_mailer.received(reminder.requests[1], []).deliver_later()
    await settled(reminder.requests[0])

    time.passes(timedelta(days=2))
    [digest] = await sent(host)

    assert "2 people are waiting for your answer" in text_of(digest)
