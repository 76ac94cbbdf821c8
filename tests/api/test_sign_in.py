"""`signIn` and `signOut`: as an app, as a browser, and from pages that have no business here."""

from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx
import pytest

import settings
from main import application
from models import Member, SignIn, clock
from tests.client import Api
from tests.conftest import Time
from tests.factories import PASSWORD, a_member, a_token

pytestmark = pytest.mark.usefixtures("database")

SIGN_IN = """
mutation($input: SignInInput!) {
  signIn(input: $input) {
    errors { code message field }
    viewer { email } signIn { id kind isCurrent userAgent } token
  }
}"""
SIGN_OUT = """
mutation($input: SignOutInput!) {
  signOut(input: $input) { errors { code message field } endedSignInIds query { viewer { id } } }
}"""
VIEWER = "{ viewer { email } }"
SIGN_INS = "{ viewer { signIns { id kind isCurrent } } }"
UPDATE_PROFILE = """
mutation($input: UpdateProfileInput!) {
  updateProfile(input: $input) { errors { code } member { headline } }
}"""
SIGN_IN_AND_LOOK = """
mutation($input: SignInInput!) {
  signIn(input: $input) { viewer { email } query { viewer { email } } }
}"""
SIGN_OUT_AND_LOOK = "mutation { signOut(input: {}) { endedSignInIds query { viewer { email } } } }"

OURS, ALLOWED, FOREIGN = "https://api.example.org", "https://app.example.org", "https://evil.test"
SECRET = "open sesame"
ENDED = pytest.mark.parametrize("ended", ["valid_until", "suspended_at"])


