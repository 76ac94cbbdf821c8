"""Pages that links in e-mails open: plain HTML, for who is not signed in and may hold nothing but a link."""

from starlette.routing import BaseRoute, Route

from schema.pages.answer import answer
from schema.pages.page import served
from schema.pages.passwords import forgot_password, reset_password
from schema.pages.single_sign_on import come_back, leave, link
from schema.pages.unsubscribe import unsubscribe


def routes() -> list[BaseRoute]:
    """Where requests are answered, passwords set, e-mails stopped, and where single sign-on leads."""
    methods = ["GET", "POST"]
    return [
        Route("/answer/{token}", served(answer), methods=methods),
        Route("/forgot-password", served(forgot_password), methods=methods),
        Route("/reset-password/{token}", served(reset_password), methods=methods),
        Route("/sign-in", served(leave), methods=["GET"]),
        Route("/sign-in/callback", served(come_back), methods=["GET"]),
        Route("/sign-in/link", served(link), methods=["POST"]),
        Route("/unsubscribe/{token}", served(unsubscribe), methods=methods),
    ]
