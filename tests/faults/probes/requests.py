"""Requests that are another than they look."""

import gzip
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.faults.bombs import doubling
from tests.faults.probes.probe import (
    CHANGE,
    HEAD,
    JSON,
    TYPENAME,
    VIEWER,
    Target,
    data_of,
    is_out_of_order,
    probe,
)

OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


@probe("a method within a header")
async def _(target: Target) -> bool:
    responses = [await target.open(CHANGE, **{it: "POST"}) for it in OVERRIDES]
    return any(is_out_of_order(it, 405) for it in responses)


@probe("a method within the parameters")
async def _(target: Target) -> bool:
    given = {"query": CHANGE, "_method": "POST"}
    return is_out_of_order(await target.http.get("/graphql", params=given), 405)


@probe("other methods")
async def _(target: Target) -> bool:
    methods = ("PUT", "PATCH", "DELETE", "TRACE", "QUERY", "OPTIONS")
    send = partial(target.http.request, url="/graphql", json={"query": CHANGE})
    return any([is_out_of_order(await send(it), 405) for it in methods])


@probe("a type of body that only looks like JSON")
async def _(target: Target) -> bool:
    medias = (
        "text/plain",
        "application/jsonx",
        "text/plain; application/json",
        "application/json, text/plain",
        "multipart/form-data; boundary=application/json",
        "application/graphql",
        "",
    )
    body = json.dumps({"query": CHANGE}).encode()
    return any([is_out_of_order(await target.body(body, it), 415) for it in medias])


@probe("one document in the address, another in the body")
async def _(target: Target) -> bool:
    posted = await target.post(params={"query": VIEWER}, json={"query": TYPENAME})
    opened = await target.http.request(
        "GET", "/graphql", params={"query": TYPENAME}, json={"query": CHANGE}
    )
    return any(data_of(it) != {"__typename": "Query"} for it in (posted, opened))


@probe("one key twice")
async def _(target: Target) -> bool:
    large = json.dumps(doubling(12, "viewer { id }"))
    bodies = [f'{{"query": "{TYPENAME}", "query": {large}}}', f'[{{"query": {large}}}]']
    return any([bool(data_of(await target.body(it.encode()))) for it in bodies])


@probe("keys of other languages' objects")
async def _(target: Target) -> bool:
    keys = ("__proto__", "constructor", "__class__", "self")
    variables: Mapping[str, Any] = {it: {"is_coordinator": True} for it in keys}
    wanted = {"query": TYPENAME, "variables": variables, **variables}
    response = await target.post(json=wanted)
    return data_of(response) != {"__typename": "Query"}


@probe("another charset")
async def _(target: Target) -> bool:
    text = json.dumps({"query": CHANGE})
    for charset in ("utf-16", "utf-32", "utf-7", "cp037"):
        body = text.encode(charset)
        media = f"{JSON}; charset={charset}"
        if body != text.encode() and is_out_of_order(await target.body(body, media), 400):
            return True
    return False


@probe("a mark of byte order")
async def _(target: Target) -> bool:
    before = await target.body(b"\xef\xbb\xbf" + json.dumps({"query": TYPENAME}).encode())
    within = await target.ask("\ufeff" + TYPENAME)
    return is_out_of_order(before, 400) or data_of(within) != {"__typename": "Query"}


@probe("a compressed body")
async def _(target: Target) -> bool:
    body = gzip.compress(json.dumps({"query": TYPENAME + " " * 10_000_000}).encode())
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    return is_out_of_order(await target.post(content=body[:90_000], headers=headers), 400)


@probe("two lengths of one body")
async def _(target: Target) -> bool:
    lengths = (b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"Content-Length: 4, 5")
    lengths += (b"Content-Length: 4\r\nContent-Length: 5", b"Content-Length: -1")
    hidden = b"0\r\n\r\nGET /graphiql HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answers = [await target.raw(HEAD + it + b"\r\n\r\n" + hidden) for it in lengths]
    return any(b"200 OK" in it for it in answers)
