"""Handing messages over: to a mail server, whatever it answers, or to a folder."""

import email
import logging
from datetime import UTC, datetime
from email.policy import SMTP
from pathlib import Path

import pytest

from mailers.delivery import MailFolder, NotDelivered, OutOfOrder, TryLater, Undeliverable
from mailers.smtp import MailServer
from models import OutgoingEmail
from tests.mailers.server import MailHost, listening

pytestmark = [
    # The servers of these tests ask for passwords without encryption.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]
SENDER = "Mentor Match <mentoring@example.org>"


def an_email(**details: str) -> OutgoingEmail:
    values = {
        "address": "ada@example.org",
        "subject": "Grace Hopper said yes",
        "mime": "Subject: Grace Hopper said yes\r\n\r\nYes.\r\n.\r\nReally.\r\n",
        "created_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "id": "eml_01jdq",
    }
    return OutgoingEmail(**{**values, **details})


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def an_email_file(folder: Path) -> Path:
    file = folder / "old.eml"
    file.write_text("")
    return file


async def deliver(host: MailHost, *, user: str = "") -> None:
    async with listening(host):
        url = host.url.replace("//", f"//{user}")
        await deliver_by(MailServer(url, SENDER), an_email())


async def deliver_by(server: MailServer, *emails: OutgoingEmail) -> None:
    try:
        for it in emails:
            await server.deliver(it)
    finally:
        await server.close()


async def test_a_message_arrives_as_it_was_written() -> None:
    host = MailHost()

    await deliver(host)

    [taken] = host.taken
    assert taken.mail_from == "mentoring@example.org"
    assert taken.rcpt_tos == ["ada@example.org"]
    assert taken.content == an_email().mime.encode()


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("recipient", "450 greylisted", TryLater),
        ("recipient", "550 5.1.1 unknown", Undeliverable),
        ("recipient", "421 closing", OutOfOrder),
        ("message", "451 later", TryLater),
        ("message", "452 full", TryLater),
        ("message", "554 5.7.1 spam", Undeliverable),
        ("message", "421 closing", OutOfOrder),
        ("message", "hang up", TryLater),
        ("mail_from", "451 too many", OutOfOrder),
        ("mail_from", "552 5.3.4 too large", Undeliverable),
        ("mail_from", "550 5.7.1 not you", OutOfOrder),
        ("mail_from", "421 closing", OutOfOrder),
    ],
)
async def test_the_answer_of_the_server_decides_what_is_next(
    command: str, answer: str, outcome: type[NotDelivered]
) -> None:
    host = MailHost(**{command: answer})

    with pytest.raises(outcome):
        await deliver(host)

    assert host.taken == []


async def test_a_connection_that_breaks_after_the_message_leaves_doubt() -> None:
    with pytest.raises(TryLater) as doubt:
        await deliver(MailHost(message="hang up"))

    assert doubt.value.is_in_doubt


async def test_a_clear_no_leaves_no_doubt() -> None:
    with pytest.raises(TryLater) as no:
        await deliver(MailHost(recipient="450 greylisted"))

    assert not no.value.is_in_doubt
    assert str(no.value) == "450 greylisted"


async def test_a_server_that_is_away_is_no_fault_of_the_message(unused_tcp_port: int) -> None:
    server = MailServer(f"smtp://127.0.0.1:{unused_tcp_port}", SENDER)

    with pytest.raises(OutOfOrder):
        await server.deliver(an_email())


async def test_a_server_that_does_not_encrypt_as_told_is_not_used() -> None:
    async with listening(MailHost()) as host:
        with pytest.raises(OutOfOrder):
            await MailServer(host.url.replace("smtp:", "smtps:"), SENDER).deliver(an_email())

    assert host.taken == []


async def test_a_user_and_a_password_with_odd_characters_sign_in() -> None:
    host = MailHost(password="p@ss/w:rd")

    await deliver(host, user="me%40example.org:p%40ss%2Fw%3Ard@")

    assert len(host.taken) == 1


async def test_a_wrong_password_is_no_fault_of_the_message_and_is_kept_secret() -> None:
    with pytest.raises(OutOfOrder) as trouble:
        await deliver(MailHost(password="right"), user="me:s3cr3t@")

    assert "s3cr3t" not in str(trouble.value)


async def test_without_a_server_a_message_becomes_a_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "mail"

    with caplog.at_level(logging.INFO):
        await MailFolder(folder).deliver(promised := an_email())

    [file] = files(folder)
    assert file.name == "20260301-093000-ada-example-org-grace-hopper-said-yes-1jdq.eml"
    assert email.message_from_bytes(file.read_bytes(), policy=SMTP)["Subject"] == an_email().subject
    assert caplog.messages == [f"e-mail {promised.id} is in {file}"]


async def test_the_same_email_again_is_the_same_file(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path)

    await folder.deliver(an_email())
    await folder.deliver(an_email())

    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("subject", ["../../etc/passwd", "a/b\\c\0d", "…", "x" * 300, ""])
async def test_no_subject_leads_out_of_the_folder(tmp_path: Path, subject: str) -> None:
    await MailFolder(tmp_path).deliver(an_email(subject=subject))

    [file] = files(tmp_path)
    assert file.suffix == ".eml"
    assert len(file.name) < 150


async def test_a_folder_that_cannot_be_written_is_no_fault_of_the_message(tmp_path: Path) -> None:
    in_the_way = an_email_file(tmp_path)

    with pytest.raises(OutOfOrder):
        await MailFolder(in_the_way).deliver(an_email())
