"""What a request over HTTP asks for: read, bounded, and checked before anything is executed."""

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from schema.body import Unacceptable, body_of

MOST_BYTES = 100_000  # of a body


@dataclass(frozen=True)
class Parameters:
    """The parameters of a GraphQL request; without a document, something that names one."""

    query: str | None
    hash: str | None  # of the document, in Apollo's protocol
    document_id: str | None
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
    return _json(await body_of(request, most=MOST_BYTES), "The body")


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Unacceptable(400, f"{what} is not valid JSON in UTF-8.") from None


def checked(given: Any, what: str = "The body") -> Parameters:
    """The parameters that stand in an object. Raises Unacceptable."""
    if not isinstance(given, dict):
        raise Unacceptable(400, f"{what} must be a JSON object.")
    for name, kind, called in (
        ("variables", dict, "an object"),
        ("operationName", str, "a string"),
        ("documentId", str, "a string"),
        ("extensions", dict, "an object"),
    ):
        if not isinstance(given.get(name), kind | None):
            raise Unacceptable(400, f"`{name}` must be {called} or null.")
    hash, document_id = _hash(given.get("extensions") or {}), given.get("documentId")
    return Parameters(
        _query(given.get("query"), hash, document_id),
        hash,
        document_id,
        given.get("variables"),
        given.get("operationName"),
    )


def _hash(extensions: dict[str, Any]) -> str | None:
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        raise Unacceptable(400, "`persistedQuery` must be an object of `version` 1.")
    hash = persisted.get("sha256Hash")
    if not isinstance(hash, str) or not hash:
        raise Unacceptable(400, "`sha256Hash` must be a string.")
    return hash


def _query(query: Any, hash: str | None, document_id: str | None) -> str | None:
    if query is None and (hash or document_id):
        return None
    if not isinstance(query, str) or not query.strip():
        raise Unacceptable(400, "`query` must be a string with a GraphQL document.")
    if document_id:
        raise Unacceptable(400, "`documentId` stands in the place of `query`, not beside it.")
    return query
