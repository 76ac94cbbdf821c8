"""The worker keeps what was promised."""

import asyncio
import email
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

import settings
from mailers import account_mailer, digest_mailer, relationship_mailer, request_mailer
from models import (
    EmailFrequency,
    Enrollment,
    EventKind,
    Member,
    MentoringRequest,
    NotificationPreference,
    OutgoingEmail,
    ParticipationStatus,
    Picture,
    PictureSize,
    Wish,
    clock,
)
from models.database import rows, transaction
from models.database.connection import connection_for
from models.outgoing_email import OutgoingPhase, OutgoingState
from models.outgoing_email.suppression import suppress
from models.picture import Storage, file_name
from tests.conftest import Time
from tests.factories import a_block, a_completed_relationship, a_member, a_mentor, a_request
from tests.mailers.server import MailHost, listening
from tests.outbox import told
from worker import Worker

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def host() -> AsyncIterator[MailHost]:
    async with listening(MailHost()) as host:
        yield host


def a_worker(host: MailHost, **environment: str) -> Worker:
    return Worker(settings.read({"SMTP_URL": host.url, **environment}))


async def a_promise(**person: Any) -> MentoringRequest:
    mentor = await a_mentor(person=person)
    request = await a_request(recipient=mentor, message="Would you?\nI would.")
    await request_mailer.received(request, []).deliver_later()
    return request


def received(host: MailHost) -> list[Message]:
    return [email.message_from_bytes(it.content, policy=SMTP) for it in host.taken]  # type: ignore[arg-type]


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def only_email() -> OutgoingEmail:
    [only] = await OutgoingEmail.all()
    return only


async def test_what_was_promised_is_sent_once(host: MailHost) -> None:
    request = await a_promise()

    tried = await a_worker(host).work_off() + await a_worker(host).work_off()

    [message] = received(host)
    assert tried == 1
    assert message["To"] == f"{request.recipient.name} <{request.recipient.email}>"
    assert message["Subject"] == f"{request.sender.name} asks you to be their mentor"
    assert (await only_email()).state is OutgoingState.SENT
    assert (await only_email()).mime is None


async def test_an_email_is_written_in_the_language_of_its_reader(host: MailHost) -> None:
    request = await a_promise(languages="fr de", time_zone="Europe/Berlin")

    await a_worker(host).work_off()

    [message] = received(host)
    assert message["Subject"] == f"{request.sender.name} wünscht sich Sie als Mentor:in"
    assert message["Content-Language"] == "de"


async def test_many_are_sent(host: MailHost) -> None:
    for _ in range(10):
        await a_promise()

    await a_worker(host).work_off()

    assert len({it["Message-ID"] for it in received(host)}) == 10


async def test_without_a_server_every_email_is_a_file(tmp_path: Path) -> None:
    await a_promise()

    await Worker(settings.read({"MAIL_FOLDER": str(tmp_path / "mail")})).work_off()

    assert [it.suffix for it in files(tmp_path / "mail")] == [".eml"]


async def test_later_emails_about_a_request_join_its_thread(host: MailHost, time: Time) -> None:
    request = await a_promise()
    await a_worker(host).work_off()
    time.passes(timedelta(hours=1))
    await request_mailer.withdrawn(request).deliver_later()

    await a_worker(host).work_off()

    first, later = received(host)
    assert "References" not in first
    assert later["References"] == first["Message-ID"]


async def test_an_email_joins_no_thread_that_its_reader_does_not_have(
    host: MailHost, time: Time
) -> None:
    request = await a_promise()
    await a_worker(host).work_off()
    time.passes(timedelta(hours=1))
    await request_mailer.declined(request).deliver_later()

    await a_worker(host).work_off()

    _, to_the_sender = received(host)
    assert "References" not in to_the_sender


async def test_emails_about_an_account_have_nothing_in_common(host: MailHost, time: Time) -> None:
    member = await a_member()
    for _ in range(2):
        await account_mailer.password_changed(member).deliver_later()
        await a_worker(host).work_off()
        time.passes(HOUR)

    first, second = received(host)

    assert first["Message-ID"] != second["Message-ID"]
    assert "References" not in first
    assert "References" not in second


async def test_the_second_attempt_sends_the_same_bytes(host: MailHost, time: Time) -> None:
    await a_promise()
    host.message = "450 later"
    await a_worker(host).work_off()
    written = (await only_email()).mime

    host.message = "250 OK"
    time.passes(timedelta(minutes=1))
    await a_worker(host).work_off()

    [taken] = host.taken
    assert written is not None
    assert taken.content == written.encode()
    assert (await only_email()).attempts == 2


