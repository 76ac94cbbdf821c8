"""Single sign-on with a real provider, which is honest and is not."""

import hashlib
import re
import time as system
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

import identity_provider
import settings
from main import application
from models import ExternalIdentity, Member, SignIn, clock
from models.database import rows
from tests.api.test_answer_page import words_of
from tests.api.test_passwords import NEW, RESET, a_link, dump
from tests.api.test_sign_in import VIEWER, Device, bearer
from tests.client import Api
from tests.conftest import Time
from tests.factories import PASSWORD, a_member
from tests.outbox import told
from tests.provider import CLIENT, SECRET, Provider, providing

pytestmark = pytest.mark.usefixtures("database")

OURS, APP = "https://api.example.org", "org.example.app:/sign-in"
VERIFIER = "a-verifier-that-nobody-else-knows-0123456789"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
WITH_CODE = """
mutation($input: SignInWithCodeInput!) {
  signInWithCode(input: $input) { errors { code field } viewer { email } signIn { kind } token }
}"""


class Browser:
    """A browser at our pages, which goes to the provider and back by itself, or step by step."""

    def __init__(self, app: Starlette) -> None:
        transport = httpx.ASGITransport(app)
        self.http = httpx.AsyncClient(transport=transport, base_url=OURS)

    async def leaves(self, **app: str) -> httpx.Response:
        return await self.http.get("/sign-in", params=app)

    async def comes_back(self, at: str) -> httpx.Response:
        return await self.http.get(at.removeprefix(OURS))

    async def goes(self, **app: str) -> httpx.Response:
        """All of the way; what our page at its end says."""
        return await self.comes_back(await self.is_sent_back(**app))

    async def is_sent_back(self, **app: str) -> str:
        """Where the provider leads back to."""
        left = await self.leaves(**app)
        async with httpx.AsyncClient() as world:
            return (await world.get(left.headers["location"])).headers["location"]

    async def is_member(self, username: str, password: str = PASSWORD) -> httpx.Response:
        """Answers which member it is."""
        form = {"name": "Ada", "username": username, "password": password}
        return await self.http.post("/sign-in/link", data=form)

    async def who(self) -> str | None:
        asked = {"query": VIEWER}
        answer = await self.http.post(
            "/graphql", json=asked, headers={"Sec-Fetch-Site": "same-origin"}
        )
        viewer = answer.json()["data"]["viewer"]
        return viewer and viewer["email"]


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with providing() as provider:
        yield provider


@pytest.fixture
def app(provider: Provider) -> Starlette:
    environment = {
        "WORKER": "no",
        "PUBLIC_URL": OURS,
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_APP_ADDRESSES": f"{APP} https://app.example.org/in",
    }
    return application(settings.read(environment))


@pytest.fixture
def browser(app: Starlette) -> Browser:
    return Browser(app)


async def a_linked_member(provider: Provider, **details: object) -> Member:
    member = await a_member(**details)
    await ExternalIdentity.link(member, provider.issuer, provider.subject)
    return member


async def test_who_comes_for_the_first_time_says_once_which_member_they_are(
    browser: Browser, app: Starlette
) -> None:
    ada = await a_member(username="ada")

    page = await browser.goes()
    done = await browser.is_member("ada")

    assert "The association knows you as Ada Byron." in words_of(page)
    assert done.status_code == 200
    assert f"{OURS}/graphiql" in done.text
    assert await browser.who() == ada.email
    assert await told(ada) == ["account_mailer/single_sign_on_linked"]
    other = Browser(app)
    led = await other.goes()
    assert (led.status_code, led.headers["location"]) == (302, f"{OURS}/graphiql")
    assert await other.who() == ada.email


