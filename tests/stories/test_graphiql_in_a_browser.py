"""GraphiQL in a real browser, without a network beyond this machine."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser import Browser, a_browser
from tests.factories import PASSWORD, a_mentee, a_mentor
from tests.server import Server, running

# What a browser shows does not depend on the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RUN = ".graphiql-execute-button"


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser that must have nothing to complain of in the end: nothing blocked, nothing failed."""
    async with a_browser(tmp_path) as browser:
        yield browser
        assert await browser.complaints() == []


@pytest.fixture
async def server(database: None, database_url: str, tmp_path: Path) -> AsyncIterator[Server]:
    """The program with a mentee, Mia Keller, and a mentor who fits her."""
    await a_mentee(person={"name": "Mia Keller", "username": "mia"})
    await a_mentor(person={"name": "Grace Lindqvist"})
    environment = {"DATABASE_URL": database_url, "MAIL_FOLDER": str(tmp_path), "WORKER": "no"}
    async with running("serve", environment) as server:
        yield server


async def test_a_developer_signs_in_and_finds_a_mentor(server: Server, browser: Browser) -> None:
    await browser.open(f"{server.address}/graphiql")
    await browser.click(RUN)
    await browser.shows("UNAUTHENTICATED")
    assert await browser.text("#notice") == "Please sign in first."

    await browser.type("[name=username]", "mia")
    await browser.type("[name=password]", PASSWORD)
    await browser.click("#sign-in button")
    await browser.shows("Signed in as Mia Keller")
    await browser.click(RUN)

    await browser.shows("Grace Lindqvist")
    assert await browser.text("#notice") == ""


async def test_a_wrong_password_is_answered_with_a_sentence(
    server: Server, browser: Browser
) -> None:
    await browser.open(f"{server.address}/graphiql")

    await browser.type("[name=username]", "mia")
    await browser.type("[name=password]", "wrong")
    await browser.click("#sign-in button")

    await browser.shows("User name or password is wrong.")


async def test_a_developer_signs_out_again(server: Server, browser: Browser) -> None:
    await browser.open(f"{server.address}/graphiql")
    await browser.type("[name=username]", "mia")
    await browser.type("[name=password]", PASSWORD)
    await browser.click("#sign-in button")
    await browser.shows("Signed in as Mia Keller")

    await browser.click("#sign-out button")
    await browser.click(RUN)

    await browser.shows("UNAUTHENTICATED")


async def test_the_documentation_and_the_settings_open(server: Server, browser: Browser) -> None:
    await browser.open(f"{server.address}/graphiql")

    await browser.click("[aria-label='Show Documentation Explorer']")
    await browser.shows("All Schema Types")
    await browser.click("[aria-label='Open settings dialog']")

    await browser.shows("Adjust how the interface looks like.")


async def test_a_link_in_an_email_opens_its_document_and_runs_nothing(
    server: Server, browser: Browser
) -> None:
    await browser.open(f"{server.address}/graphiql?query={quote('{ program { guide } }')}")

    assert "guide" in await browser.text(".graphiql-query-editor")
    assert await browser.text(".graphiql-response") == ""

    await browser.click(RUN)

    await browser.shows("How it works")


async def test_a_browser_that_opens_the_api_finds_graphiql(
    server: Server, browser: Browser
) -> None:
    await browser.open(f"{server.address}/graphql")

    await browser.shows("Welcome to the API of the mentoring program!")