async def test_an_unknown_recipient_is_not_tried_again(host: MailHost, time: Time) -> None:
    await a_promise()
    host.recipient = "550 5.1.1 unknown"

    await a_worker(host).work_off()

    assert (await only_email()).state is OutgoingState.DEAD
    assert (await only_email()).last_error == "550 5.1.1 unknown"


async def test_a_mail_system_out_of_order_is_left_alone_for_a_while(
    host: MailHost, time: Time
) -> None:
    await a_promise()
    worker = a_worker(host)
    host.mail_from = "550 not you"
    await worker.work_off()
    assert (await only_email()).attempts == 0

    host.mail_from = "250 OK"
    time.passes(timedelta(seconds=29))
    await worker.work_off()
    assert host.taken == []

    time.passes(timedelta(seconds=2))
    await worker.work_off()
    assert len(host.taken) == 1


async def test_a_clock_that_is_put_back_makes_no_break_longer(host: MailHost, time: Time) -> None:
    await a_promise()
    await a_promise()
    time.passes(HOUR)
    worker = a_worker(host, MAIL_PER_MINUTE="1")
    host.mail_from = "550 not you"
    await worker.work_off()
    host.mail_from = "250 OK"
    await rows("UPDATE outgoing_email SET due_at = :due RETURNING id", due=clock.now() - 2 * HOUR)

    time.passes(-HOUR)
    await worker.work_off()
    time.passes(-HOUR)
    await worker.work_off()

    assert len(host.taken) == 2


async def test_an_email_that_cannot_be_written_is_given_up_and_others_are_sent(
    host: MailHost, caplog: pytest.LogCaptureFixture
) -> None:
    reader = await a_member()
    await OutgoingEmail.promise(
        key="wrong", reader=reader, template="request_mailer/received", facts={}, about=reader
    )
    await a_promise()

    await a_worker(host).work_off()

    assert len(host.taken) == 1
    assert (await OutgoingEmail.get(dedupe_key="wrong")).state is OutgoingState.DEAD
    assert "cannot be written" in caplog.text


async def test_nobody_is_written_to_who_is_no_longer_known(host: MailHost) -> None:
    reader = await a_member()
    await OutgoingEmail.promise(
        key="gone", reader=reader, template="request_mailer/received", facts={}, about=reader
    )
    await Member.filter(id=reader.id).delete()

    await a_worker(host).work_off()

    assert host.taken == []
    assert (await only_email()).state is OutgoingState.CANCELLED


async def test_nobody_is_written_to_who_has_changed_their_mind(host: MailHost) -> None:
    request = await a_promise()
    wish = Wish(EventKind.REQUEST_RECEIVED, EmailFrequency.NEVER)
    await NotificationPreference.choose(request.recipient, [wish])

    await a_worker(host).work_off()

    assert host.taken == []
    assert (await only_email()).state is OutgoingState.CANCELLED
    assert (await only_email()).last_error == "The reader does not want such e-mails."


async def test_nobody_is_written_to_whose_membership_has_ended(host: MailHost) -> None:
    request = await a_promise()
    await Member.filter(id=request.recipient_id).update(suspended_at=clock.now())

    await a_worker(host).work_off()

    assert host.taken == []
    assert (await only_email()).last_error == "The membership of the reader ended."


@pytest.mark.parametrize("frequency", [EmailFrequency.AT_ONCE, EmailFrequency.DAILY])
async def test_nobody_is_written_to_about_what_somebody_did_whom_they_have_blocked_since(
    host: MailHost, time: Time, frequency: EmailFrequency
) -> None:
    relationship = await a_completed_relationship()  # by the mentee
    grace, mia = relationship.mentor, relationship.mentee
    kinds = (EventKind.RELATIONSHIP_COMPLETED, EventKind.GRATITUDE_RECEIVED)
    await NotificationPreference.choose(grace, [Wish(it, frequency) for it in kinds])
    note = await transaction(
        lambda: relationship.thank(by=mia, words="Call me!", is_shareable=False)
    )
    for it in (
        relationship_mailer.completed(relationship, grace, ""),
        relationship_mailer.thanks_received(note, grace),
    ):
        assert await transaction(it.deliver_later) is None

    await a_block(grace, mia)
    time.passes(timedelta(days=2))
    await transaction(digest_mailer.deliver_due)
    await a_worker(host).work_off()

    assert host.taken == []
    assert {it.last_error for it in await OutgoingEmail.filter(reader_id=grace.id)} == {
        "The reader blocked whose doing it tells of."
    }


