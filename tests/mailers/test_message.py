"""An e-mail as it travels: one recipient and no surprises in its headers."""

import email
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import settings
from mailers.links import Links
from mailers.message import message
from mailers.rendering import Rendered
from models import EventKind, Member
from models.text import is_storable

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]
HOSTILE = [
    "Eve\r\nBcc: everybody@example.org",
    "Eve, everybody@example.org",
    'Eve "the" <everybody@example.org>',
    "Eve\u2028Bcc: x",
    "إيف \u202eevE",
    "=?utf-8?q?Eve?=",
    "=?utf-8?q?x=0D=0ABcc:_everybody@example.org=0D=0A=0D=0AClick_here?=",
    "=?utf-8?b?eA0KQmNjOiBldmVyeWJvZHlAZXhhbXBsZS5vcmc=?=",
    "=?utf-8?q?=0A=0A?==?utf-8?q?Bcc:_x?=",
    "\\",
    "(comment",
    "E" * 120,
    '"' * 30 + ", everybody@example.org",
    "\\" * 30 + ", everybody@example.org, x",
    '"' * 60,
    "Eve <everybody@example.org>, and all the others who are here",
]


def a_message(name: str = "Ada Byron", **words: Any) -> EmailMessage:
    """The message as it arrives."""
    arrived = email.message_from_bytes(sent_bytes(name, **words), policy=SMTP)
    assert isinstance(arrived, EmailMessage)
    return arrived


def sent_bytes(
    name: str = "Ada Byron",
    *,
    answers: str = "eml_1",
    sent_for: str | None = None,
    reply_to: str | None = None,
    unsubscribe: str | None = None,
    **words: Any,
) -> bytes:
    said = {"subject": "Hello", "text": "Hi\n", "html": "<p>Hi</p>", **words}
    return message(
        Rendered(**said),
        id="eml_1",
        to=Member(name=name, username="ada", email="ada@example.org"),
        sender="Mentor Match <mentoring@mail.example.org>",
        written_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        answers=answers,
        sent_for=sent_for,
        reply_to=reply_to,
        unsubscribe=unsubscribe,
    ).as_bytes()


def test_a_message_says_who_what_and_when() -> None:
    arrived = a_message(language="de")

    assert arrived["From"] == "Mentor Match <mentoring@mail.example.org>"
    assert arrived["To"] == "Ada Byron <ada@example.org>"
    assert arrived["Date"] == "Sun, 01 Mar 2026 09:30:00 +0000"
    assert arrived["Message-ID"] == "<eml_1@mail.example.org>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Content-Language"] == "de"


def test_the_text_comes_before_the_html() -> None:
    arrived = a_message(text="Grüße\n", html="<p>Grüße</p>")

    assert arrived.get_content_type() == "multipart/alternative"
    assert [it.get_content_type() for it in arrived.iter_parts()] == ["text/plain", "text/html"]
    assert [it.get_content().strip() for it in arrived.iter_parts()] == ["Grüße", "<p>Grüße</p>"]


def test_an_answer_belongs_to_the_thread_of_the_first_email() -> None:
    arrived = a_message(answers="eml_0")

    assert arrived["In-Reply-To"] == arrived["References"] == "<eml_0@mail.example.org>"


def test_mail_programs_find_the_link_that_stops_such_emails_whole_and_in_clear() -> None:
    links = Links(settings.read({"SECRET_KEY": "k" * 32}), "mem_01jdq0000000000000000000ab")
    link = links.unsubscribe(EventKind)

    sent = sent_bytes(unsubscribe=link).decode()

    assert len(link) > 200
    assert f"\r\nList-Unsubscribe: <{link}>\r\n" in sent
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in sent
    assert max(map(len, sent.splitlines())) <= 998


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_adds_neither_recipients_nor_headers(name: str) -> None:
    arrived = a_message(name, subject=f"{' '.join(name.split())} thanks you")

    assert [it.addr_spec for it in arrived["To"].addresses] == ["ada@example.org"]
    assert arrived.keys() == HEADERS


@given(name=st.text(max_size=120).filter(is_storable))
def test_whatever_the_name_the_message_is_seven_bits_for_one_reader(name: str) -> None:
    arrived = a_message(name)

    assert [it.addr_spec for it in arrived["To"].addresses] == ["ada@example.org"]
    assert arrived.as_bytes().isascii()


@given(text=st.text().filter(is_storable))
def test_no_line_is_longer_than_mail_servers_take(text: str) -> None:
    sent = a_message(text=text, html=text * 3).as_bytes()

    assert max(len(line) for line in re.split(b"\r\n", sent)) <= 998


@pytest.mark.parametrize("name", HOSTILE)
def test_the_head_of_a_message_ends_where_we_end_it(name: str) -> None:
    sent = a_message(name, subject=f"{' '.join(name.split())} thanks you", text="Hi\n").as_bytes()

    head = re.sub(rb"\r\n[ \t]", b" ", sent).partition(b"\r\n\r\n")[0]
    assert [it.partition(b":")[0].decode() for it in head.split(b"\r\n")] == HEADERS


def test_what_is_sent_for_somebody_has_their_name_and_our_address() -> None:
    arrived = a_message(sent_for="Mia Keller", reply_to="mia@example.org")

    assert arrived["From"] == "Mia Keller via Mentor Match <mentoring@mail.example.org>"
    assert arrived["Reply-To"] == "Mia Keller <mia@example.org>"


@pytest.mark.parametrize("name", HOSTILE)
def test_the_name_of_whom_it_is_sent_for_adds_no_headers_and_no_senders(name: str) -> None:
    arrived = a_message(sent_for=name, reply_to="mia@example.org")

    assert [it.addr_spec for it in arrived["From"].addresses] == ["mentoring@mail.example.org"]
    assert [it.addr_spec for it in arrived["Reply-To"].addresses] == ["mia@example.org"]
    assert sorted(arrived.keys()) == sorted([*HEADERS, "Reply-To"])


@given(name=st.text(max_size=120).filter(is_storable))
def test_whoever_it_is_sent_for_it_comes_from_our_address(name: str) -> None:
    arrived = a_message(sent_for=name, reply_to="mia@example.org")

    assert [it.addr_spec for it in arrived["From"].addresses] == ["mentoring@mail.example.org"]
    assert arrived.as_bytes().isascii()


@pytest.mark.parametrize("address", ["x@y.z\r\nBcc: everybody@example.org", "a@b, c@d\n"])
def test_an_address_to_reply_to_that_is_none_is_a_mistake_of_ours(address: str) -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        a_message(sent_for="Eve", reply_to=address)
