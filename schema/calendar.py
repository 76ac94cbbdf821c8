"""Calendar feeds over HTTP: programs that cannot sign in read them at an address that is a secret."""

from hashlib import sha256
from math import ceil

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from context import AskedTooMuch
from mailers import calendars
from mailers.calendars import Entry
from mailers.links import Links
from models import CalendarFeed, Exhausted, Member
from models.mentoring_session import lists
from resolvers import program as programs
from schema.body import Unacceptable
from schema.errors import masked
from schema.negotiation import JSON
from schema.response import refusal, response
from schema.signing_in import budget_of
from settings import Settings

PRICE = 50  # points: up to a thousand sessions

_HEADERS = {
    # Its reader may keep it, and asks each time whether it has changed.
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def routes() -> list[BaseRoute]:
    """Where calendars find the sessions of a member."""
    return [Route("/calendar/{token}.ics", calendar)]


async def calendar(request: Request) -> Response:
    """The sessions of the member whose token this is. Whatever is wrong with it, the answer is the same."""
    try:
        return await _answer(request)
    except Unacceptable as no:
        return refusal(no)
    except Exhausted as no:
        unpaid = AskedTooMuch(no.wait)
        wait = {"Retry-After": str(ceil(no.wait.total_seconds()))}
        return refusal(Unacceptable(429, str(unpaid), wait))
    except Exception as crash:
        noted = masked(GraphQLError("A crash about a calendar", original_error=crash))
        return response({"errors": [noted]}, 500, JSON)


async def _answer(request: Request) -> Response:
    settings: Settings = request.app.state.settings
    await budget_of(None, request, settings).spend(PRICE)
    reader = await CalendarFeed.reader_of(request.path_params["token"])
    if reader is None:
        raise Unacceptable(404, "There is nothing at this address.")
    content = await _written(reader, settings)
    headers = {**_HEADERS, "ETag": f'"{sha256(content).hexdigest()}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


async def _written(reader: Member, settings: Settings) -> bytes:
    program = await programs.at_present()
    entries = [Entry.of(it, reader) for it in await lists.in_calendar_of(reader)]
    language = reader.email_language_in(program)
    links = Links(settings, reader.id)
    return calendars.feed(entries, name=program.name, links=links, language=language)
