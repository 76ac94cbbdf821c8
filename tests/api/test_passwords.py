"""`requestPasswordReset`, `resetPassword` and `changePassword`."""

import email
import hashlib
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from email.policy import SMTP
from typing import Any

import pytest

import settings
from models import Member, OutgoingEmail, OutgoingState, PasswordReset, SignIn, clock
from models.database import dialect, rows
from tests.api.test_sign_in import SIGN_IN, a_browser, bearer, cookie_of, is_alive, told
from tests.client import Api, served
from tests.conftest import Time
from tests.factories import PASSWORD, a_member, a_token
from tests.mailers.server import MailHost, listening
from tests.outbox import told as emails_to
from tests.statements import statements
from worker import Worker

pytestmark = pytest.mark.usefixtures("database")

ASK = """
mutation($input: RequestPasswordResetInput!) {
  requestPasswordReset(input: $input) { errors { code message field } }
}"""
RESET = """
mutation($input: ResetPasswordInput!) {
  resetPassword(input: $input) { errors { code message field } username }
}"""
CHANGE = """
mutation($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    errors { code message field }
    viewer { email } signIn { id isCurrent } token endedSignInIds query { viewer { email } }
  }
}"""
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
}
NEW = "a heron on one leg"
LINK = re.compile(r"https://app\.example\.org/reset-password/(\S+)")


@pytest.fixture
async def host() -> AsyncIterator[MailHost]:
    async with listening(MailHost()) as host:
        yield host


async def sent(host: MailHost) -> list[str]:
    """The texts of all e-mails so far, once those that are due are sent."""
    known = settings.read({"SMTP_URL": host.url, "CLIENT_URL": "https://app.example.org"})
    await Worker(known).work_off()
    messages = [email.message_from_bytes(it.content, policy=SMTP) for it in host.taken]  # type: ignore[arg-type]
    return [it.get_body(("plain",)).get_content() for it in messages]


async def a_token_from(host: MailHost) -> str:
    """Of the link in the e-mail that was sent last."""
    return LINK.findall((await sent(host))[-1])[0]


async def a_link(member: Member) -> str:
    """Its token."""
    return await PasswordReset.begin("rst_1", member, asked_at=clock.now())


async def signs_in(ask: Api, username: str, password: str) -> bool:
    payload = (await ask(SIGN_IN, input={"username": username, "password": password}))["signIn"]
    return payload["errors"] == []


async def test_a_link_comes_by_email_and_lets_a_member_set_a_password(
    ask: Api, host: MailHost
) -> None:
    await a_member(username="ada", email="Ada@example.org")

    await ask.does(ASK, email=" ada@EXAMPLE.org ")
    payload = await ask.does(RESET, token=await a_token_from(host), newPassword=NEW)

    assert payload["username"] == "ada"
    assert [it.rcpt_tos for it in host.taken] == [["Ada@example.org"]]
    assert await signs_in(ask, "ada", NEW)
    assert not await signs_in(ask, "ada", PASSWORD)


async def test_a_new_password_ends_all_sign_ins_and_is_told_by_email(
    ask: Api, host: MailHost
) -> None:
    ada = await a_member(time_zone="Europe/London")
    lost = await a_token(ada)

    await ask.does(RESET, token=await a_link(ada), newPassword=NEW)

    assert not await is_alive(lost)
    [text] = await sent(host)
    assert "Your password was changed on " in text
    assert "(Europe/London)" in text


