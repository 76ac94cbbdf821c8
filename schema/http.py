"""GraphQL over HTTP, after the specification of that name (graphql.github.io/graphql-over-http)."""

from dataclasses import replace
from time import perf_counter

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType

from context import AskedTooMuch, Context, KeyInUse, TookTooLong, UsedKey
from models import measures
from schema import schema
from schema.body import Unacceptable
from schema.deadline import Deadline
from schema.documents import Documents
from schema.errors import masked
from schema.live import EventStream
from schema.negotiation import EVENTS, HTML, JSON, RESPONSE, preferred
from schema.parameters import Parameters, parameters_of
from schema.repeating import key_of, same_for_all
from schema.response import Result, is_refused, refusal, response, shown
from schema.signing_in import context_of, keep_cookie
from settings import Settings

_ALLOWED = {
    "GET": [OperationType.QUERY],
    "POST": [OperationType.QUERY, OperationType.MUTATION],
}


class Endpoint:
    """The ASGI application of `/graphql`; it takes every method, to say in JSON which ones it means."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await graphql(Request(scope, receive))
        await response(scope, receive, send)


async def graphql(request: Request) -> ASGIApp:
    """Answer one GraphQL request; people who open the address in a browser find GraphiQL."""
    media = preferred(request.headers.get("accept", ""))
    if media == HTML and request.method in ("GET", "HEAD"):
        return RedirectResponse("/graphiql")
    settings: Settings = request.app.state.settings
    known = media if media in (RESPONSE, JSON) else JSON
    try:
        return await _answer(request, media, settings)
    except Unacceptable as no:
        return refusal(no, known)
    except TookTooLong as no:
        return refusal(Unacceptable(503, str(no), code=no.extensions["code"]), known)
    except Exception as crash:
        noted = masked(GraphQLError("A crash before anything was executed", original_error=crash))
        return response({"errors": [noted]}, 500, known)


async def _answer(request: Request, media: str | None, settings: Settings) -> ASGIApp:
    if media not in (RESPONSE, JSON, EVENTS):
        raise Unacceptable(406, f"Accept `{RESPONSE}` or `{JSON}`; `{EVENTS}` for a subscription.")
    documents: Documents = request.app.state.documents
    parameters = await parameters_of(request)
    document = documents.meant_by(parameters)
    context = await context_of(request, settings)
    if media == EVENTS:
        return EventStream.of(request, replace(parameters, query=document), context)
    context.key = key_of(request, document, parameters, context)
    deadline: Deadline = request.app.state.deadline
    begun = perf_counter()
    try:
        operation = _execute(document, parameters, context, request.method)
        result = await deadline.keep(operation, context)
    finally:
        seconds = perf_counter() - begun
        measures.REQUEST_SECONDS.note(seconds, context.kind, documents.name_of(document))
    _refuse_whole(result)
    if not is_refused(result):
        documents.register(parameters)
    answer = response(shown(result), _status(result, media), media)
    keep_cookie(answer, context, settings)
    return answer


async def _execute(document: str, parameters: Parameters, context: Context, method: str) -> Result:
    try:
        result: Result = await schema.execute(
            document,
            variable_values=parameters.variables,
            context_value=context,
            operation_name=parameters.operation_name,
            allowed_operation_types=_ALLOWED[method],
        )
    except InvalidOperationTypeError as wrong:
        if wrong.operation_type is OperationType.SUBSCRIPTION:
            raise Unacceptable(406, f"Accept `{EVENTS}`, or subscribe over a WebSocket.") from None
        raise Unacceptable(405, _sentence(wrong, method), {"Allow": "POST"}) from None
    except CannotGetOperationTypeError as wrong:
        raise Unacceptable(400, f"{wrong.as_http_error_reason().rstrip('.')}.") from None
    return await _repeatable(result, context)


async def _repeatable(result: Result, context: Context) -> Result:
    """The result, with the data that everybody gets who asks under its key."""
    if context.key is None or not context.is_changing or result.data is None:
        return result
    data = await same_for_all(context.key, result.data, is_whole=not result.errors)
    return result if data is result.data else ExecutionResult(data, None, result.extensions)


def _refuse_whole(result: Result) -> None:
    for error in result.errors or []:
        no = error.original_error
        if isinstance(no, AskedTooMuch | KeyInUse | UsedKey):
            raise _unacceptable(no)


def _unacceptable(no: AskedTooMuch | KeyInUse | UsedKey) -> Unacceptable:
    code = no.extensions["code"]
    if isinstance(no, UsedKey):
        return Unacceptable(422, str(no), code=code)
    status, seconds = (429, no.seconds) if isinstance(no, AskedTooMuch) else (409, 1)
    return Unacceptable(status, str(no), {"Retry-After": str(seconds)}, code)


def _sentence(wrong: InvalidOperationTypeError, method: str) -> str:
    reason = wrong.as_http_error_reason(method)
    return f"{reason[0].upper()}{reason[1:]}."


def _status(result: Result, media: str) -> int:
    return 400 if is_refused(result) and media == RESPONSE else 200
