"""What every request has: an id, by which it is found in the log, and a connection that may end."""

import asyncio
import logging
import re
import secrets
from contextvars import ContextVar
from ipaddress import ip_address
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from settings.values import Network

NAME = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_BEGINNINGS = ("http.response.start", "websocket.accept", "websocket.http.response.start")

request_id: ContextVar[str] = ContextVar("request_id", default="")

log = logging.getLogger(__name__)


class Requests:
    """The middleware around everything else."""

    def __init__(
        self, app: ASGIApp, trusted_proxies: tuple[Network, ...], stopping: asyncio.Event
    ) -> None:
        self._app = app
        self._trusted_proxies = trusted_proxies
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have it answered."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        id, begun = self._id_of(scope), perf_counter()
        request_id.set(id)  # of the task of this request, and of those that it begins

        async def sending(message: Message) -> None:
            if message["type"] in _BEGINNINGS:
                self._mark(message, id)
                took = 1000 * (perf_counter() - begun)
                log.debug("%s %s: %d ms", scope.get("method"), message.get("status"), took)
            await send(message)

        await self._app(scope, receive, sending)

    def _id_of(self, scope: Scope) -> str:
        """That of a trusted proxy, so that its log and ours tell of the same; or a new one."""
        given = Headers(scope=scope).get(NAME, "")
        return given if _SANE.fullmatch(given) and self._is_trusted(scope) else secrets.token_hex(8)

    def _is_trusted(self, scope: Scope) -> bool:
        try:
            peer = ip_address(scope["client"][0])
        except (KeyError, TypeError, ValueError):
            return False
        return any(peer in it for it in self._trusted_proxies)

    def _mark(self, message: Message, id: str) -> None:
        message.setdefault("headers", [])
        headers = MutableHeaders(raw=message["headers"])
        headers[NAME] = id
        if self._stopping.is_set() and message["type"] == "http.response.start":
            # So that whoever would ask again over this connection takes another.
            headers["Connection"] = "close"
        message["headers"] = headers.raw
