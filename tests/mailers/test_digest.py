"""What may wait is told in one e-mail in the morning."""

import asyncio
import email
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest

import settings
from mailers import digest_mailer, request_mailer
from mailers.email import NotMailed
from models import (
    EmailFrequency,
    EventKind,
    Member,
    MentoringRequest,
    NotificationPreference,
    OutgoingEmail,
    Wish,
    clock,
)
from models.database import transaction
from models.outgoing_email import OutgoingState
from models.outgoing_email.digest import wait_anew
from resolvers import events
from tests.conftest import Time
from tests.factories import a_mentor, a_request
from tests.mailers.server import MailHost, listening
from tests.server import A_KEY
from worker import Worker

pytestmark = pytest.mark.usefixtures("database")

AT_ONCE, DAILY, WEEKLY, NEVER = EmailFrequency
RECEIVED = EventKind.REQUEST_RECEIVED
WEDNESDAY = datetime(2026, 3, 4, 15, tzinfo=UTC)
THURSDAY = datetime(2026, 3, 5, 9, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def host() -> AsyncIterator[MailHost]:
    async with listening(MailHost()) as host:
        yield host


@pytest.fixture(autouse=True)
def wednesday(time: Time) -> None:
    time.is_(WEDNESDAY)


async def work(host: MailHost) -> list[EmailMessage]:
    """What a worker sends now."""
    before = len(host.taken)
    given = {"SMTP_URL": host.url, "SECRET_KEY": A_KEY, "CLIENT_URL": "https://app.example.org"}
    await Worker(settings.read(given)).work_off()
    return [email.message_from_bytes(it.content, policy=SMTP) for it in host.taken[before:]]  # type: ignore[arg-type, misc]


async def a_reader(frequency: EmailFrequency, kind: EventKind = RECEIVED) -> Member:
    mentor = await a_mentor(capacity=9)
    await prefers(mentor.member, frequency, kind)
    return mentor.member


async def prefers(reader: Member, frequency: EmailFrequency, kind: EventKind = RECEIVED) -> None:
    await NotificationPreference.choose(reader, [Wish(kind, frequency)])


async def asked(reader: Member, number: int = 1) -> list[MentoringRequest]:
    """Requests to a reader, each with its e-mail."""
    [mentor] = await reader.enrollments.all().prefetch_related("member")  # type: ignore[attr-defined]
    requests = [await a_request(recipient=mentor) for _ in range(number)]
    for it in requests:
        await request_mailer.received(it, []).deliver_later()
    return requests


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize(("frequency", "due"), [(DAILY, THURSDAY), (WEEKLY, MONDAY)])
async def test_what_may_wait_is_told_in_one_email_in_the_morning(
    host: MailHost, time: Time, frequency: EmailFrequency, due: datetime
) -> None:
    grace = await a_reader(frequency)
    requests = await asked(grace, 3)

    time.is_(due - MINUTE)
    too_early = await work(host)
    time.is_(due)
    [digest] = await work(host)

    assert too_early == []
    assert digest["Subject"] == "3 things have happened in your mentoring"
    for it in requests:
        line = f"- {it.sender.name} asks you to be their mentor:\r?\n  https://app.example.org/requests/{it.id}"
        assert re.search(line, text_of(digest))
    assert await work(host) == []


async def test_each_reader_has_a_morning_and_a_digest_of_their_own(
    host: MailHost, time: Time
) -> None:
    kenji, grace = await a_reader(DAILY), await a_reader(DAILY)
    kenji.time_zone = "Asia/Tokyo"
    await kenji.save()
    for reader in (kenji, grace):
        await asked(reader, 2)

    time.is_(datetime(2026, 3, 5, 0, tzinfo=UTC))
    [first] = await work(host)
    time.is_(THURSDAY)
    [second] = await work(host)

    assert first["To"].addresses[0].addr_spec == kenji.email
    assert second["To"].addresses[0].addr_spec == grace.email


async def test_a_single_thing_goes_out_by_itself(host: MailHost, time: Time) -> None:
    grace = await a_reader(DAILY)
    [request] = await asked(grace)

    time.is_(THURSDAY)
    [message] = await work(host)

    assert message["Subject"] == f"{request.sender.name} asks you to be their mentor"


async def test_what_is_essential_does_not_wait(host: MailHost) -> None:
    request = await a_request()
    for kind in EventKind:
        if kind.is_emailed and not kind.is_essential:
            await prefers(request.sender, WEEKLY, kind)

    await request_mailer.declined(request).deliver_later()

    assert len(await work(host)) == 1


async def test_what_was_taken_back_is_not_told(host: MailHost, time: Time) -> None:
    grace = await a_reader(DAILY)
    first, second, third = await asked(grace, 3)

    await third.withdraw(by=third.sender)
    reason = await request_mailer.withdrawn(third).deliver_later()
    time.is_(THURSDAY)
    [digest] = await work(host)

    assert reason is NotMailed.NOTHING_TO_TAKE_BACK
    assert digest["Subject"].startswith("2 things")
    assert third.id not in text_of(digest)
    assert all(it.id in text_of(digest) for it in (first, second))


async def test_what_its_reader_has_answered_already_is_not_told(host: MailHost, time: Time) -> None:
    grace = await a_reader(WEEKLY)
    first, second = await asked(grace, 2)

    await second.decline(by=grace)
    time.is_(MONDAY)
    [message] = await work(host)

    assert message["Subject"] == f"{first.sender.name} asks you to be their mentor"


async def test_where_all_was_taken_back_there_is_no_digest(host: MailHost, time: Time) -> None:
    grace = await a_reader(DAILY)
    for it in await asked(grace, 2):
        await it.withdraw(by=it.sender)
        await request_mailer.withdrawn(it).deliver_later()

    time.is_(THURSDAY)

    assert await work(host) == []


async def test_what_is_taken_back_after_the_digest_is_told_to_be(
    host: MailHost, time: Time
) -> None:
    grace = await a_reader(DAILY)
    request, _ = await asked(grace, 2)
    time.is_(THURSDAY)
    await work(host)

    await request.withdraw(by=request.sender)
    reason = await request_mailer.withdrawn(request).deliver_later()
    [message] = await work(host)

    assert reason is None
    assert message["Subject"] == f"{request.sender.name} took back their request"
    assert "References" not in message


async def test_what_is_taken_back_before_the_digest_is_written_is_not_in_it(
    host: MailHost, time: Time
) -> None:
    grace = await a_reader(DAILY)
    request, other = await asked(grace, 2)
    time.is_(THURSDAY)
    await transaction(digest_mailer.deliver_due)

    await request.withdraw(by=request.sender)
    reason = await request_mailer.withdrawn(request).deliver_later()
    [digest] = await work(host)

    assert reason is NotMailed.NOTHING_TO_TAKE_BACK
    assert digest["Subject"].startswith("1 thing")
    assert other.id in text_of(digest)
    assert request.id not in text_of(digest)


async def test_a_digest_that_has_nothing_left_to_tell_is_not_sent(
    host: MailHost, time: Time
) -> None:
    grace = await a_reader(DAILY)
    await asked(grace, 2)
    time.is_(THURSDAY)
    await transaction(digest_mailer.deliver_due)

    await prefers(grace, NEVER)

    assert await work(host) == []
    assert await OutgoingEmail.filter(state=OutgoingState.CANCELLED).count() == 3


async def test_who_changes_their_mind_meanwhile_is_heard(host: MailHost, time: Time) -> None:
    grace, lapsed = await a_reader(DAILY), await a_reader(DAILY)
    await asked(grace, 2)
    await asked(lapsed, 2)

    await prefers(grace, NEVER)
    await Member.filter(id=lapsed.id).update(valid_until=clock.now())
    time.is_(THURSDAY)

    assert await work(host) == []


async def test_what_waits_is_told_at_once_to_who_wants_that_now(host: MailHost) -> None:
    grace = await a_reader(WEEKLY)
    await asked(grace, 2)

    await prefers(grace, AT_ONCE)
    await wait_anew(grace)
    [digest] = await work(host)

    assert digest["Subject"].startswith("2 things")


async def test_what_is_due_is_not_put_off_by_another_wish(host: MailHost, time: Time) -> None:
    grace = await a_reader(WEEKLY)
    await asked(grace, 2)

    time.is_(MONDAY + MINUTE)  # and no worker has looked yet
    await events.choose(grace, [Wish(EventKind.GRATITUDE_RECEIVED, NEVER)])

    assert len(await work(host)) == 1


async def test_who_moves_is_told_in_the_morning_of_the_new_place(
    host: MailHost, time: Time
) -> None:
    grace = await a_reader(DAILY)
    await asked(grace, 2)

    grace.time_zone = "America/New_York"
    await grace.save()
    await wait_anew(grace)
    time.is_(THURSDAY)
    too_early = await work(host)
    time.is_(THURSDAY + timedelta(hours=5))

    assert too_early == []
    assert len(await work(host)) == 1


async def test_the_same_is_promised_once_whether_it_waits_or_was_told(
    host: MailHost, time: Time
) -> None:
    grace = await a_reader(DAILY)
    request, _ = await asked(grace, 2)

    waiting = await request_mailer.received(request, []).deliver_later()
    time.is_(THURSDAY)
    await work(host)
    told = await request_mailer.received(request, []).deliver_later()

    assert (waiting, told) == (NotMailed.PROMISED_BEFORE, NotMailed.PROMISED_BEFORE)


async def test_of_several_workers_one_writes_the_digest(host: MailHost, time: Time) -> None:
    readers = [await a_reader(DAILY) for _ in range(4)]
    for it in readers:
        await asked(it, 2)
    time.is_(THURSDAY)

    await asyncio.gather(*(transaction(digest_mailer.deliver_due) for _ in range(4)))
    messages = await work(host)

    assert sorted(it["To"].addresses[0].addr_spec for it in messages) == sorted(
        it.email for it in readers
    )
    assert all(it["Subject"].startswith("2 things") for it in messages)


async def test_many_things_are_counted_not_listed(
    host: MailHost, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_mailer, "MOST_SHOWN", 2)
    grace = await a_reader(DAILY)
    await asked(grace, 5)

    time.is_(THURSDAY)
    [digest] = await work(host)

    assert digest["Subject"].startswith("5 things")
    assert text_of(digest).count("asks you") == 2
    assert "And 3 things more." in text_of(digest)


async def test_a_digest_speaks_the_language_of_its_reader(host: MailHost, time: Time) -> None:
    greta = await a_reader(DAILY)
    await Member.filter(id=greta.id).update(languages="de")
    await asked(greta, 2)

    time.is_(THURSDAY)
    [digest] = await work(host)

    assert digest["Subject"] == "2 Neuigkeiten aus Ihrem Mentoring"
    assert "asks you" not in text_of(digest)
