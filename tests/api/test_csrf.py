"""What a browser may do for a page: everything that it can say of where a request comes from.

Every combination is tried, in one program: the method, the type of the body, the page, and who is
signed in how. `rule` says what is to come of each.
"""

import json
from collections.abc import AsyncIterator
from itertools import product
from typing import Literal, NamedTuple

import httpx
import pytest

from models import Member
from tests.client import Api, served
from tests.factories import a_member, a_token

OURS, ALLOWED, FOREIGN = "https://api.example.org", "https://app.example.org", "https://evil.test"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
TYPES = (JSON, "text/plain", FORM, "multipart/form-data; boundary=x", None)
SITES = (None, "same-origin", "same-site", "cross-site", "none")
ORIGINS = (None, OURS, ALLOWED, FOREIGN, "null")
CREDENTIALS = ("cookie", "bearer", "both", None)

VIEWER = "{ viewer { email } }"
UPDATE_PROFILE = """
mutation($input: UpdateProfileInput!) {
  updateProfile(input: $input) { member { headline } query { viewer { email } } }
}"""


class Request(NamedTuple):
    """What a browser, or an app, says in the headers of a request."""

    type: str | None
    site: str | None
    origin: str | None
    credentials: str | None


class Outcome(NamedTuple):
    """The status of the answer, and who was taken to be asking: by the cookie, the bearer or not."""

    status: int
    viewer: Literal["cookie", "bearer"] | None = None


def rule(method: str, document: str, asked: Request) -> Outcome:
    """What is to come of a request."""
    if method == "POST" and asked.type != JSON:
        return Outcome(415)
    is_bearer = asked.credentials in ("bearer", "both")
    if not is_bearer and is_of_a_foreign_page(asked):
        return Outcome(403)
    if method == "GET" and document == UPDATE_PROFILE:
        return Outcome(405)
    return Outcome(200, "bearer" if is_bearer else "cookie" if asked.credentials else None)


def is_of_a_foreign_page(asked: Request) -> bool:
    """An allowed origin is never foreign; else the browser's own word counts before the origin."""
    if asked.origin == ALLOWED:
        return False
    if asked.site:
        return asked.site in ("same-site", "cross-site")
    return asked.origin in (FOREIGN, "null")


REQUESTS = [Request(*it) for it in product(TYPES, SITES, ORIGINS, CREDENTIALS)]


class Browser:
    """Asks for a page, with the cookie of one member and the token of another."""

    def __init__(self, api: Api, ada: Member, grace: Member, tokens: dict[str, str]) -> None:
        self._api = api
        self._members = {"cookie": ada, "bearer": grace}
        self._emails = {ada.email: "cookie", grace.email: "bearer"}
        self._tokens = tokens

    @classmethod
    async def of(cls, api: Api) -> "Browser":
        ada, grace = await a_member(), await a_member()
        return cls(api, ada, grace, {"cookie": await a_token(ada), "bearer": await a_token(grace)})

    async def send(
        self, method: str, document: str, asked: Request, headline: str = ""
    ) -> httpx.Response:
        variables = {"input": {"headline": headline}} if headline else {}
        in_url = {"query": document, "variables": json.dumps(variables)}
        body = json.dumps({"query": document, "variables": variables}).encode()
        where = {"params": in_url} if method == "GET" else {"content": body}
        headers = self._headers(asked)
        return await self._api.http.request(method, "/graphql", headers=headers, **where)  # type: ignore[arg-type]

    def _headers(self, asked: Request) -> dict[str, str]:
        cookie = f"__Host-sign-in={self._tokens['cookie']}"
        bearer = f"Bearer {self._tokens['bearer']}"
        said = {
            "Host": OURS.removeprefix("https://"),
            "Content-Type": asked.type,
            "Sec-Fetch-Site": asked.site,
            "Origin": asked.origin,
            "Cookie": cookie if asked.credentials in ("cookie", "both") else None,
            "Authorization": bearer if asked.credentials in ("bearer", "both") else None,
        }
        return {name: value for name, value in said.items() if value}

    def viewer(self, response: httpx.Response) -> str | None:
        """Who was taken to be asking."""
        data = response.json().get("data") or {}
        viewer = (data.get("updateProfile") or {}).get("query", data).get("viewer")
        return self._emails[viewer["email"]] if viewer else None

    async def changed(self, headline: str) -> list[str]:
        """Whose profiles have this headline."""
        ids = await Member.filter(headline=headline).values_list("id", flat=True)
        return [who for who, member in self._members.items() if member.id in ids]


@pytest.fixture
async def browser(database: None) -> AsyncIterator[Browser]:
    rich = dict.fromkeys(("COST_BURST", "ADDRESS_COST_BURST"), "1000000000")
    async with served(PUBLIC_URL=OURS, ALLOWED_ORIGINS=ALLOWED, **rich) as api:
        yield await Browser.of(api)


def test_no_combination_is_left_out() -> None:
    assert len(set(REQUESTS)) == 5 * 5 * 5 * 4


async def test_a_change_is_made_as_who_sent_it_on_purpose_or_not_at_all(browser: Browser) -> None:
    for n, asked in enumerate(REQUESTS):
        expected = rule("POST", UPDATE_PROFILE, asked)

        response = await browser.send("POST", UPDATE_PROFILE, asked, headline=f"No. {n}")

        assert Outcome(response.status_code, browser.viewer(response)) == expected, asked
        changed = [expected.viewer] if expected.viewer else []
        assert await browser.changed(f"No. {n}") == changed, asked


async def test_opening_an_address_never_changes_anything(browser: Browser) -> None:
    for n, asked in enumerate(REQUESTS):
        expected = rule("GET", UPDATE_PROFILE, asked)

        response = await browser.send("GET", UPDATE_PROFILE, asked, headline=f"No. {n}")

        assert Outcome(response.status_code) == expected, asked
    assert await Member.filter(headline__startswith="No.").count() == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_question_is_answered_to_who_asked_on_purpose_and_to_allowed_pages(
    browser: Browser, method: str
) -> None:
    for asked in REQUESTS:
        expected = rule(method, VIEWER, asked)

        response = await browser.send(method, VIEWER, asked)

        assert Outcome(response.status_code, browser.viewer(response)) == expected, asked
        readable_by = response.headers.get("access-control-allow-origin")
        assert readable_by == (ALLOWED if asked.origin == ALLOWED else None), asked
