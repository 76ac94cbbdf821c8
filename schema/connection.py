"""How uvicorn handles a connection, but for clients that keep one without using it.

uvicorn 0.54 waits for a request, and for a client that takes its answer, as long as it lasts. Whoever opens
as many connections as a process may have would keep all others out.
"""

from asyncio import AbstractEventLoop, TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

INTRODUCTION = 20.0  # seconds until a client has to have said what it asks for
PATIENCE = 30.0  # seconds in which a client has to take something of what it is sent


class Watch:
    """Cuts a connection whose client takes nothing any more; closing it would wait for the client."""

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._left = 0  # bytes that wait for the client
        self._timer: TimerHandle | None = None

    def begin(self) -> None:
        """From now on, something waits for the client."""
        self.end()
        self._left = self._transport.get_write_buffer_size()
        self._timer = self._loop.call_later(PATIENCE, self._look)

    def end(self) -> None:
        """Nothing does any more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        if self._transport.get_write_buffer_size() < self._left:
            self.begin()
        else:
            self._transport.abort()


class Connection(HttpToolsProtocol):
    """A connection over which requests come in time and answers are taken."""

    _coming: TimerHandle | None = None  # the end of the patience with a request

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch = Watch(transport, self.loop)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        is_other = self.transport.get_protocol() is not self  # a WebSocket, by now
        if is_other or (self.cycle and not self.cycle.response_complete):
            self._has_come()
        elif not self.timeout_keep_alive_task:
            self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_come()
        self._watch.end()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch.begin()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._watch.end()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch.begin()  # until the client has what was sent last

    def _await_request(self) -> None:
        if self._coming is None:
            self._coming = self.loop.call_later(INTRODUCTION, self.timeout_keep_alive_handler)

    def _has_come(self) -> None:
        if self._coming:
            self._coming.cancel()
            self._coming = None