async def test_what_is_not_called_for_any_more_is_not_sent(host: MailHost) -> None:
    request = await a_promise()
    await request.decline(by=request.recipient)

    await a_worker(host).work_off()

    assert host.taken == []
    assert (await only_email()).state is OutgoingState.CANCELLED
    assert (await only_email()).last_error == "What it is about has changed meanwhile."


async def test_nothing_more_is_sent_to_an_address_where_nobody_is(host: MailHost) -> None:
    first = await a_promise()
    host.recipient = "550 5.1.1 unknown"
    await a_worker(host).work_off()
    host.recipient = "250 OK"
    again = replace(request_mailer.received(first, []), occasion="again")
    await again.deliver_later()

    await a_worker(host).work_off()

    assert host.taken == []
    suppressed = await OutgoingEmail.get(state=OutgoingState.SUPPRESSED)
    assert suppressed.last_error == "550 5.1.1 unknown"


async def test_who_gives_another_address_is_written_to_there(host: MailHost, time: Time) -> None:
    request = await a_promise()
    host.recipient = "450 try later"
    await a_worker(host).work_off()
    await suppress(request.recipient.email, "gone")
    await Member.filter(id=request.recipient_id).update(email="new@example.org")

    host.recipient = "250 OK"
    time.passes(timedelta(minutes=1))
    await a_worker(host).work_off()

    [message] = received(host)
    assert host.taken[0].rcpt_tos == ["new@example.org"]
    assert message["To"] == f"{request.recipient.name} <new@example.org>"


async def test_no_more_are_sent_in_a_minute_than_the_provider_takes(
    host: MailHost, time: Time
) -> None:
    for _ in range(5):
        await a_promise()
    worker, sent = a_worker(host, MAIL_PER_MINUTE="3"), []

    for _ in range(5):
        await worker.work_off()
        sent.append(len(host.taken))
        time.passes(timedelta(seconds=20))

    assert sent == [1, 2, 3, 4, 5]
    assert {it.attempts for it in await OutgoingEmail.all()} == {1}


async def test_what_has_to_wait_for_its_turn_keeps_its_place(host: MailHost, time: Time) -> None:
    for _ in range(3):
        await a_promise()
        time.passes(timedelta(seconds=1))
    due = {it.id: it.due_at for it in await OutgoingEmail.all()}

    await a_worker(host, MAIL_PER_MINUTE="1").work_off()

    waiting = await OutgoingEmail.filter(state=OutgoingState.QUEUED)
    assert len(waiting) == 2
    assert {it.attempts for it in waiting} == {0}
    assert all(it.due_at == due[it.id] for it in waiting)


async def test_the_limit_of_one_domain_holds_up_no_other(host: MailHost, time: Time) -> None:
    for n in range(4):
        await a_promise(email=f"{n}@slow.example")
    await a_promise(email="quick@example.org")
    worker = a_worker(host, MAIL_PER_DOMAIN_PER_MINUTE="2")

    await worker.work_off()

    readers = [it.rpartition("@")[2] for envelope in host.taken for it in envelope.rcpt_tos]
    assert sorted(readers) == ["example.org", "slow.example"]
    waiting = await OutgoingEmail.filter(state=OutgoingState.QUEUED).order_by("due_at")
    turns = [(it.due_at - clock.now()).total_seconds() for it in waiting]
    assert turns == [30, 60, 90]
    for seconds in turns:
        time.passes(timedelta(seconds=30))
        await worker.work_off()
        assert len(host.taken) == 2 + seconds / 30


async def test_turns_that_a_clock_gave_that_was_ahead_keep_nobody_waiting(
    host: MailHost, time: Time
) -> None:
    time.passes(5 * HOUR)
    for _ in range(3):
        await a_promise()
    worker = a_worker(host, MAIL_PER_DOMAIN_PER_MINUTE="1")
    await worker.work_off()
    assert len(host.taken) == 1

    time.passes(-5 * HOUR)
    for _ in range(5):
        time.passes(timedelta(minutes=1))
        await worker.work_off()

    assert len(host.taken) == 3


async def test_an_email_that_the_mail_system_stumbles_over_holds_up_no_other(
    host: MailHost, time: Time
) -> None:
    await a_promise(email="first@example.org")
    time.passes(timedelta(seconds=1))
    await a_promise(email="second@example.org")
    host.refused = {"first@example.org": "421 too many for first"}
    worker = a_worker(host)

    await worker.work_off()
    time.passes(timedelta(seconds=31))
    await worker.work_off()

    assert [it.rcpt_tos for it in host.taken] == [["second@example.org"]]


