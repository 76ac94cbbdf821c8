"""Pictures over HTTP: members send theirs as plain bytes, and everybody who knows its address sees it."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from context import AskedTooMuch, Context, SignedOut
from models import Exhausted, Picture, PictureSize, Reason, Refusal
from models.database import transaction
from models.picture import Storage, is_file_name, sweep
from resolvers import pictures
from schema.body import Unacceptable, body_of
from schema.errors import masked
from schema.guard import limits
from schema.signing_in import context_of
from schema.uploads import Uploads

MOST_BYTES = 5_000_000  # of an upload
PATIENCE = 60.0  # seconds for an upload to arrive
PRICE = 500  # points of an upload: the largest take half a second of a processor

_STATUSES = {Reason.INVALID: 415, Reason.OUT_OF_RANGE: 422, Reason.WRONG_STATE: 409}
_PRIVATE = {"Cache-Control": "no-store", "Vary": "Cookie, Authorization"}
_FOR_GOOD = {
    "Cache-Control": "public, max-age=31536000, immutable",  # a year, in seconds
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def routes() -> list[BaseRoute]:
    """Where a member's own picture is changed, and where all pictures are."""
    return [Route("/members/me/picture", OwnPicture()), Route("/pictures/{name:path}", picture)]


async def picture(request: Request) -> Response:
    """The file of a picture. Its content never changes: another picture has another name."""
    return await answered(_file(request))


class OwnPicture:
    """The ASGI application of `/members/me/picture`; it takes every method, to say which ones it means."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await answered(_changed(Request(scope, receive)))
        await response(scope, receive, send)


async def answered(work: Awaitable[Response]) -> Response:
    """The answer, or why there is none, in the form that GraphQL has for it."""
    try:
        return await work
    except Unacceptable as no:
        return _refused(no.status, no.code, no.message, no.headers)
    except SignedOut as no:
        headers = {"WWW-Authenticate": "Bearer"}
        return _refused(401, no.extensions["code"], str(no), headers)
    except Exhausted as no:
        unpaid = AskedTooMuch(no.wait)
        headers = {"Retry-After": str(unpaid.seconds)}
        return _refused(429, unpaid.extensions["code"], str(unpaid), headers)
    except Refusal as no:
        return _refused(_STATUSES[no.reason], "BAD_USER_INPUT", str(no))
    except Exception as crash:
        noted = masked(GraphQLError("A crash about a picture", original_error=crash))
        return _json({"errors": [noted]}, 500)


async def _file(request: Request) -> Response:
    name: str = request.path_params["name"]
    storage: Storage = request.app.state.pictures
    content = await storage.read(name) if is_file_name(name) else None
    if content is None:
        raise Unacceptable(404, "There is no such picture.")
    headers = {**_FOR_GOOD, "ETag": f'"{name}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="image/jpeg", headers=headers)


async def _changed(request: Request) -> Response:
    """Change the picture of who asks, and answer with what is shown of them from now on."""
    change = _CHANGES.get(request.method)
    if change is None:
        raise Unacceptable(405, "Use PUT or DELETE.", {"Allow": "PUT, DELETE"})
    context = await context_of(request, request.app.state.settings)
    await change(request, context)
    await sweep(request.app.state.pictures)
    return _shown(context)


async def _replace(request: Request, context: Context) -> None:
    viewer = context.viewer  # of a stranger not a byte is read
    uploads: Uploads = request.app.state.uploads
    with uploads.place(viewer.id):
        await context.pay(PRICE)
        upload = await body_of(request, most=MOST_BYTES, patience=PATIENCE)
        new = await pictures.store(viewer, upload, request.app.state.pictures)
    await transaction(lambda: new.show(viewer))


async def _remove(_: Request, context: Context) -> None:
    viewer = context.viewer
    await context.pay(limits.MUTATION)
    await transaction(lambda: Picture.hide(viewer))


_CHANGES: dict[str, Callable[[Request, Context], Awaitable[None]]] = {
    "PUT": _replace,
    "DELETE": _remove,
}


def _shown(context: Context) -> Response:
    member = context.viewer
    url = pictures.address(member, PictureSize.LARGE, context)
    return _json({"data": {"member": {"id": member.id, "avatarUrl": url}}}, 200)


def _refused(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> Response:
    error = {"message": message, "extensions": {"code": code}}
    return _json({"errors": [error]}, status, headers)


def _json(content: Any, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(content),
        status,
        {**_PRIVATE, **(headers or {})},
        media_type="application/json; charset=utf-8",
    )
