"""Whatever people write, in whatever field of whatever e-mail: it stays words, for one reader."""

import email
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

import settings
from mailers.message import message
from mailers.previews import PREVIEWS, facts
from mailers.rendering import Rendered, render
from models import Member
from tests.mailers.catalogs import languages
from tests.mailers.page import Page
from tests.mailers.test_message import HEADERS

HOSTILE = [
    "Eve\nBcc: everybody@example.org",
    "Eve\r\nBcc: everybody@example.org\r\n\r\nClick here",
    "Eve\u2028Bcc: everybody@example.org\u2029\x85\x0b\x0c\x1cCc: x\x02- x",
    """Eve "the" 'first' <everybody@example.org>""",
    "Eve, everybody@example.org; all@example.org",
    "Eve \u202egro.elpmaxe\u202c \u2067x\u2069",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"><a href='https://evil.example.org'>'",
    "--><![endif]--></td></table></style></title>",
    "Eve\r\n.\r\nQUIT\r\n",
    "{{ links }}{% raw %}{# x #}",
    "%(reader)s %s %d %% %(x)s",
    "=?utf-8?q?x=0D=0ABcc:_everybody@example.org?=",
    "> Eve\n- Eve\n-- \nEve",
    "E" * 4000,
    "Eve " * 1000,
]
# What we choose ourselves: roles, ids, tokens, days, addresses and links.
OURS = re.compile(r"mentor|mentee|[a-z]{3}_\w+|[\w-]{43}|\d{4}-\d\d-\d\d.*|\S+@\S+|https?://\S+")
DISORDER = re.compile("[\u2028\u2029\u202a-\u202e\u2066-\u2069\r]")
KINDS = ["text/plain", "text/html"]
SETTINGS = settings.read({"CLIENT_URL": "https://mentoring.example.org"})

everywhere = pytest.mark.parametrize("language", ["en", *languages()])
every_email = pytest.mark.parametrize("name", PREVIEWS)


def replaced(value: Any, words: str) -> Any:
    if isinstance(value, list):
        return [replaced(it, words) for it in value]
    if isinstance(value, dict):
        return {key: replaced(it, words) for key, it in value.items()}
    is_theirs = isinstance(value, str) and value and not OURS.fullmatch(value)
    return words if is_theirs else value


def rendered(name: str, words: list[str], language: str) -> list[Rendered]:
    """An e-mail with each of these words in turn, wherever people write them."""
    told = PREVIEWS[name]()
    given = facts(told, SETTINGS)
    return [
        render(told.template, {key: replaced(value, it) for key, value in given.items()}, language)
        for it in words
    ]


@everywhere
@every_email
def test_words_of_others_are_no_markup(name: str, language: str) -> None:
    harmless, *hostile = (Page(it.html) for it in rendered(name, ["Ada", *HOSTILE], language))

    tags = [it for it in harmless.tags if it != "br"]
    for words, page in zip(HOSTILE, hostile, strict=True):
        assert [it for it in page.tags if it != "br"] == tags, words
        assert page.links == harmless.links, words
        assert page.loaded == [], words


@everywhere
@every_email
def test_words_of_others_begin_no_paragraph(name: str, language: str) -> None:
    harmless, *hostile = rendered(name, ["Ada", *HOSTILE], language)

    for words, written in zip(HOSTILE, hostile, strict=True):
        assert len(written.subject.splitlines()) == 1, words
        assert written.text.count("\n\n") == harmless.text.count("\n\n"), words
        assert not DISORDER.search(written.text + written.html), words


@everywhere
@every_email
def test_a_message_with_words_of_others_has_one_reader(name: str, language: str) -> None:
    hostile = rendered(name, HOSTILE, language)

    for words, written in zip(HOSTILE, hostile, strict=True):
        sent = message(
            written,
            id="eml_1",
            to=Member(name=words, username="ada", email="ada@example.org"),
            sender="Mentor Match <mentoring@example.org>",
            written_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
            answers="eml_1",
        ).as_bytes()

        arrived = email.message_from_bytes(sent, policy=SMTP)
        assert isinstance(arrived, EmailMessage)
        assert arrived.keys() == HEADERS, words
        assert [it.addr_spec for it in arrived["To"].addresses] == ["ada@example.org"], words
        assert [it.get_content_type() for it in arrived.iter_parts()] == KINDS, words
        assert sent.isascii(), words
        assert max(map(len, sent.split(b"\r\n"))) <= 998, words
        assert b"\n.\r\n" not in sent, words
