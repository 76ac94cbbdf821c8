"""How uvicorn handles a WebSocket, but for what a thousand of them cannot afford."""

import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket that reads nothing from a client that reads nothing, whose pings it would answer."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        # No line for every connection, as none for every request.
        self.logger = self.conn.logger = logging.getLogger("mentor_match.sockets")
        self.logger.setLevel(logging.WARNING)

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self.close_sent:
            # A handshake that is refused with a body is over as well; uvicorn 0.54 would miss its end.
            self.handshake_complete = True

    def start_keepalive(self) -> None:
        super().start_keepalive()
        del self.request, self.response  # with all their headers; the connection may last for hours

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()
