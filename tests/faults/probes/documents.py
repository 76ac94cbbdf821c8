"""Documents that are named by their hash."""

import json
from hashlib import sha256
from typing import Any

from tests.faults.probes.probe import (
    CHANGE,
    TYPENAME,
    VIEWER,
    Target,
    data_of,
    is_out_of_order,
    probe,
)


def _hashed(hash: Any, version: Any = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": hash}}


@probe("a hash of another document")
async def _(target: Target) -> bool:
    hash = sha256(TYPENAME.encode()).hexdigest()
    false = await target.ask(VIEWER, extensions=_hashed(hash))
    named = await target.post(json={"extensions": _hashed(hash)})
    return is_out_of_order(false, 400) or "viewer" in data_of(named)


@probe("a hash that is none")
async def _(target: Target) -> bool:
    hashes = ("", "../../etc/passwd", "x" * 50_000, None, 1, [], {"$ne": ""}, "\0")
    send = [await target.post(json={"extensions": _hashed(it)}) for it in hashes]
    send += [await target.post(json={"extensions": _hashed("x", it)}) for it in (2, "1", None)]
    return any(is_out_of_order(it, 200, 400) for it in send)


@probe("a mutation by its hash, in an address")
async def _(target: Target) -> bool:
    hash = sha256(CHANGE.encode()).hexdigest()
    given = {"query": CHANGE, "extensions": json.dumps(_hashed(hash))}
    first = await target.http.get("/graphql", params=given)
    again = await target.http.get("/graphql", params={"extensions": json.dumps(_hashed(hash))})
    return is_out_of_order(first, 405) or bool(data_of(again))
