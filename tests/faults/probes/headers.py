"""What an answer says beside what it says."""

from typing import Any

import httpx

from tests.faults.probes.probe import VIEWER, Target, probe

GUARDS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
ON_WHAT_IT_DEPENDS = {"accept", "cookie", "authorization"}


@probe("an answer that browsers may keep, guess the type of, or show as a page")
async def _(target: Target) -> bool:
    answers = [
        await target.ask(VIEWER),
        await target.ask("{"),
        await target.open(VIEWER),
        await target.body(b"1"),
        await target.http.put("/graphql"),
    ]
    return not all(GUARDS.items() <= _headers(it) for it in answers)


def _headers(response: httpx.Response) -> Any:
    return {it: response.headers.get(it) for it in GUARDS}.items()


@probe("an answer that is kept for others")
async def _(target: Target) -> bool:
    varies = (await target.open(VIEWER)).headers.get("vary", "").lower()
    return not {it.strip() for it in varies.split(",")} >= ON_WHAT_IT_DEPENDS


@probe("what the server is made of")
async def _(target: Target) -> bool:
    places = ("/", "/graphql", "/graphiql", "/nothing", "/graphql/")
    answers = [await target.http.get(it) for it in places]
    told = " ".join(
        f"{it.headers} {it.text[:500] if it.is_error else ''}" for it in answers
    ).lower()
    return any(
        it in told for it in ("uvicorn", "starlette", "strawberry", "python", "x-powered-by")
    )


@probe("GraphiQL within a foreign page")
async def _(target: Target) -> bool:
    policy = (await target.http.get("/graphiql")).headers.get("content-security-policy", "")
    return "frame-ancestors 'none'" not in policy or "unsafe" in policy
