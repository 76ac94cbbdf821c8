"""GraphiQL in a real browser, without a network beyond this machine."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from models import Member
from tests.browser import Browser, a_browser
from tests.factories import PASSWORD, a_mentee, a_mentor
from tests.live import something_happens
from tests.server import Server, running

# What a browser shows does not depend on the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RUN = ".graphiql-execute-button"
START, STOP = "[aria-label^=Execute]", "[aria-label^=Stop]"


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


async def test_what_happens_is_shown_as_it_happens(server: Server, browser: Browser) -> None:
    mia = await Member.get(username="mia")
    [known, missed] = await something_happens(mia, 2)
    document = f'subscription {{ viewerEvents(after: "{known}") {{ event {{ id }} }} }}'
    await browser.open(f"{server.address}/graphiql?query={quote(document)}")
    await browser.type("[name=username]", "mia")
    await browser.type("[name=password]", PASSWORD)
    await browser.click("#sign-in button")
    await browser.shows("Signed in as Mia Keller")

    await browser.click(RUN)
    await browser.shows(missed)
    [later] = await something_happens(mia)
    await browser.shows(later)

    await browser.click(STOP)
    assert await browser.width(START) > 0


async def test_the_documentation_is_searched_and_completes_what_one_types(
    server: Server, browser: Browser
) -> None:
    await browser.open(f"{server.address}/graphiql?query=query")

    await browser.click("[aria-label='Show Documentation Explorer']")
    await browser.type(".graphiql-doc-explorer-search input", "gratitude")
    await browser.shows("Mutation.addGratitudeNote")
    await browser.click(".graphiql-query-editor .CodeMirror")
    await browser.type(".graphiql-query-editor textarea", " { mentors { topicC")

    await browser.shows("topicCounts")


async def test_on_a_phone_everything_has_the_whole_width(server: Server, browser: Browser) -> None:
    await browser.resize(375, 700)
    await browser.open(f"{server.address}/graphiql")

    assert await browser.width(".graphiql-query-editor .CodeMirror") >= 300
    assert await browser.width(".graphiql-response .CodeMirror") >= 300

    await browser.click("[aria-label='Show Documentation Explorer']")
    assert await browser.width(".graphiql-plugin") >= 300
    await browser.click("[aria-label='Hide Documentation Explorer']")
    await browser.click(RUN)
    await browser.shows("UNAUTHENTICATED")
    await browser.click("[aria-label='Open settings dialog']")
    await browser.shows("Adjust how the interface looks like.")


async def test_a_link_in_an_email_opens_its_document_once_and_runs_nothing(
    server: Server, browser: Browser
) -> None:
    document = "query Guide { program { guide } }"
    await browser.open(f"{server.address}/graphiql?query={quote(document)}")

    assert document in await browser.text(".graphiql-query-editor")
    assert await browser.text(".graphiql-response") == ""
    assert await browser.address() == f"{server.address}/graphiql"

    await browser.reload()
    await browser.click(RUN)

    await browser.shows("How it works")
    assert (await browser.text(".graphiql-tabs")).count("Guide") == 1


async def test_a_browser_that_opens_the_api_finds_graphiql(
    server: Server, browser: Browser
) -> None:
    await browser.open(f"{server.address}/graphql")

    await browser.shows("Welcome to the API of the mentoring program!")