class Device:
    """What a member holds in hand: an app, or a browser, which keeps cookies and says where from."""

    def __init__(self, **environment: str) -> None:
        known = settings.read({"WORKER": "no", **environment})
        transport = httpx.ASGITransport(application(known))
        self.http = httpx.AsyncClient(transport=transport, base_url=known.public_url)

    async def post(
        self, document: str, headers: dict[str, str] | None = None, **variables: Any
    ) -> httpx.Response:
        asked = {"query": document, "variables": variables}
        return await self.http.post("/graphql", json=asked, headers=headers)

    async def sign_in(
        self, username: str, password: str = PASSWORD, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        credentials = {"username": username, "password": password}
        return await self.post(SIGN_IN, headers, input=credentials)

    async def who(self, headers: dict[str, str] | None = None) -> str | None:
        """The address of who is signed in."""
        viewer = (await self.post(VIEWER, headers)).json()["data"]["viewer"]
        return viewer and viewer["email"]


def a_browser(**environment: str) -> Device:
    browser = Device(**environment)
    browser.http.headers["Sec-Fetch-Site"] = "same-origin"
    return browser


def cookie_of(response: httpx.Response, name: str = "sign-in") -> Morsel[str]:
    """The one that is set of these two names; the longer is for where there is TLS."""
    lines = response.headers.get_list("set-cookie")
    cookies = [it for line in lines for it in SimpleCookie(line).values()]
    [cookie] = [it for it in cookies if it.key in (name, f"__Host-{name}")]
    return cookie


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def is_alive(token: str) -> bool:
    return await Device().who(bearer(token)) is not None


async def test_an_app_gets_a_token_and_asks_with_it() -> None:
    ada = await a_member(username="ada")
    phone = Device()
    phone.http.headers["User-Agent"] = "Mentor Match for phones"

    payload = (await phone.sign_in("ada")).json()["data"]["signIn"]

    assert payload["errors"] == []
    assert payload["viewer"] == {"email": ada.email}
    assert payload["signIn"]["kind"] == "APP"
    assert payload["signIn"]["isCurrent"] is True
    assert payload["signIn"]["userAgent"] == "Mentor Match for phones"
    assert await Device().who(bearer(payload["token"])) == ada.email


async def test_an_app_is_left_no_cookie() -> None:
    await a_member(username="ada")

    response = await Device().sign_in("ada")

    assert "set-cookie" not in response.headers


async def test_a_browser_that_only_says_its_origin_gets_a_cookie_and_no_token() -> None:
    await a_member(username="ada")

    response = await Device(PUBLIC_URL=OURS).sign_in("ada", headers={"Origin": OURS})

    assert response.json()["data"]["signIn"]["token"] is None
    assert cookie_of(response)["httponly"]


async def test_a_browser_keeps_its_token_where_no_script_can_read_it() -> None:
    ada = await a_member(username="ada")
    browser = a_browser()

    response = await browser.sign_in("ada")

    payload, cookie = response.json()["data"]["signIn"], cookie_of(response)
    assert payload["token"] is None
    assert payload["signIn"]["kind"] == "BROWSER"
    assert cookie.key == "sign-in"
    assert cookie.value not in response.text
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("strict", "/", "")
    assert not cookie["secure"]
    assert await browser.who() == ada.email


async def test_where_there_is_tls_the_cookie_belongs_to_this_very_host() -> None:
    ada = await a_member(username="ada")
    browser = a_browser(PUBLIC_URL=OURS)

    cookie = cookie_of(await browser.sign_in("ada"))

    assert cookie.key == "__Host-sign-in"
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("strict", "/", "")
    assert await browser.who() == ada.email


@pytest.mark.parametrize(
    "name", ["ada.byron", "ADA.Byron", " ada.byron ", "Ada@Example.org", "ada@EXAMPLE.ORG"]
)
async def test_one_signs_in_by_user_name_or_address_in_any_case(ask: Api, name: str) -> None:
    await a_member(username="Ada.Byron", email="Ada@example.org")

    payload = await ask.does(SIGN_IN, username=name, password=PASSWORD)

    assert payload["viewer"] == {"email": "Ada@example.org"}


def told(response: httpx.Response) -> dict[str, Any]:
    """What a response says, but for what is left of a budget, which comes back all the time."""
    answer: dict[str, Any] = response.json()
    del answer["extensions"]["cost"]["remaining"]
    return answer


async def test_who_is_unknown_and_who_errs_in_the_password_hear_the_same() -> None:
    await a_member(username="ada")
    await a_member(username="grace", password_hash=None)

    wrong, unknown, without = [
        await Device().sign_in(name, "wrong") for name in ("ada", "eve", "grace")
    ]

    [error] = wrong.json()["data"]["signIn"]["errors"]
    assert (error["code"], error["field"]) == ("BAD_CREDENTIALS", None)
    assert told(wrong) == told(unknown) == told(without)
    assert "set-cookie" not in wrong.headers
    assert await SignIn.all().count() == 0


@ENDED
async def test_that_the_membership_ended_is_told_after_the_right_password_alone(
    ask: Api, ended: str
) -> None:
    await a_member(username="ada", **{ended: clock.now()})

    [right] = await ask.refused(SIGN_IN, username="ada", password=PASSWORD)
    [wrong] = await ask.refused(SIGN_IN, username="ada", password="wrong")
    [unknown] = await ask.refused(SIGN_IN, username="eve", password="wrong")

    assert right["code"] == "NOT_ALLOWED"
    assert "membership" in right["message"]
    assert wrong == unknown
    assert wrong["code"] == "BAD_CREDENTIALS"


@pytest.mark.parametrize(
    ("_case", "name", "password", "code", "field"),
    [
        ("a book", "ada", "x" * 10_000, "BAD_CREDENTIALS", None),
        ("the right one and more", "ada", PASSWORD + " " * 256, "BAD_CREDENTIALS", None),
        ("nothing", "ada", "", "BAD_CREDENTIALS", None),
        ("NUL in the password", "ada", "x\0y", "INVALID", ["input", "password"]),
        ("NUL in the name", "ada\0", PASSWORD, "INVALID", ["input", "username"]),
    ],
)
async def test_passwords_that_cannot_be_meant_are_refused(
    ask: Api, _case: str, name: str, password: str, code: str, field: list[str] | None
) -> None:
    await a_member(username="ada")

    [error] = await ask.refused(SIGN_IN, username=name, password=password)

    assert (error["code"], error["field"]) == (code, field)


async def test_sign_ins_are_listed_newest_first_and_say_which_is_this_one(time: Time) -> None:
    ada, browser = await a_member(username="ada"), a_browser()
    await a_token(await a_member())
    token = await a_token(ada)
    time.passes(timedelta(hours=1))
    await browser.sign_in("ada")

    async def listed(headers: dict[str, str]) -> list[tuple[str, bool]]:
        viewer = (await browser.post(SIGN_INS, headers)).json()["data"]["viewer"]
        return [(it["kind"], it["isCurrent"]) for it in viewer["signIns"]]

    assert await listed({}) == [("BROWSER", True), ("APP", False)]
    assert await listed(bearer(token)) == [("BROWSER", False), ("APP", True)]


async def test_signing_out_ends_the_sign_in_of_the_request() -> None:
    ada = await a_member()
    used, other = await a_token(ada), await a_token(ada)

    response = await Device().post(SIGN_OUT, bearer(used), input={})

    payload = response.json()["data"]["signOut"]
    assert len(payload["endedSignInIds"]) == 1
    assert payload["query"] == {"viewer": None}
    assert [await is_alive(it) for it in (used, other)] == [False, True]


async def test_a_browser_that_signs_out_forgets_its_cookie() -> None:
    await a_member(username="ada")
    browser = a_browser()
    token = cookie_of(await browser.sign_in("ada")).value

    await browser.post(SIGN_OUT, input={})

    assert list(browser.http.cookies) == ["device"]
    assert await browser.who() is None
    assert not await is_alive(token)


async def test_another_sign_in_is_ended_by_its_id() -> None:
    ada = await a_member()
    lost, used = await a_token(ada), await a_token(ada)
    listed = (await Device().post(SIGN_INS, bearer(used))).json()["data"]["viewer"]["signIns"]
    [id] = [it["id"] for it in listed if not it["isCurrent"]]

    response = await Device().post(SIGN_OUT, bearer(used), input={"signInId": id})

    payload = response.json()["data"]["signOut"]
    assert payload["endedSignInIds"] == [id]
    assert payload["query"]["viewer"]
    assert [await is_alive(it) for it in (lost, used)] == [False, True]


async def test_all_others_are_ended_at_once() -> None:
    ada, grace = await a_member(), await a_member()
    lost, stolen, used, hers = [await a_token(it) for it in (ada, ada, ada, grace)]

    response = await Device().post(SIGN_OUT, bearer(used), input={"allOthers": True})

    payload = response.json()["data"]["signOut"]
    assert len(payload["endedSignInIds"]) == 2
    assert payload["query"]["viewer"]
    alive = [await is_alive(it) for it in (lost, stolen, used, hers)]
    assert alive == [False, False, True, True]


async def test_the_sign_in_of_somebody_else_does_not_exist(ask: Api) -> None:
    ada, grace = await a_member(), await a_member()
    token = await a_token(grace)
    hers = await SignIn.get(member_id=grace.id)

    [error] = await ask.refused(SIGN_OUT, as_=ada, signInId=hers.id)

    assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", "signInId"])
    assert await is_alive(token)


@pytest.mark.parametrize("id", ["", "sig_unknown", "mem_unknown"])
async def test_an_id_that_is_none_ends_nothing(id: str) -> None:
    token = await a_token(await a_member())

    response = await Device().post(SIGN_OUT, bearer(token), input={"signInId": id})

    [error] = response.json()["data"]["signOut"]["errors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", "signInId"])
    assert await is_alive(token)