async def test_setting_a_password_signs_nobody_in(ask: Api) -> None:
    ada = await a_member()

    response = await ask.http.post(
        "/graphql",
        json={
            "query": RESET,
            "variables": {"input": {"token": await a_link(ada), "newPassword": NEW}},
        },
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert response.json()["data"]["resetPassword"]["errors"] == []
    assert "set-cookie" not in response.headers
    assert await SignIn.all().count() == 0


async def test_a_token_that_is_wrong_or_was_used_sets_nothing(ask: Api) -> None:
    ada = await a_member()
    token = await a_link(ada)
    await ask.does(RESET, token=token, newPassword=NEW)

    [used] = await ask.refused(RESET, token=token, newPassword="another one, then")
    [wrong] = await ask.refused(RESET, token="wrong", newPassword="another one, then")

    assert used == wrong
    assert (used["code"], used["field"]) == ("BAD_CREDENTIALS", ["input", "token"])


async def test_a_weak_password_does_not_use_up_the_link(ask: Api) -> None:
    ada = await a_member(username="ada", name="Ada Byron")
    token = await a_link(ada)

    [short] = await ask.refused(RESET, token=token, newPassword="short")
    [common] = await ask.refused(RESET, token=token, newPassword="iloveyou2026")
    [own] = await ask.refused(RESET, token=token, newPassword="Ada Byron 1815")
    [programs] = await ask.refused(RESET, token=token, newPassword="mentor-match!")
    await ask.does(RESET, token=token, newPassword=NEW)

    errors = (short, common, own, programs)
    assert {it["code"] for it in errors} == {"WEAK_PASSWORD"}
    assert all(it["field"] == ["input", "newPassword"] for it in errors)
    assert short["message"] == "The password has fewer than 12 characters."
    assert "many people choose" in common["message"]
    assert "a name or an address" in own["message"]
    assert own == programs


async def everybody() -> list[str]:
    """An address of each sort of person."""
    now = clock.now()
    await a_member(email="known@example.org")
    await a_member(email="lapsed@example.org", valid_until=now)
    await a_member(email="suspended@example.org", suspended_at=now)
    await a_member(email="without@example.org", password_hash=None)
    names = ("known", "unknown", "lapsed", "suspended", "without")
    return [f"{it}@example.org" for it in names]


async def test_who_asks_does_not_learn_who_is_a_member(ask: Api) -> None:
    addresses = await everybody()
    answers, done = [], []

    for it in addresses:
        with statements() as heard:
            asked = {"query": ASK, "variables": {"input": {"email": it}}}
            answers.append(await ask.http.post("/graphql", json=asked))
        done.append([re.split(r": [\[(]", line)[0] for line in heard])

    assert [it.status_code for it in answers] == [200] * len(addresses)
    assert all(told(it) == told(answers[0]) for it in answers)
    for it in answers:
        del it.headers["X-Request-ID"]
    assert all(it.headers == answers[0].headers for it in answers)
    assert len(done[0]) > 2
    assert all(it == done[0] for it in done)


async def test_who_may_not_sign_in_gets_no_link_and_nothing_tells_of_it(
    ask: Api, host: MailHost, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="worker")
    caplog.set_level(logging.DEBUG, logger="mailers")
    for it in await everybody():
        await ask.does(ASK, email=it)

    await sent(host)

    assert sorted(it.rcpt_tos[0] for it in host.taken) == [
        "known@example.org",
        "without@example.org",
    ]
    kept = await OutgoingEmail.all()
    assert sorted(it.state.name for it in kept) == ["CANCELLED"] * 3 + ["SENT"] * 2
    assert all(it.facts == {} for it in kept)
    assert "unknown@example.org" not in str(await rows("SELECT * FROM outgoing_email"))
    assert "@example.org" not in caplog.text


async def test_what_is_no_address_is_said_to_be_none(ask: Api) -> None:
    for written in ("", "ada", "ada@", "@example.org", "a b@example.org"):
        [error] = await ask.refused(ASK, email=written)

        assert (error["code"], error["field"]) == ("INVALID", ["input", "email"])


async def test_no_usable_token_and_no_password_is_left_in_the_database(
    ask: Api, host: MailHost
) -> None:
    await a_member(username="ada", email="ada@example.org")
    await ask.does(ASK, email="ada@example.org")
    token = await a_token_from(host)

    before = await dump()
    await ask.does(RESET, token=token, newPassword=NEW)
    await sent(host)

    assert hashlib.sha256(token.encode()).hexdigest() in before
    assert token not in before
    for secret in (token, NEW, PASSWORD):
        assert secret not in await dump()


async def dump() -> str:
    """Everything that the database holds."""
    tables = [it["name"] for it in await rows(_TABLES[dialect()])]
    return "\n".join([str(await rows(f'SELECT * FROM "{it}"')) for it in tables])


async def test_a_link_that_would_come_too_late_is_not_sent(
    ask: Api, host: MailHost, time: Time
) -> None:
    await a_member(email="ada@example.org")
    await ask.does(ASK, email="ada@example.org")

    time.passes(timedelta(minutes=30))

    assert await sent(host) == []
    assert [it.state for it in await OutgoingEmail.all()] == [OutgoingState.CANCELLED]


async def test_a_link_is_good_for_half_an_hour_from_when_it_was_asked_for(
    ask: Api, host: MailHost, time: Time
) -> None:
    await a_member(email="ada@example.org")
    await ask.does(ASK, email="ada@example.org")
    time.passes(timedelta(minutes=20))
    token = await a_token_from(host)

    time.passes(timedelta(minutes=10))

    [error] = await ask.refused(RESET, token=token, newPassword=NEW)
    assert error["code"] == "BAD_CREDENTIALS"


async def test_an_address_gets_three_links_an_hour_and_who_asks_hears_nothing_of_it(
    ask: Api, host: MailHost, time: Time
) -> None:
    await a_member(email="ada@example.org")

    answers = [await ask.answer(ASK, input={"email": "ada@example.org"}) for _ in range(5)]

    assert len(await sent(host)) == 3
    assert all(it["data"] == answers[0]["data"] for it in answers)
    assert answers[0]["data"]["requestPasswordReset"]["errors"] == []


async def test_a_client_that_asks_for_many_has_to_wait(ask: Api, time: Time) -> None:
    for n in range(20):
        await ask.does(ASK, email=f"somebody{n}@example.org")
    asked = {"query": ASK, "variables": {"input": {"email": "another@example.org"}}}

    response = await ask.http.post("/graphql", json=asked)
    async with served(address="198.51.100.7") as other:
        await other.does(ASK, email="another@example.org")

    assert response.status_code == 429
    assert response.headers["retry-after"] == "180"
    assert response.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert await OutgoingEmail.all().count() == 21


async def test_tokens_are_not_to_be_guessed(ask: Api, time: Time) -> None:
    for _ in range(30):
        await ask.refused(RESET, token="a guess", newPassword=NEW)

    answer = await ask.answer(RESET, input={"token": "a guess", "newPassword": NEW})

    assert answer["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_an_app_changes_the_password_and_goes_on_with_a_new_token(
    ask: Api, host: MailHost
) -> None:
    ada = await a_member(username="ada")
    used, lost, link = await a_token(ada), await a_token(ada), await a_link(ada)
    hers = await a_token(await a_member())

    payload = await change(ask, used, PASSWORD, NEW)

    assert payload["errors"] == []
    assert payload["viewer"] == payload["query"]["viewer"] == {"email": ada.email}
    assert payload["signIn"]["isCurrent"]
    assert len(payload["endedSignInIds"]) == 1
    tokens = (payload["token"], hers, used, lost)
    assert [await is_alive(it) for it in tokens] == [True, True, False, False]
    assert await signs_in(ask, "ada", NEW)
    assert not await signs_in(ask, "ada", PASSWORD)
    [error] = await ask.refused(RESET, token=link, newPassword="another one, then")
    assert error["code"] == "BAD_CREDENTIALS"
    assert await emails_to(ada) == ["account_mailer/password_changed"]


async def change(ask: Api, token: str, current: str, new: str) -> dict[str, Any]:
    asked = {
        "query": CHANGE,
        "variables": {"input": {"currentPassword": current, "newPassword": new}},
    }
    response = await ask.http.post("/graphql", json=asked, headers=bearer(token))
    payload: dict[str, Any] = response.json()["data"]["changePassword"]
    return payload


async def test_a_browser_goes_on_with_a_new_cookie(ask: Api) -> None:
    ada = await a_member(username="ada")
    browser = a_browser()
    old = cookie_of(await browser.sign_in("ada")).value

    response = await browser.post(CHANGE, input={"currentPassword": PASSWORD, "newPassword": NEW})

    assert response.json()["data"]["changePassword"]["token"] is None
    assert cookie_of(response)["httponly"]
    assert cookie_of(response).value != old
    assert not await is_alive(old)
    assert await browser.who() == ada.email


async def test_who_does_not_know_the_present_password_changes_nothing(ask: Api) -> None:
    ada = await a_member(username="ada")

    [wrong] = await ask.refused(CHANGE, as_=ada, currentPassword="wrong", newPassword=NEW)
    [weak] = await ask.refused(CHANGE, as_=ada, currentPassword=PASSWORD, newPassword="short")

    assert (wrong["code"], wrong["field"]) == ("BAD_CREDENTIALS", ["input", "currentPassword"])
    assert (weak["code"], weak["field"]) == ("WEAK_PASSWORD", ["input", "newPassword"])
    assert await signs_in(ask, "ada", PASSWORD)


async def test_the_present_password_is_not_to_be_guessed_by_who_has_a_token(
    ask: Api, time: Time
) -> None:
    ada = await a_member()
    for _ in range(10):
        await ask.refused(CHANGE, as_=ada, currentPassword="wrong", newPassword=NEW)

    answer = await ask.answer(
        CHANGE, as_=ada, input={"currentPassword": PASSWORD, "newPassword": NEW}
    )

    assert answer["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert (await Member.get(id=ada.id)).password_hash == ada.password_hash
