"""Secrets that were given out stand nowhere: not in the database, and not in the log."""

import logging

import pytest

from models import Enrollment
from models.database import dialect
from tests.api.test_devices import SIGN_IN
from tests.api.test_passwords import CHANGE, NEW, a_link, dump
from tests.api.test_sign_in import a_browser, bearer, cookie_of
from tests.client import Api
from tests.factories import PASSWORD, a_member, a_mentor

pytestmark = pytest.mark.usefixtures("database")

FEED = "mutation { createCalendarFeed(input: {}) { errors { code } url } }"


async def given_out(ask: Api, mentor: Enrollment) -> list[str]:
    """Every kind of secret, each given to somebody."""
    username = mentor.member.username
    app = await ask.does(SIGN_IN, username=username, password=PASSWORD)
    known = await ask.does(
        SIGN_IN, username=username, password=PASSWORD, deviceToken=app["deviceToken"]
    )
    browser = await a_browser().sign_in(username)
    await ask.refused(SIGN_IN, username=username, password="a password that is wrong")
    feed = (await ask(FEED, as_=mentor))["createCalendarFeed"]["url"]
    change = {"currentPassword": PASSWORD, "newPassword": NEW}
    asked = {"query": CHANGE, "variables": {"input": change}}
    changed = await ask.http.post("/graphql", json=asked, headers=bearer(app["token"]))
    return [
        PASSWORD,
        NEW,
        "a password that is wrong",
        app["token"],
        app["deviceToken"],
        known["token"],
        cookie_of(browser).value,
        cookie_of(browser, "device").value,
        changed.json()["data"]["changePassword"]["token"],
        feed.rpartition("/")[2].removesuffix(".ics"),
        await a_link(await a_member(username="grace")),
    ]


async def test_no_secret_that_was_given_out_stands_in_the_database(ask: Api) -> None:
    secrets = await given_out(ask, await a_mentor(person={"username": "ada"}))

    found = await dump()

    assert len(set(secrets)) == 11
    assert "ada" in found
    assert [it for it in secrets if it in found] == []
    print(f"\n{dialect()}: {len(secrets)} secrets, none of them in {len(found)} characters")


async def test_no_secret_that_was_given_out_stands_in_the_log(
    ask: Api, caplog: pytest.LogCaptureFixture
) -> None:
    mentor = await a_mentor(person={"username": "ada"})
    for name in (None, "tortoise.db_client", "tortoise", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)

    secrets = await given_out(ask, mentor)

    assert "sign_in" in caplog.text
    assert [it for it in secrets if it in caplog.text] == []
