"""GraphiQL, for developers who get to know the API: served from here, and at work without a network."""

import json
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from schema.body import Unacceptable
from schema.graphiql.assets import Asset, assets
from schema.graphiql.examples import examples
from schema.response import refusal

_HEADERS = {
    # The editor brings its fonts as data, and its dialogs write one style, known by its hash, so that
    # the page behind them does not scroll. Nothing else may come from anywhere but here, and nothing
    # may be put around or into the page.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self';"
    " style-src 'self' 'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc=';"
    " font-src data:; img-src 'self' data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_FOR_GOOD = "public, max-age=31536000, immutable"  # a year, in seconds


def routes() -> list[BaseRoute]:
    """The page, and the files that it is made of."""
    return [
        Route("/", home),
        Route("/graphiql", page),
        Route("/graphiql/assets/{name}", asset),
    ]


async def home(_: Request) -> Response:
    """Leads people who open just the host to the page."""
    return RedirectResponse("graphiql")


async def page(_: Request) -> Response:
    """GraphiQL with a tab for each example; `?query=` comes before them and runs only when told to."""
    return HTMLResponse(_page(), headers=_HEADERS)


async def asset(request: Request) -> Response:
    """One of the files; browsers keep it for good if its version stands in the address."""
    found = assets().get(request.path_params["name"])
    if found is None:
        return refusal(Unacceptable(404, "There is no such file."))
    headers = _headers_of(found, request.query_params.get("v"))
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)


def _headers_of(file: Asset, version: str | None) -> dict[str, str]:
    # While two releases run side by side, one may be asked for the other's files.
    is_lasting = version == file.version
    return {
        "Cache-Control": _FOR_GOOD if is_lasting else "no-cache",
        "ETag": f'"{file.version}"',
        "X-Content-Type-Options": "nosniff",
    }


@cache
def _page() -> str:
    html = (Path(__file__).parent / "page" / "page.html").read_text(encoding="utf-8")
    for it in assets().values():
        html = html.replace(f"assets/{it.name}", f"assets/{it.name}?v={it.version}")
    # Within a script element, text can only end, or turn into markup, with a `<`.
    return html.replace("EXAMPLES", json.dumps(examples()).replace("<", "\\u003c"))
