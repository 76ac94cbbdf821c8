"""What a request over HTTP asks for: read, bounded, and checked before anything is executed."""

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request

MOST_BYTES = 100_000  # of a body
_CODES = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 429: "FORBIDDEN"}


class Unacceptable(Exception):
    """A request that is no GraphQL over HTTP; `status` is that of the answer."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}
        self.code = _CODES.get(status, "BAD_USER_INPUT")


@dataclass(frozen=True)
class Parameters:
    """The parameters of a GraphQL request."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


async def parameters_of(request: Request) -> Parameters:
    """Read them from the URL of a GET or the body of a POST. Raises Unacceptable."""
    if request.method == "GET":
        return checked(_from_url(request))
    if request.method == "POST":
        return checked(await _from_body(request))
    raise Unacceptable(405, "Use GET or POST.", {"Allow": "GET, POST"})


def _from_url(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _json(given[name].encode("utf-8", "surrogatepass"), f"`{name}`")
    return given


async def _from_body(request: Request) -> Any:
    media = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media != "application/json":
        raise Unacceptable(415, "Send `Content-Type: application/json`.")
    return _json(await _body(request), "The body")


async def _body(request: Request) -> bytes:
    body = bytearray()
    _refuse_more(
        int(request.headers.get("content-length") or 0)
    )  # a number, or there is no request
    try:
        async for chunk in request.stream():
            body += chunk
            _refuse_more(len(body))
    except ClientDisconnect:
        raise Unacceptable(400, "The body ended before its time.") from None
    return bytes(body)


def _refuse_more(size: int) -> None:
    if size > MOST_BYTES:
        # What is not read would be taken for the next request.
        raise Unacceptable(413, f"A body has at most {MOST_BYTES} bytes.", {"Connection": "close"})


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Unacceptable(400, f"{what} is not valid JSON in UTF-8.") from None


def checked(given: Any, what: str = "The body") -> Parameters:
    """The parameters that stand in an object. Raises Unacceptable."""
    if not isinstance(given, dict):
        raise Unacceptable(400, f"{what} must be a JSON object.")
    query = given.get("query")
    if not isinstance(query, str) or not query.strip():
        raise Unacceptable(400, "`query` must be a string with a GraphQL document.")
    for name, kind, called in (
        ("variables", dict, "an object"),
        ("operationName", str, "a string"),
        ("extensions", dict, "an object"),
    ):
        if not isinstance(given.get(name), kind | None):
            raise Unacceptable(400, f"`{name}` must be {called} or null.")
    return Parameters(query, given.get("variables"), given.get("operationName"))