async def test_the_cookies_belong_to_this_very_host(browser: Browser, provider: Provider) -> None:
    await a_linked_member(provider)

    left = await browser.leaves()
    async with httpx.AsyncClient() as world:
        back = (await world.get(left.headers["location"])).headers["location"]
    arrived = await browser.comes_back(back)

    [way] = left.headers.get_list("set-cookie")
    assert re.match(
        r"__Host-oidc=\S{43}; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure$", way
    )
    names = {it.partition("=")[0] for it in arrived.headers.get_list("set-cookie")}
    assert names == {"__Host-sign-in", "__Host-device", "__Host-oidc"}
    assert list(browser.http.cookies) == ["__Host-sign-in", "__Host-device"]
    assert arrived.headers["cache-control"] == "no-store"


async def test_nobody_is_known_by_an_address(browser: Browser, provider: Provider) -> None:
    ada = await a_member(username="ada", email="ada@example.org")
    provider.says = {"email": ada.email, "email_verified": True, "preferred_username": "ada"}

    page = await browser.goes()

    assert "Which member are you?" in words_of(page)
    assert await browser.who() is None


async def test_a_wrong_password_links_nothing_and_leaves_another_try(browser: Browser) -> None:
    await a_member(username="ada")
    await browser.goes()

    wrong = await browser.is_member("ada", "wrong")

    assert wrong.status_code == 422
    assert "User name or password is wrong." in words_of(wrong)
    assert 'value="ada"' in wrong.text
    assert await ExternalIdentity.all().count() == 0
    assert (await browser.is_member("ada")).status_code == 200


async def test_passwords_are_not_to_be_guessed_here_either(browser: Browser) -> None:
    await a_member(username="ada")
    await browser.goes()
    for _ in range(5):
        await browser.is_member("ada", "wrong")

    response = await browser.is_member("ada")

    assert response.status_code == 429
    assert response.headers["retry-after"] == "300"
    assert await browser.who() is None


@pytest.mark.parametrize("ended", ["valid_until", "suspended_at"])
async def test_who_is_no_member_any_more_is_told_so(
    browser: Browser, provider: Provider, ended: str
) -> None:
    await a_linked_member(provider, **{ended: clock.now()})

    page = await browser.goes()

    assert page.status_code == 403
    assert "Your membership has ended." in words_of(page)
    assert await SignIn.all().count() == 0


Lie = Callable[[Provider], None]


def _says(**claims: object) -> Lie:
    return lambda it: it.says.update(claims)


def _signs_nothing(it: Provider) -> None:
    it.algorithm = "none"


@pytest.mark.parametrize(
    ("_lie", "lies"),
    [
        ("a nonce of another way", _says(nonce="another")),
        ("no nonce", _says(nonce=None)),
        ("for another program", _says(aud="another")),
        ("for several, and another one asked", _says(aud=[CLIENT, "another"], azp="another")),
        ("by another provider", _says(iss="https://evil.test")),
        ("too old", _says(exp=int(system.time()) - 600)),
        ("without an end", _says(exp=None)),
        ("not yet", _says(nbf=int(system.time()) + 600)),
        ("nobody", _says(sub="")),
        ("a number", _says(sub=7)),
        ("unsigned", _signs_nothing),
        ("signed by somebody else", Provider.forges),
        ("signed with what all know", Provider.signs_with_what_all_know),
        ("for another access token", _says(at_hash="AAAAAAAAAAAAAAAAAAAAAA")),
    ],
)
async def test_a_provider_that_lies_lets_nobody_in(
    browser: Browser, provider: Provider, _lie: str, lies: Lie
) -> None:
    await a_linked_member(provider)
    lies(provider)

    page = await browser.goes()

    assert page.status_code == 400
    assert "could not be verified" in words_of(page)
    assert await SignIn.all().count() == 0


async def test_what_another_provider_sends_is_not_taken_to_this_one(
    browser: Browser, provider: Provider
) -> None:
    await a_linked_member(provider)
    back = (await browser.is_sent_back()).replace("iss=http", "iss=https")

    page = await browser.comes_back(back)

    assert page.status_code == 400
    assert await SignIn.all().count() == 0


