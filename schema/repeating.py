"""Mutations under a key (draft-ietf-httpapi-idempotency-key-header): sent again, they do nothing more."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import orjson
from starlette.requests import Request

from context import Context, KeyInUse, UsedKey
from models import IdempotencyKey, KeyReused, Problem, Reason, Refusal, StillUnderway, Viewer
from models.database import transaction
from models.record import Record
from resolvers.nodes import NOUNS
from schema.body import Unacceptable
from schema.parameters import Parameters

HEADER = "Idempotency-Key"
_KEY = re.compile(r'("?)([!#-~]{1,255})\1')  # a string, as the draft has it, or what stands in one

Results = dict[str, Any]  # of a payload, by name


def key_of(
    request: Request, document: str, parameters: Parameters, context: Context
) -> IdempotencyKey | None:
    """The key of a request; None for who is not signed in. Raises Unacceptable."""
    given = request.headers.get(HEADER)
    viewer = context.viewer_or_none
    if given is None or viewer is None or request.method != "POST":
        return None
    key = _KEY.fullmatch(given.strip())
    if key is None:
        raise Unacceptable(400, f"`{HEADER}` is a string of 1 to 255 visible characters.")
    return IdempotencyKey(viewer.id, key[2], _hash(document, parameters))


async def once(
    key: IdempotencyKey, work: Callable[[], Awaitable[Results]], context: Context
) -> Results:
    """What the work leads to, or has led to if it was done under this key before.

    A refusal is kept as well, and refused again.
    """

    async def do() -> Results:
        if not await key.claim():
            return await _kept(key, context)
        results = await work()
        await key.note(_written(results))
        return results

    async def note() -> bool:
        is_first = await key.claim()
        if is_first:
            await key.note(_written_refusal(refusal))
        return is_first

    try:
        try:
            return await transaction(do)
        except Refusal as no:
            refusal = no  # nothing is written, and the key is free again
        if await transaction(note):
            raise refusal
        return await _kept(key, context)
    except KeyReused:
        raise UsedKey from None
    except StillUnderway:
        raise KeyInUse from None


async def same_for_all(key: IdempotencyKey, data: Any, *, is_whole: bool) -> Any:
    """The data of the answer that was ready first; this one, if it is, or if none is kept.

    Between what is done and its answer the process may end: the answer is made from what was done,
    then, by who asks again.
    """
    kept = await key.answer(orjson.dumps(data).decode() if is_whole else None)
    return orjson.loads(kept) if kept else data


async def _kept(key: IdempotencyKey, context: Context) -> Results:
    """What was done under this key. Raises Refusal if that was refused, KeyReused."""
    kept = orjson.loads(await key.outcome())
    if "results" not in kept:
        raise _refusal(kept["problems"])
    return {name: await _read(it, context) for name, it in kept["results"].items()}


def _hash(document: str, parameters: Parameters) -> str:
    asked = [document, parameters.operation_name, parameters.variables]
    try:
        text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # it reads deeper than it writes
        raise Unacceptable(400, "`variables` are nested too deeply.") from None
    return hashlib.sha256(text).hexdigest()


def _written(results: Results) -> str:
    rows_as_ids = orjson.OPT_PASSTHROUGH_DATACLASS
    return orjson.dumps({"results": results}, default=_reference, option=rows_as_ids).decode()


def _reference(it: Any) -> Any:
    """Rows change, and are read again; what is kept of them is who they are."""
    if isinstance(it, Record | Viewer):
        return {"id": it.id}
    raise TypeError


async def _read(kept: Any, context: Context) -> Any:
    if isinstance(kept, list):
        return [row for it in kept if (row := await _read(it, context)) is not None]
    if not isinstance(kept, dict):
        return kept
    prefix = kept["id"].partition("_")[0]
    if prefix == Viewer.PREFIX:
        return Viewer(context.viewer)
    return await context.load(NOUNS[prefix], kept["id"])  # it may have been deleted since


def _written_refusal(refusal: Refusal) -> str:
    problems = [{**asdict(it), "reason": it.reason.name} for it in refusal.problems]
    return orjson.dumps({"problems": problems}).decode()


def _refusal(problems: list[dict[str, Any]]) -> Refusal:
    found = [
        Problem(Reason[it["reason"]], it["message"], it["field"] and tuple(it["field"]))
        for it in problems
    ]
    refusal = Refusal(found[0].reason)
    refusal.problems = found
    return refusal
