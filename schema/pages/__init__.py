"""Pages that links in e-mails open: plain HTML, for who is not signed in and may hold nothing but a link."""

from starlette.routing import BaseRoute, Route

from schema.pages.answer import answer
from schema.pages.page import served
from schema.pages.passwords import forgot_password, reset_password
from schema.pages.unsubscribe import unsubscribe


def routes() -> list[BaseRoute]:
    """Where requests are answered, passwords set and e-mails stopped."""
    methods = ["GET", "POST"]
    return [
        Route("/answer/{token}", served(answer), methods=methods),
        Route("/forgot-password", served(forgot_password), methods=methods),
        Route("/reset-password/{token}", served(reset_password), methods=methods),
        Route("/unsubscribe/{token}", served(unsubscribe), methods=methods),
    ]
