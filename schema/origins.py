"""Which pages of elsewhere may ask, and read answers: those that the settings name."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from schema.body import Unacceptable
from schema.response import refusal

_METHODS = ("GET", "POST", "PUT", "DELETE")
_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key")


class Origins(CORSMiddleware):
    """The middleware; to who is refused, it says in JSON why."""

    def __init__(self, app: ASGIApp, allowed: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=allowed,
            allow_credentials=True,
            allow_methods=_METHODS,
            allow_headers=_HEADERS,
            expose_headers=("Retry-After", "X-Request-ID"),
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        """What a browser hears that asks whether a page may ask."""
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        no = refusal(Unacceptable(400, self._reason(request_headers["origin"])))
        kept = {k: v for k, v in response.headers.items() if not k.startswith("content-")}
        no.headers.update(kept)
        return no

    def _reason(self, origin: str) -> str:
        if not self.is_allowed_origin(origin):
            return "The setting ALLOWED_ORIGINS does not name the origin of this page."
        return f"Pages may use {', '.join(_METHODS)}, and send {', '.join(_HEADERS)}."
