"""What became of a request, as clients see it."""

from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types.execution import ExecutionResult, PreExecutionError

from schema.body import Unacceptable
from schema.errors import formatted
from schema.negotiation import JSON
from schema.validation import MOST_ERRORS

HEADERS = {
    # What depends on who asks, or how, must not be kept for others.
    "Cache-Control": "no-store",
    "Vary": "Accept, Cookie, Authorization",
    # An answer holds what people wrote: no browser may take it for a page, or show it within one.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Result = ExecutionResult | PreExecutionError


def shown(result: Result) -> dict[str, Any]:
    """The response as the specification of GraphQL has it: no `data` where nothing was executed."""
    errors = [formatted(it) for it in result.errors or []]
    if is_refused(result):
        return {"errors": errors[:MOST_ERRORS]}
    failed = {"errors": errors} if errors else {}
    return {**failed, "data": result.data, "extensions": result.extensions or {}}


def is_refused(result: Result) -> bool:
    """Whether nothing was executed: the document, or a variable, is wrong."""
    return result.data is None and all(it.path is None for it in result.errors or [])


def refusal(no: Unacceptable, media: str = JSON) -> Response:
    """The response to a request that is not to be answered."""
    error = {"message": no.message, "extensions": {"code": no.code}}
    return response({"errors": [error]}, no.status, media, no.headers)


async def beside(_: Request, no: Exception) -> Response:
    """The response to a request for which there is no address, or not with its method."""
    assert isinstance(no, HTTPException)
    headers = dict(no.headers or {})
    meant = sorted(headers.get("Allow", "").split(", "))
    why = f"Use {' or '.join(meant)}." if any(meant) else "There is nothing at this address."
    return refusal(Unacceptable(no.status_code, why, headers))


def response(
    content: dict[str, Any], status: int, media: str, headers: dict[str, str] | None = None
) -> Response:
    """A response in JSON."""
    return Response(
        orjson.dumps(content),
        status,
        {**HEADERS, **(headers or {})},
        media_type=f"{media}; charset=utf-8",
    )