@pytest.mark.parametrize(
    "about",
    [{"issuer": "https://evil.test"}, {"token_endpoint": "ftp://evil.test"}, {"jwks_uri": None}],
)
async def test_a_provider_that_says_it_is_another_is_not_asked(
    browser: Browser, provider: Provider, about: dict[str, str]
) -> None:
    provider.about = about

    page = await browser.leaves()

    assert page.status_code == 503
    assert "nobody answers at the moment" in words_of(page)


async def test_a_way_back_is_good_once(browser: Browser, provider: Provider) -> None:
    await a_linked_member(provider)
    back = await browser.is_sent_back()
    cookie = browser.http.cookies["__Host-oidc"]
    await browser.comes_back(back)

    browser.http.cookies.set("__Host-oidc", cookie)
    page = await browser.comes_back(back)

    assert page.status_code == 400
    assert "was done before" in words_of(page)
    assert await SignIn.all().count() == 1


async def test_a_way_back_is_good_in_the_browser_that_left_alone(
    browser: Browser, app: Starlette, provider: Provider
) -> None:
    """Somebody who has another open their own way back would have them act as somebody else."""
    await a_linked_member(provider)
    back, victim = await browser.is_sent_back(), Browser(app)

    without = await victim.comes_back(back)
    await victim.leaves()
    with_their_own = await victim.comes_back(back)

    assert without.status_code == with_their_own.status_code == 400
    assert await SignIn.all().count() == 0


async def test_a_code_of_another_way_is_refused_by_the_provider(
    browser: Browser, app: Starlette, provider: Provider
) -> None:
    await a_linked_member(provider)
    stolen, other = parse_qs(urlsplit(await browser.is_sent_back()).query), Browser(app)
    own = await other.is_sent_back()

    page = await other.comes_back(re.sub("code=[^&]+", f"code={stolen['code'][0]}", own))

    assert page.status_code == 400
    assert await SignIn.all().count() == 0


async def test_a_way_takes_ten_minutes_at_most(
    browser: Browser, provider: Provider, time: Time
) -> None:
    await a_linked_member(provider)
    back = await browser.is_sent_back()

    time.passes(timedelta(minutes=10))

    assert (await browser.comes_back(back)).status_code == 400


async def test_who_cancels_is_told_that_they_are_not_signed_in(browser: Browser) -> None:
    back = re.sub("code=[^&]+", "error=access_denied", await browser.is_sent_back())

    page = await browser.comes_back(back)

    assert page.status_code == 403
    assert "Did you cancel?" in words_of(page)


@pytest.mark.parametrize("when", ["leaving", "coming back"])
@pytest.mark.parametrize("how", ["is_down", "is_silent"])
async def test_a_provider_that_does_not_answer_is_a_clear_page(
    browser: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch, when: str, how: str
) -> None:
    await a_linked_member(provider)
    monkeypatch.setattr(identity_provider, "PATIENCE", 0.2)
    back = await browser.is_sent_back() if when == "coming back" else None
    setattr(provider, how, True)
    if back is None:
        browser.http._transport.app.state.provider._about = None  # type: ignore[attr-defined]

    page = await (browser.comes_back(back) if back else browser.leaves())

    assert page.status_code == 503
    assert "nobody answers at the moment" in words_of(page)
    assert await SignIn.all().count() == 0


async def test_an_app_gets_a_code_for_what_it_alone_can_prove(
    browser: Browser, provider: Provider
) -> None:
    ada = await a_linked_member(provider)

    led = await browser.goes(redirect_uri=APP, code_challenge=CHALLENGE, state="of the app")

    given = parse_qs(urlsplit(led.headers["location"]).query)
    assert led.headers["location"].startswith(f"{APP}?code=")
    assert given["state"] == ["of the app"]
    assert await browser.who() is None
    phone, [code] = Device(), given["code"]
    thief = await phone.post(WITH_CODE, input={"code": code, "codeVerifier": VERIFIER[::-1]})
    mine = await phone.post(WITH_CODE, input={"code": code, "codeVerifier": VERIFIER})
    again = await phone.post(WITH_CODE, input={"code": code, "codeVerifier": VERIFIER})
    payload = mine.json()["data"]["signInWithCode"]
    assert payload["signIn"] == {"kind": "APP"}
    assert await Device().who(bearer(payload["token"])) == ada.email
    for it in (thief, again):
        [error] = it.json()["data"]["signInWithCode"]["errors"]
        assert error == {"code": "BAD_CREDENTIALS", "field": ["input", "code"]}


