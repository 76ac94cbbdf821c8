"""Everything about oneself as a ZIP: a file of JSON for each kind of thing, and the picture."""

import zipfile
from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from context import Context
from models import Member, PictureSize, Refusal
from models.own_data import PARTS, names_for
from models.picture import Storage, file_name
from resolvers import accounts
from schema.body import Unacceptable
from schema.pictures import answered
from schema.signing_in import context_of

PRICE = 200  # points: some twenty statements
_HEADERS = {
    "Cache-Control": "no-store",
    "Vary": "Cookie, Authorization",
    "Content-Disposition": 'attachment; filename="my-data.zip"',
    "X-Content-Type-Options": "nosniff",
}


def routes() -> list[BaseRoute]:
    """Where members get all that is kept about them."""
    return [Route("/members/me/data", OwnData())]


class OwnData:
    """The ASGI application of `/members/me/data`; it takes every method, to say which one it means."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await answered(_given(Request(scope, receive)))
        await response(scope, receive, send)


async def _given(request: Request) -> Response:
    # Not by GET: programs follow links before anybody clicks, and an e-mail tells of it.
    if request.method != "POST":
        raise Unacceptable(405, "Use POST.", {"Allow": "POST"})
    context: Context = await context_of(request, request.app.state.settings)
    viewer = context.viewer
    await context.pay(PRICE)
    try:
        await accounts.take_data(context)
    except Refusal as no:
        raise Unacceptable(403, str(no)) from None
    archive = _archive(viewer, request.app.state.pictures)
    return StreamingResponse(archive, media_type="application/zip", headers=_HEADERS)


async def _archive(member: Member, pictures: Storage) -> AsyncIterator[bytes]:
    """The ZIP, piece by piece: no more than one file of it is in memory."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in PARTS:
            archive.writestr(f"{part.table}.json", _json(await part.of(member)))
            yield sent.taken()
        archive.writestr("names.json", _json(await names_for(member)))
        for size in PictureSize if member.picture_id else ():
            name = file_name(member.picture_id or "", size)
            archive.writestr(f"pictures/{name}", await pictures.read(name) or b"")
            yield sent.taken()
    yield sent.taken()


class _Sent:
    """What `zipfile` has written and nobody has got yet."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, content: bytes) -> int:
        """Take what is written."""
        self._written += content
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        """Give it."""
        content = bytes(self._written)
        self._written.clear()
        return content


def _json(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)