async def test_a_sign_in_is_ended_once(ask: Api) -> None:
    ada = await a_member()
    await a_token(ada)
    mine = await SignIn.get(member_id=ada.id)
    await mine.end()

    [error] = await ask.refused(SIGN_OUT, as_=ada, signInId=mine.id)

    assert error["code"] == "NOT_FOUND"


async def test_an_ended_token_is_nobody_with_the_very_next_request(ask: Api) -> None:
    ada = await a_member(headline="Analyst")
    token = await a_token(ada)
    await Device().post(SIGN_OUT, bearer(token), input={})

    viewer = await Device().post(VIEWER, bearer(token))
    change = await Device().post(UPDATE_PROFILE, bearer(token), input={"headline": "Nobody"})

    assert viewer.json()["data"] == {"viewer": None}
    assert change.json()["data"] == {"updateProfile": None}
    assert change.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert token not in change.text
    assert (await Member.get(id=ada.id)).headline == "Analyst"


@ENDED
async def test_whose_membership_ends_is_out_with_the_next_request(ended: str) -> None:
    ada = await a_member(username="ada")
    browser, token = a_browser(), await a_token(ada)
    await browser.sign_in("ada")

    before = [await browser.who(), await is_alive(token)]
    await Member.filter(id=ada.id).update(**{ended: clock.now()})

    assert before == [ada.email, True]
    assert [await browser.who(), await is_alive(token)] == [None, False]