async def test_a_code_for_an_app_is_good_for_two_minutes(
    browser: Browser, provider: Provider, time: Time
) -> None:
    await a_linked_member(provider)
    led = await browser.goes(redirect_uri=APP, code_challenge=CHALLENGE)
    [code] = parse_qs(urlsplit(led.headers["location"]).query)["code"]

    time.passes(timedelta(minutes=2))

    refused = await Device().post(WITH_CODE, input={"code": code, "codeVerifier": VERIFIER})
    assert refused.json()["data"]["signInWithCode"]["errors"]


async def test_an_app_whose_member_is_linked_just_now_gets_its_code_by_a_link(
    browser: Browser,
) -> None:
    await a_member(username="ada")
    await browser.goes(redirect_uri=APP, code_challenge=CHALLENGE)

    done = await browser.is_member("ada")

    [onward] = re.findall('href="(org[^"]+)"', done.text)
    [code] = parse_qs(urlsplit(onward).query)["code"]
    signed = await Device().post(WITH_CODE, input={"code": code, "codeVerifier": VERIFIER})
    assert signed.json()["data"]["signInWithCode"]["token"]


@pytest.mark.parametrize(
    "app_says",
    [
        {"redirect_uri": "https://evil.test/", "code_challenge": CHALLENGE},
        {"redirect_uri": f"{APP}/more", "code_challenge": CHALLENGE},
        {"redirect_uri": "https://app.example.org/in?x=y", "code_challenge": CHALLENGE},
        {"redirect_uri": "https://app.example.org.evil.test/in", "code_challenge": CHALLENGE},
        {"redirect_uri": "//evil.test", "code_challenge": CHALLENGE},
        {"redirect_uri": APP},
        {"redirect_uri": APP, "code_challenge": "short"},
        {"redirect_uri": APP, "code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"redirect_uri": APP, "code_challenge": CHALLENGE, "state": "x" * 501},
        {"code_challenge": CHALLENGE},
    ],
)
async def test_nobody_is_led_where_no_app_is_known(
    browser: Browser, app_says: dict[str, str]
) -> None:
    response = await browser.leaves(**app_says)

    assert response.status_code == 400
    assert "location" not in response.headers
    assert await rows("SELECT id FROM sign_on") == []


async def test_another_password_ends_single_sign_on_until_it_is_linked_again(
    browser: Browser, provider: Provider, ask: Api
) -> None:
    ada = await a_linked_member(provider)

    await ask.does(RESET, token=await a_link(ada), newPassword=NEW)

    assert "Which member are you?" in words_of(await browser.goes())


async def test_no_secret_of_single_sign_on_stands_in_the_database(
    browser: Browser, provider: Provider
) -> None:
    await a_linked_member(provider)
    await browser.leaves()
    way = browser.http.cookies["__Host-oidc"]
    proofs = identity_provider.Proofs.of(way)
    during = await dump()
    led = await browser.goes(redirect_uri=APP, code_challenge=CHALLENGE)
    [code] = parse_qs(urlsplit(led.headers["location"]).query)["code"]

    kept = during + await dump()

    assert provider.subject in kept
    secrets = [way, proofs.state, proofs.nonce, proofs.verifier, code, SECRET]
    assert [it for it in secrets if it in kept] == []


async def test_without_a_provider_there_is_nothing_here(ask: Api) -> None:
    for path in ("/sign-in", "/sign-in/callback?code=1&state=1"):
        assert (await ask.http.get(path)).status_code == 404
