"""Pages that links in e-mails open: plain HTML, for who is not signed in and may hold nothing but a link."""

from starlette.routing import BaseRoute, Route

from schema.pages.answer import answer
from schema.pages.page import served


def routes() -> list[BaseRoute]:
    """Where requests are answered."""
    return [Route("/answer/{token}", served(answer), methods=["GET", "POST"])]
