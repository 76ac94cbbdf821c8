"""The pages for who cannot sign in, where no client has some."""

import re
from datetime import timedelta

import httpx
import pytest

from models import Member, OutgoingEmail, PasswordReset, clock
from tests.api.test_answer_page import words_of
from tests.client import Api, served
from tests.conftest import Time
from tests.factories import PASSWORD, a_member, signing_in
from tests.outbox import told
from tests.unchanged import everything

NEW = "a heron on one leg"


@pytest.fixture
async def ada(ask: Api) -> Member:
    return await a_member(username='ada "the" first', email="ada@example.org", name="Ada Byron")


async def a_link(member: Member) -> str:
    """Its path."""
    return f"/reset-password/{await PasswordReset.begin('rst_1', member, asked_at=clock.now())}"


async def asked(ask: Api, address: str) -> httpx.Response:
    return await ask.http.post("/forgot-password", data={"email": address})


async def test_who_forgot_the_password_asks_for_a_link(ask: Api, ada: Member) -> None:
    page = await ask.http.get("/forgot-password")
    known, unknown = await asked(ask, " ADA@example.org"), await asked(ask, "eve@example.org")

    assert 'type="email"' in page.text
    assert known.status_code == 200
    assert "If this is the address of a member" in words_of(known)
    assert known.text == unknown.text
    assert await OutgoingEmail.all().count() == 2


async def test_what_is_no_address_stays_in_the_field(ask: Api) -> None:
    response = await asked(ask, 'ada" autofocus="')

    assert response.status_code == 422
    assert "This is not an e-mail address." in words_of(response)
    assert 'value="ada&#34; autofocus=&#34;"' in response.text
    assert await OutgoingEmail.all().count() == 0


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_the_link_uses_nothing_up(ask: Api, ada: Member, method: str) -> None:
    path = await a_link(ada)
    before = await everything()

    response = await ask.http.request(method, path)

    assert response.status_code == 200
    assert await everything() == before


async def test_password_managers_know_what_belongs_together(ask: Api, ada: Member) -> None:
    page = (await ask.http.get(await a_link(ada))).text

    [name, secret] = re.findall("<input .*?>", page)
    assert 'autocomplete="username"' in name
    assert 'value="ada &#34;the&#34; first"' in name
    assert " hidden" in name
    assert "[hidden] {\n  display: none !important;" in page
    assert 'autocomplete="new-password"' in secret
    assert 'type="password"' in secret
    assert "value" not in secret


async def test_a_password_is_set_and_signs_in(ask: Api, ada: Member) -> None:
    response = await ask.http.post(await a_link(ada), data={"password": NEW})

    assert response.status_code == 200
    assert "Your password is set" in words_of(response)
    assert await signing_in(ada.email, NEW) == ada
    assert await told(ada) == ["account_mailer/password_changed"]


@pytest.mark.parametrize(
    ("weak", "sentence"),
    [
        ("short", "The password has fewer than 12 characters."),
        ("", "The password has fewer than 12 characters."),
        (NEW * 20, "The password has more than 256 characters."),
        ("iloveyou2026", "too much like those that many people choose"),
        ("Ada Byron 1815", "a name or an address that others know"),
    ],
)
async def test_a_weak_password_is_refused_and_another_may_be_set(
    ask: Api, ada: Member, weak: str, sentence: str
) -> None:
    path = await a_link(ada)
    before = await everything()

    response = await ask.http.post(path, data={"password": weak})

    assert response.status_code == 422
    assert sentence in words_of(response)
    assert not weak or weak not in response.text
    assert await everything() == before
    assert (await ask.http.post(path, data={"password": NEW})).status_code == 200


async def test_a_link_that_is_good_for_nothing_offers_another(
    ask: Api, ada: Member, time: Time
) -> None:
    used = await a_link(ada)
    await ask.http.post(used, data={"password": NEW})
    old = await a_link(ada)
    time.passes(timedelta(minutes=30))

    pages = [await ask.http.get(it) for it in (used, old, "/reset-password/wrong")]
    pages += [await ask.http.post(it, data={"password": "another one, then"}) for it in (used, old)]

    assert {it.status_code for it in pages} == {404}
    assert {it.text for it in pages} == {pages[0].text}
    assert "This link is not good any more" in words_of(pages[0])
    assert 'action="../forgot-password"' in pages[0].text
    assert await signing_in(ada.email, NEW) == ada


async def test_it_speaks_the_language_of_its_reader(ask: Api) -> None:
    mia = await a_member(languages="de")

    page = await ask.http.get(await a_link(mia))

    assert 'lang="de"' in page.text
    assert "Ein neues Passwort setzen" in words_of(page)


async def test_forms_of_other_sites_are_not_taken(ask: Api, ada: Member) -> None:
    path, foreign = await a_link(ada), {"Sec-Fetch-Site": "cross-site"}
    before = await everything()

    set_ = await ask.http.post(path, data={"password": NEW}, headers=foreign)
    sent = await ask.http.post("/forgot-password", data={"email": ada.email}, headers=foreign)

    assert (set_.status_code, sent.status_code) == (403, 403)
    assert await everything() == before
    assert await signing_in(ada.email, PASSWORD) == ada


async def test_who_tries_too_often_waits(ask: Api, time: Time) -> None:
    async with served(address="198.51.100.7", ADDRESS_COST_BURST="100000") as eve:
        for n in range(20):
            await asked(eve, f"somebody{n}@example.org")
        for _ in range(30):
            await eve.http.post("/reset-password/guess", data={"password": NEW})

        pages = [
            await asked(eve, "another@example.org"),
            await eve.http.post("/reset-password/guess", data={"password": NEW}),
        ]

    assert [it.status_code for it in pages] == [429, 429]
    assert [it.headers["retry-after"] for it in pages] == ["180", "120"]
    assert await OutgoingEmail.all().count() == 20


async def test_browsers_keep_the_pages_and_their_addresses_to_themselves(
    ask: Api, ada: Member
) -> None:
    for path in (await a_link(ada), "/reset-password/wrong", "/forgot-password"):
        headers = (await ask.http.get(path)).headers

        assert "default-src 'none'" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
