"""Signing in on devices that the member knows, and on others; and trying too often."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from models import Device, Member, password
from models.database import rows
from tests.api.test_passwords import CHANGE, NEW, RESET, a_link
from tests.api.test_sign_in import OURS, SIGN_OUT, a_browser, bearer, cookie_of
from tests.api.test_sign_in import Device as Client
from tests.client import Api, served
from tests.conftest import Time
from tests.factories import PASSWORD, a_member
from tests.outbox import told

pytestmark = pytest.mark.usefixtures("database")

SIGN_IN = """
mutation($input: SignInInput!) {
  signIn(input: $input) { errors { code message field } signIn { id } token deviceToken }
}"""
NOTICE = "account_mailer/new_device"


async def signed_in(ask: Api, username: str = "ada", **input: str) -> dict[str, Any]:
    return await ask.does(SIGN_IN, username=username, password=PASSWORD, **input)


async def test_the_first_sign_in_ever_is_no_news(ask: Api) -> None:
    ada = await a_member(username="ada")

    await signed_in(ask)

    assert await told(ada) == []


async def test_of_a_new_device_the_member_is_told_by_email(ask: Api) -> None:
    ada = await a_member(username="ada")
    await signed_in(ask)

    await signed_in(ask)

    assert await told(ada) == [NOTICE]


async def test_an_app_that_says_what_it_got_is_no_new_device(ask: Api) -> None:
    ada = await a_member(username="ada")
    token = (await signed_in(ask))["deviceToken"]

    again = await signed_in(ask, deviceToken=token)

    assert again["deviceToken"] is None
    assert await told(ada) == []
    assert await Device.all().count() == 1


async def test_a_browser_is_known_by_a_cookie_that_no_script_can_read(time: Time) -> None:
    ada = await a_member(username="ada")
    browser = a_browser(PUBLIC_URL=OURS)

    first = await browser.sign_in("ada")
    await browser.post(SIGN_OUT, input={})
    time.passes(timedelta(days=100))
    again = await browser.sign_in("ada")

    cookie = cookie_of(first, "device")
    assert cookie.key == "__Host-device"
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("strict", "/", "")
    assert cookie.value not in first.text
    assert cookie_of(again, "device").value == cookie.value
    assert await told(ada) == []


async def test_a_browser_that_two_share_is_known_to_both() -> None:
    ada, grace = await a_member(username="ada"), await a_member(username="grace")
    browser = a_browser()
    for name in ("ada", "grace"):
        await browser.sign_in(name)

    for name in ("ada", "grace"):
        await browser.sign_in(name)

    assert await told(ada) == await told(grace) == []


async def test_a_browser_on_which_many_sign_in_keeps_the_last_five(ask: Api) -> None:
    browser = a_browser()
    for n in range(7):
        await a_member(username=f"guest{n}")
        last = await browser.sign_in(f"guest{n}")

    assert len(cookie_of(last, "device").value.split(".")) == 5


async def test_another_password_makes_all_other_devices_new(ask: Api) -> None:
    ada = await a_member(username="ada")
    lost = (await signed_in(ask))["deviceToken"]
    used = await signed_in(ask)
    input = {"currentPassword": PASSWORD, "newPassword": NEW}

    await Client().post(CHANGE, bearer(used["token"]), input=input)

    assert await Device.known([lost], ada) is None
    assert await Device.known([used["deviceToken"]], ada)


async def test_a_password_from_a_link_makes_all_devices_new(ask: Api) -> None:
    ada = await a_member(username="ada")
    lost = (await signed_in(ask))["deviceToken"]

    await ask.does(RESET, token=await a_link(ada), newPassword=NEW)

    assert await Device.known([lost], ada) is None


async def test_a_device_is_new_after_its_sign_in_was_ended_from_another(ask: Api) -> None:
    ada = await a_member(username="ada")
    lost, used = await signed_in(ask), await signed_in(ask)

    await Client().post(SIGN_OUT, bearer(used["token"]), input={"signInId": lost["signIn"]["id"]})
    await Client().post(SIGN_OUT, bearer(used["token"]), input={})

    assert await Device.known([lost["deviceToken"]], ada) is None
    assert await Device.known([used["deviceToken"]], ada)


async def test_a_hash_made_with_less_effort_is_renewed_by_signing_in(ask: Api) -> None:
    ada = await a_member(username="ada")

    await signed_in(ask)

    [kept] = await rows("SELECT password_hash FROM member WHERE id = :id", id=ada.id)
    assert kept["password_hash"] != ada.password_hash
    assert await password.is_right(PASSWORD, kept["password_hash"])
    await signed_in(ask)
    assert (await Member.get(id=ada.id)).password_hash == kept["password_hash"]


@pytest.mark.parametrize("username", ["ada", "eve"])
async def test_who_tries_too_often_hears_how_long_to_wait(
    ask: Api, time: Time, username: str
) -> None:
    await a_member(username="ada")
    for _ in range(5):
        await ask.refused(SIGN_IN, username=username, password="wrong")

    asked = {"query": SIGN_IN, "variables": {"input": {"username": username, "password": "x"}}}
    response = await ask.http.post("/graphql", json=asked)

    [error] = response.json()["errors"]
    assert response.status_code == 429
    assert response.headers["retry-after"] == "300"
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert error["message"] == "There were too many tries; ask again in 300 s."


async def test_a_neighbor_of_who_tries_too_often_signs_in(ask: Api) -> None:
    await a_member(username="ada")
    for n in range(20):
        await ask.refused(SIGN_IN, username=f"somebody{n}", password="wrong")

    async with served(address="198.51.100.7") as neighbor:
        assert (await signed_in(neighbor))["token"]


@pytest.mark.parametrize("where", ["aliases", "batch"])
async def test_a_hundred_tries_in_one_request_are_none(ask: Api, where: str) -> None:
    await a_member(username="ada")
    one = 'signIn(input: {username: "ada", password: "wrong"}) { token }'
    document = "mutation { " + " ".join(f"a{n}: {one}" for n in range(100)) + " }"
    asked: Any = {"query": document}
    if where == "batch":
        asked = [{"query": f"mutation {{ {one} }}"}] * 100

    response = await ask.http.post("/graphql", json=asked)

    assert "data" not in response.json()
    assert response.json()["errors"]
    assert not [it for it in await rows("SELECT payer FROM budget") if "sign in" in it["payer"]]


async def test_where_too_many_wait_one_more_hears_so_and_has_not_tried(ask: Api) -> None:
    await a_member(username="ada")
    with ExitStack() as others:
        for _ in range(password.AT_ONCE + password.MOST_WAITING):
            others.enter_context(password.in_line())

        answer = await ask.answer(SIGN_IN, input={"username": "ada", "password": PASSWORD})

    [error] = answer["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert "Too many people sign in" in error["message"]
    for _ in range(5):
        await ask.refused(SIGN_IN, username="ada", password="wrong")