async def test_after_a_failure_one_message_is_enough_to_try_the_mail_system_with(
    host: MailHost, time: Time
) -> None:
    for _ in range(8):
        await a_promise()
    host.mail_from = "451 too many"
    worker = a_worker(host)
    await worker.work_off()

    tried_first = host.asked
    time.passes(timedelta(seconds=31))
    await worker.work_off()

    assert tried_first <= 4
    assert host.asked == tried_first + 1


async def test_a_promise_is_kept_at_once(host: MailHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.POLL", 3600)
    stop = asyncio.Event()
    await a_promise()
    running = asyncio.create_task(a_worker(host).run(stop))
    await host.has_taken.wait()
    host.has_taken.clear()

    await transaction(a_promise)
    await host.has_taken.wait()

    stop.set()
    await running
    assert len(host.taken) == 2


async def test_what_is_on_its_way_for_too_long_is_put_back_when_a_worker_stops(
    host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.GRACE", 0.05)
    host.stalls, stop = True, asyncio.Event()
    await a_promise()

    running = asyncio.create_task(a_worker(host).run(stop))
    await host.is_stalling.wait()
    stop.set()
    await running

    email = await only_email()
    assert (email.state, email.phase) == (OutgoingState.QUEUED, OutgoingPhase.DATA)
    assert email.attempts == 0
    assert host.open == 0


async def test_a_pause_ends_on_its_day(host: MailHost, time: Time) -> None:
    mentor = await a_mentor()
    await mentor.pause(until=(clock.now() + timedelta(days=2)).date())

    time.passes(timedelta(days=3))
    await a_worker(host).work_off()

    returned = await Enrollment.get(id=mentor.id)
    assert returned.noted_status is ParticipationStatus.ACTIVE


async def test_both_sides_are_told_that_a_request_has_expired(host: MailHost, time: Time) -> None:
    request = await a_promise()
    await a_worker(host).work_off()

    time.passes(timedelta(days=14))
    await a_worker(host).work_off()

    assert await told(request.sender) == ["request_mailer/expired"]
    assert await told(request.recipient) == ["request_mailer/received", "request_mailer/expired"]
    assert len(received(host)) == 3


async def test_a_worker_works_until_it_is_told_to_stop(host: MailHost) -> None:
    await a_promise()
    stop = asyncio.Event()

    running = asyncio.create_task(a_worker(host).run(stop))
    await host.has_taken.wait()
    stop.set()
    await running

    assert (await only_email()).state is OutgoingState.SENT


async def test_a_worker_that_is_told_to_stop_releases_what_it_has_not_begun(
    host: MailHost,
) -> None:
    for _ in range(8):
        await a_promise()
    stop = asyncio.Event()
    host.on_message = stop.set

    await a_worker(host).run(stop)

    waiting = await OutgoingEmail.filter(state=OutgoingState.QUEUED)
    assert len(host.taken) + len(waiting) == 8
    assert 1 <= len(host.taken) <= 4
    assert {it.attempts for it in waiting} == {0}


class Heard(logging.Handler):
    """Knows when the worker has complained."""

    def __init__(self) -> None:
        super().__init__()
        self.complaint = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.complaint.set()


async def test_a_worker_survives_a_database_that_fails(
    host: MailHost, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_promise()
    monkeypatch.setattr("worker.REST", 0.01)
    heard, database, stop = Heard(), connection_for(writing=True), asyncio.Event()
    logging.getLogger("worker").addHandler(heard)
    await database.execute_script("ALTER TABLE outgoing_email RENAME TO away")

    running = asyncio.create_task(a_worker(host).run(stop))
    await heard.complaint.wait()
    await database.execute_script("ALTER TABLE away RENAME TO outgoing_email")
    await host.has_taken.wait()
    stop.set()
    await running

    assert caplog.text.count("keeps trying") == 1
    logging.getLogger("worker").removeHandler(heard)


async def test_pictures_that_nobody_shows_any_more_are_removed(tmp_path: Path) -> None:
    ada, folder = await a_member(), tmp_path / "pictures"
    storage = Storage(str(folder))
    picture = await Picture.begin(ada)
    await storage.keep(file_name(picture.id, PictureSize.SMALL), b"a picture")
    await transaction(lambda: picture.show(ada))
    await transaction(lambda: Picture.hide(ada))

    done = await Worker(settings.read({"PICTURES": str(folder)})).work_off()

    assert done == 1
    assert files(folder) == []