async def test_a_bearer_token_counts_before_a_cookie() -> None:
    ada, grace = await a_member(username="ada"), await a_member()
    browser = a_browser()
    await browser.sign_in("ada")

    assert await browser.who() == ada.email
    assert await browser.who(bearer(await a_token(grace))) == grace.email
    assert await browser.who(bearer("mt_unknown")) is None


@pytest.mark.parametrize(
    ("_case", "headers", "status"),
    [
        ("an app that keeps cookies", {}, 200),
        ("our own page", {"Sec-Fetch-Site": "same-origin", "Origin": OURS}, 200),
        ("the address bar", {"Sec-Fetch-Site": "none"}, 200),
        ("our own page in an old browser", {"Origin": OURS}, 200),
        ("an allowed page", {"Sec-Fetch-Site": "same-site", "Origin": ALLOWED}, 200),
        ("an allowed page in an old browser", {"Origin": ALLOWED}, 200),
        ("a foreign page", {"Sec-Fetch-Site": "cross-site", "Origin": FOREIGN}, 403),
        ("a foreign image", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("a page next door", {"Sec-Fetch-Site": "same-site", "Origin": f"{OURS}:8443"}, 403),
        ("a foreign page in an old browser", {"Origin": FOREIGN}, 403),
        ("a page that hides where from", {"Origin": "null"}, 403),
        ("a foreign page of a similar name", {"Origin": f"{OURS}.evil.test"}, 403),
    ],
)
async def test_a_cookie_counts_for_our_pages_and_allowed_ones_alone(
    _case: str, headers: dict[str, str], status: int
) -> None:
    ada = await a_member(username="ada", headline="Analyst")
    browser = Device(PUBLIC_URL=OURS, ALLOWED_ORIGINS=ALLOWED)
    await browser.sign_in("ada", headers={"Origin": OURS})

    response = await browser.post(UPDATE_PROFILE, headers, input={"headline": "Changed"})

    kept = await Member.get(id=ada.id)
    assert response.status_code == status
    assert kept.headline == ("Changed" if status == 200 else "Analyst")
    if status == 403:
        [error] = response.json()["errors"]
        assert error["extensions"] == {"code": "FORBIDDEN"}


async def test_a_page_whose_cookie_the_browser_would_not_keep_hears_so() -> None:
    await a_member(username="ada")
    browser = Device(PUBLIC_URL=OURS, ALLOWED_ORIGINS=ALLOWED)

    response = await browser.sign_in(
        "ada", headers={"Sec-Fetch-Site": "cross-site", "Origin": ALLOWED}
    )

    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "FORBIDDEN"}
    assert "their own site" in error["message"]
    assert "set-cookie" not in response.headers
    assert await SignIn.all().count() == 0


async def test_a_bearer_token_counts_from_anywhere() -> None:
    grace = await a_member()
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": FOREIGN}

    assert await Device().who({**headers, **bearer(await a_token(grace))}) == grace.email


@pytest.mark.parametrize(("origin", "is_allowed"), [(ALLOWED, True), (FOREIGN, False)])
async def test_browsers_are_told_which_pages_may_read_answers(
    origin: str, is_allowed: bool
) -> None:
    browser = Device(PUBLIC_URL=OURS, ALLOWED_ORIGINS=ALLOWED)
    wanted = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,authorization",
    }

    response = await browser.http.options("/graphql", headers=wanted)

    assert response.is_success == is_allowed
    assert (response.headers.get("access-control-allow-origin") == origin) == is_allowed
    if not is_allowed:
        [error] = response.json()["errors"]
        assert "ALLOWED_ORIGINS" in error["message"]


