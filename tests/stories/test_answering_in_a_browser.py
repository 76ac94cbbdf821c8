"""From an e-mail to a yes, in a real browser on a small screen, without a script and without signing in."""

import re
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailers import request_mailer
from models import MentoringRequest, RequestState
from tests.browser import Browser, a_browser
from tests.factories import a_mentee, a_mentor, a_request
from tests.server import Server, running

# What a browser shows does not depend on the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    """A narrow window that runs no scripts, and must have nothing to complain of in the end."""
    async with a_browser(tmp_path, runs_scripts=False) as browser:
        await browser.resize(320, 700)
        yield browser
        assert await browser.complaints() == []


@pytest.fixture
async def server(database: None, database_url: str, tmp_path: Path) -> AsyncIterator[Server]:
    environment = {"DATABASE_URL": database_url, "MAIL_FOLDER": str(tmp_path / "mail")}
    async with running("serve", environment) as server:
        yield server


async def link_in_the_email(server: Server) -> str:
    """Where the button of the next e-mail leads, read from its file."""
    line = await server.prints("e-mail ", " is in ")
    [link] = set(re.findall(r"http\S+/answer/\S+", text_of(Path(line.strip().split(" is in ")[1]))))
    return str(link)


def text_of(file: Path) -> str:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_a_mentor_says_yes_from_an_email(server: Server, browser: Browser) -> None:
    mia = await a_mentee(person={"name": "Mia Keller"})
    request = await a_request(sender=mia, recipient=await a_mentor(), message="May I ask you?")
    await request_mailer.received(request, []).deliver_later()

    await browser.open(await link_in_the_email(server))
    await browser.shows("Mia Keller asks you to be their mentor")
    await browser.shows("May I ask you?")
    await browser.type("#reply", "Gladly. Friday?")
    await browser.click("button[value=ACCEPT]")

    await browser.shows("You and Mia Keller work together now")
    await browser.shows(mia.member.email)
    accepted = await MentoringRequest.get(id=request.id)
    assert (accepted.state, accepted.reply) == (RequestState.ACCEPTED, "Gladly. Friday?")
    assert await browser.text("blockquote") == "Gladly. Friday?"


async def test_everything_fits_the_smallest_screen(server: Server, browser: Browser) -> None:
    mia = await a_mentee(person={"name": "M" * 120, "headline": "Analyst " * 15})
    request = await a_request(sender=mia, message="https://example.org/" + "x" * 300)
    await request_mailer.received(request, []).deliver_later()

    await browser.open(await link_in_the_email(server))

    window = await browser.width("html")
    for selector in ("main", "h1", "blockquote", "textarea", "button"):
        assert 200 < await browser.width(selector) <= window
