"""GraphQL over HTTP, after the specification of that name (graphql.github.io/graphql-over-http)."""

from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from context import AskedTooMuch, Context
from schema import schema
from schema.body import Unacceptable
from schema.deadline import Deadline
from schema.documents import Documents
from schema.errors import formatted, masked
from schema.negotiation import HTML, JSON, RESPONSE, preferred
from schema.parameters import Parameters, parameters_of
from schema.signing_in import context_of, keep_cookie
from schema.validation import MOST_ERRORS
from settings import Settings

_ALLOWED = {
    "GET": [OperationType.QUERY],
    "POST": [OperationType.QUERY, OperationType.MUTATION],
}
# What depends on who asks, or how, must not be kept for others.
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept, Cookie, Authorization"}


class Endpoint:
    """The ASGI application of `/graphql`; it takes every method, to say in JSON which ones it means."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await graphql(Request(scope, receive))
        await response(scope, receive, send)


async def graphql(request: Request) -> Response:
    """Answer one GraphQL request; people who open the address in a browser find GraphiQL."""
    media = preferred(request.headers.get("accept", ""))
    if media == HTML and request.method == "GET":
        return RedirectResponse("/graphiql")
    settings: Settings = request.app.state.settings
    known = media if media in (RESPONSE, JSON) else JSON
    try:
        return await _answer(request, media, settings)
    except Unacceptable as no:
        error = {"message": no.message, "extensions": {"code": no.code}}
        return _response({"errors": [error]}, no.status, known, no.headers)
    except Exception as crash:
        noted = masked(GraphQLError("A crash before anything was executed", original_error=crash))
        return _response({"errors": [noted]}, 500, known)


async def _answer(request: Request, media: str | None, settings: Settings) -> Response:
    if media not in (RESPONSE, JSON):
        raise Unacceptable(406, f"Accept `{RESPONSE}` or `{JSON}`.")
    documents: Documents = request.app.state.documents
    parameters = await parameters_of(request)
    document = documents.meant_by(parameters)
    context = await context_of(request, settings)
    deadline: Deadline = request.app.state.deadline
    running = _execute(document, parameters, context, request.method)
    result = await deadline.keep(running, context)
    _refuse_unpaid(result)
    if not _is_refused(result):
        documents.register(parameters)
    response = _response(_shown(result), _status(result, media), media)
    keep_cookie(response, context, settings)
    return response


async def _execute(
    document: str, parameters: Parameters, context: Context, method: str
) -> ExecutionResult | PreExecutionError:
    try:
        return await schema.execute(
            document,
            variable_values=parameters.variables,
            context_value=context,
            operation_name=parameters.operation_name,
            allowed_operation_types=_ALLOWED[method],
        )
    except InvalidOperationTypeError as wrong:
        raise Unacceptable(405, _sentence(wrong, method), {"Allow": "POST"}) from None
    except CannotGetOperationTypeError as wrong:
        raise Unacceptable(400, f"{wrong.as_http_error_reason().rstrip('.')}.") from None


def _refuse_unpaid(result: ExecutionResult | PreExecutionError) -> None:
    for error in result.errors or []:
        if isinstance(error.original_error, AskedTooMuch):
            wait = {"Retry-After": str(error.original_error.seconds)}
            raise Unacceptable(429, error.message, wait)


def _sentence(wrong: InvalidOperationTypeError, method: str) -> str:
    return f"{wrong.as_http_error_reason(method).capitalize()}."


def _shown(result: ExecutionResult | PreExecutionError) -> dict[str, Any]:
    """The response as the specification of GraphQL has it: no `data` where nothing was executed."""
    errors = [formatted(it) for it in result.errors or []]
    if _is_refused(result):
        return {"errors": errors[:MOST_ERRORS]}
    failed = {"errors": errors} if errors else {}
    return {**failed, "data": result.data, "extensions": result.extensions}


def _is_refused(result: ExecutionResult | PreExecutionError) -> bool:
    """Whether nothing was executed: the document, or a variable, is wrong."""
    return result.data is None and all(it.path is None for it in result.errors or [])


def _status(result: ExecutionResult | PreExecutionError, media: str) -> int:
    return 400 if _is_refused(result) and media == RESPONSE else 200


def _response(
    content: dict[str, Any], status: int, media: str, headers: dict[str, str] | None = None
) -> Response:
    return Response(
        orjson.dumps(content),
        status,
        {**_HEADERS, **(headers or {})},
        media_type=f"{media}; charset=utf-8",
    )