async def test_a_page_that_sends_another_header_is_told_which_ones_it_may_send() -> None:
    browser = Device(PUBLIC_URL=OURS, ALLOWED_ORIGINS=ALLOWED)
    wanted = {
        "Origin": ALLOWED,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-trace",
    }

    response = await browser.http.options("/graphql", headers=wanted)

    [error] = response.json()["errors"]
    assert response.status_code == 400
    assert "Authorization, Content-Type" in error["message"]
    assert "content-type" in response.headers["access-control-allow-headers"].lower()


async def test_an_allowed_page_can_read_when_to_ask_again() -> None:
    browser = Device(PUBLIC_URL=OURS, ALLOWED_ORIGINS=ALLOWED)

    response = await browser.post(VIEWER, headers={"Origin": ALLOWED})

    assert response.headers["access-control-expose-headers"] == "Retry-After, X-Request-ID"


async def test_signing_in_again_makes_the_browser_somebody_else() -> None:
    ada, grace = await a_member(username="ada"), await a_member(username="grace")
    browser = a_browser()

    await browser.sign_in("ada")
    first = await browser.who()
    await browser.sign_in("grace")

    assert (first, await browser.who()) == (ada.email, grace.email)


async def test_a_sign_in_that_fails_leaves_the_one_before() -> None:
    ada = await a_member(username="ada")
    browser = a_browser()
    await browser.sign_in("ada")

    response = await browser.sign_in("ada", "wrong")

    assert "set-cookie" not in response.headers
    assert await browser.who() == ada.email


async def test_who_signs_in_goes_on_as_themselves_in_the_same_document() -> None:
    await a_member(username="ada")
    grace = await a_member(username="grace")
    browser = a_browser()
    await browser.sign_in("ada")

    credentials = {"username": "grace", "password": PASSWORD}
    data = (await browser.post(SIGN_IN_AND_LOOK, input=credentials)).json()["data"]

    viewer = {"email": grace.email}
    assert data["signIn"] == {"viewer": viewer, "query": {"viewer": viewer}}
    assert await browser.who() == grace.email


async def test_who_signs_out_is_nobody_in_the_same_document() -> None:
    token = await a_token(await a_member())

    data = (await Device().post(SIGN_OUT_AND_LOOK, bearer(token))).json()["data"]

    assert data["signOut"]["endedSignInIds"]
    assert data["signOut"]["query"] == {"viewer": None}


@pytest.mark.parametrize(
    ("_case", "document", "given"),
    [
        ("wrong", SIGN_IN, {"username": "ada", "password": SECRET}),
        ("with NUL", SIGN_IN, {"username": "ada\0", "password": SECRET}),
        ("without a name", SIGN_IN, {"password": SECRET}),
        ("with something else", SIGN_IN, {"username": "ada", "password": SECRET, "otp": 1}),
        ("in a list", SIGN_IN, {"username": "ada", "password": [SECRET]}),
        ("in an object", SIGN_IN, {"username": "ada", "password": {"is": SECRET}}),
        ("alone", SIGN_IN, SECRET),
        ("in the document", 'mutation { signIn(input: {password: "%s"}) { token } }', None),
        ("misplaced", 'mutation { signIn(input: "%s") { token } }', None),
        ("in a list there", 'mutation { signIn(input: {password: ["%s"]}) { token } }', None),
        ("behind no colon", 'mutation { signIn(input: {password "%s"}) { token } }', None),
        ("in a block", 'mutation { signIn(input: {password """%s"""}) { token } }', None),
    ],
)
async def test_no_error_repeats_a_password(_case: str, document: str, given: Any) -> None:
    await a_member(username="ada")

    response = await Device().post(document.replace("%s", SECRET), input=given)

    assert '"errors":[{' in response.text
    assert SECRET not in response.text
