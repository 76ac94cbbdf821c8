"""A page of ours: its words, and what a browser is told about it."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any

from graphql import GraphQLError
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from mailers import rendering
from models import Exhausted, Member, Program, email_language, text
from resolvers import program as programs
from schema.body import Unacceptable
from schema.errors import masked
from schema.signing_in import budget_of
from settings import Settings

_NAMELESS = "Mentor Match"  # where the program cannot be asked for its name
PRICE = 10  # points for opening a page, and for sending its form

TEMPLATES = Path(__file__).parent / "templates"
_STYLE = Markup((TEMPLATES / "page.css").read_text(encoding="utf-8"))  # noqa: S704 - our own
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    # A page is its words, one style and a form that goes back to where it came from.
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}';"
    " img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # Its address is a key: it is told to nobody, found by nobody, and kept nowhere.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

Handler = Callable[[Request], Awaitable[Response]]


def served(handler: Handler) -> Handler:
    """The same for whoever can pay for it, with a page for everything that goes wrong."""

    async def answered(request: Request) -> Response:
        try:
            await _pay(request)
            return await handler(request)
        except Unacceptable as no:
            return await _sorry(no.status, headers=no.headers)
        except Exception as crash:
            noted = masked(GraphQLError("A crash behind a page", original_error=crash))
            return await _sorry(500, crash=noted["extensions"]["id"])

    return answered


async def page(
    template: str,
    status: int = 200,
    *,
    reader: Member | None = None,
    headers: dict[str, str] | None = None,
    **facts: Any,
) -> Response:
    """A page of these facts, in the language of its reader. What people wrote stays words."""
    return _response(template, status, await programs.at_present(), reader, headers, facts)


async def _sorry(status: int, *, headers: dict[str, str] | None = None, **facts: Any) -> Response:
    """A page about what went wrong, which may be that the database cannot be asked for the program."""
    try:
        program = await programs.at_present()
    except Exception:
        program = None
    return _response("sorry", status, program, None, headers, facts)


def _response(
    template: str,
    status: int,
    program: Program | None,
    reader: Member | None,
    headers: dict[str, str] | None,
    facts: dict[str, Any],
) -> Response:
    name = program.name if program else _NAMELESS
    given = {**facts, "program": name, "status": status, "style": _STYLE}
    html = rendering.page(TEMPLATES, template, given, _language(reader, program))
    return HTMLResponse(html, status, {**_HEADERS, **(headers or {})})


def typed(words: str) -> Markup:
    """What stands in a field of a form: what somebody typed there before, for instance."""
    return escape(text.straight(words))


def _language(reader: Member | None, program: Program | None) -> str:
    if reader and program:
        return reader.email_language_in(program)
    return email_language.best(program.language_tags if program else ())


async def _pay(request: Request) -> None:
    settings: Settings = request.app.state.settings
    try:
        await budget_of(None, request, settings).spend(PRICE)
    except Exhausted as no:
        seconds = ceil(no.wait.total_seconds())
        raise Unacceptable(429, str(no), {"Retry-After": str(seconds)}) from None
