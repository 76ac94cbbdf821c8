"""Who one would like to be, and whom one is not to reach."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.factories import PASSWORD
from tests.faults.probes.probe import (
    CHANGE,
    TYPENAME,
    VIEWER,
    Target,
    answer_of,
    data_of,
    is_out_of_order,
    probe,
)

FOREIGN = "https://evil.test"
ADDRESSES = ("X-Forwarded-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP")
GUESSES = " ".join(
    f'a{n}: signIn(input: {{username: "ada", password: "{n}{n}{n}"}}) {{ token }}'
    for n in range(10)
)


@probe("many passwords at once")
async def _(target: Target) -> bool:
    return bool(data_of(await target.ask(f"mutation {{ {GUESSES} }}")))


@probe("a token in an address")
async def _(target: Target) -> bool:
    stranger = httpx.AsyncClient(base_url=target.http.base_url)
    token = target.http.headers.get("Authorization", "").removeprefix("Bearer ") or "mt_x"
    names = ("token", "access_token", "authorization", "sign-in")
    async with stranger:
        given = {"query": VIEWER, **dict.fromkeys(names, token)}
        return data_of(await stranger.get("/graphql", params=given)) != {"viewer": None}


@probe("an invented address")
async def _(target: Target) -> bool:
    left = []
    for n in range(4):
        headers = dict.fromkeys(ADDRESSES, f"198.51.100.{n}") | {"Forwarded": f"for=192.0.2.{n}"}
        response = await target.post(
            json={"query": "{ program { topics { id } } }"}, headers=headers
        )
        left.append(answer_of(response)["extensions"]["cost"]["remaining"])
    return left != sorted(set(left), reverse=True)


@probe("an invented host")
async def _(target: Target) -> bool:
    headers = {"Host": "evil.test", "X-Forwarded-Host": "evil.test", "Accept": "text/html"}
    places = ("/", "/graphql", "/graphql/", "/graphiql", "/graphiql/", "/members/me/picture/")
    answers = [await target.http.get(it, headers=headers) for it in places]
    answers.append(await target.post(headers=headers, json={"query": VIEWER}))
    return any("evil.test" in it.text + str(it.headers) for it in answers)


@probe("files beyond those that are served")
async def _(target: Target) -> bool:
    places = ("/graphiql/assets/", "/pictures/")
    outside = ("..%2f..%2fmain.py", "%2e%2e/main.py", "..%5cmain.py", "%00", "%2fetc%2fpasswd")
    answers = [await target.http.get(place + it) for place in places for it in outside]
    return any(it.status_code != 404 for it in answers)


@asynccontextmanager
async def _browser(target: Target) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.Response]]:
    """A browser that has signed in, with a cookie that somebody else put there before."""
    document = (
        f'mutation {{ signIn(input: {{username: "probed", password: "{PASSWORD}"}})'
        " { token errors { code } } }"
    )
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(base_url=target.http.base_url) as browser:
        planted = {"Cookie": "sign-in=mt_planted", **headers}
        response = await browser.post("/graphql", json={"query": document}, headers=planted)
        yield browser, response


@probe("a cookie that a script can read, or that somebody else knows")
async def _(target: Target) -> bool:
    async with _browser(target) as (_, response):
        given = response.headers.get("set-cookie", "")
        words = {it.strip().lower() for it in given.split(";")[1:]}
        is_guarded = {"httponly", "samesite=strict", "path=/"} <= words
        return not is_guarded or "domain" in given.lower() or "mt_planted" in given


@probe("a cookie that comes with the asking of a foreign page")
async def _(target: Target) -> bool:
    async with _browser(target) as (browser, _):
        own = await browser.post(
            "/graphql", json={"query": VIEWER}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert data_of(own)["viewer"], "the browser is signed in"
        pages = ({"Origin": FOREIGN}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"})
        asked = [
            await browser.get("/graphql", params={"query": VIEWER}, headers=it) for it in pages
        ]
        asked += [
            await browser.post("/graphql", json={"query": CHANGE}, headers=it) for it in pages
        ]
        return any(is_out_of_order(it, 403) for it in asked)


@probe("answers that foreign pages may read")
async def _(target: Target) -> bool:
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    for origin in (FOREIGN, "null", str(target.http.base_url) + ".evil.test"):
        before = await target.http.options("/graphql", headers={"Origin": origin, **asked})
        answer = await target.post(json={"query": TYPENAME}, headers={"Origin": origin})
        if any("access-control-allow-origin" in it.headers for it in (before, answer)):
            return True
    return False
