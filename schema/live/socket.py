"""How uvicorn handles a WebSocket, but for what a thousand of them cannot afford."""

import logging
from asyncio import BaseTransport, Transport
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from schema.connection import Watch

MOST_FRAMES = 1_000  # of a message; some may be empty, and so add nothing to its size


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket that reads nothing from a client that reads nothing, whose pings it would answer."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        # No line for every connection, as none for every request.
        self.logger = self.conn.logger = logging.getLogger("mentor_match.sockets")
        self.logger.setLevel(logging.WARNING)

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._watch = Watch(cast(Transport, transport), self.loop)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.end()
        super().connection_lost(exc)

    def handle_cont(self, event: Frame) -> None:
        super().handle_cont(event)
        if len(self.frames) > MOST_FRAMES and not self.close_sent:
            self.conn.fail(1009, "A message has too many frames")
            self.handle_parser_exception()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self.close_sent:
            # A handshake that is refused with a body is over as well; uvicorn 0.54 would miss its end.
            self.handshake_complete = True
            self._watch.begin()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._watch.begin()

    def start_keepalive(self) -> None:
        super().start_keepalive()
        del self.request, self.response  # with all their headers; the connection may last for hours

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch.begin()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._watch.end()
        if not self.read_paused:
            self.transport.resume_reading()
