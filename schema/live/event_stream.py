"""A subscription over Server-Sent Events: the `distinct connections mode` of the graphql-sse protocol."""

import asyncio
from contextlib import suppress
from typing import Any, Self

import orjson
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from context import Context, Live, SignedOut
from models import SignIn
from models.live import Audience, Ending, Presence, TooMany
from schema.body import Unacceptable
from schema.live.answers import Answer, answers, failure
from schema.live.ending import ended, first_of, left
from schema.negotiation import EVENTS
from schema.parameters import Parameters
from schema.response import HEADERS, refusal
from schema.signing_in import context_of_live

KEEP_ALIVE = 12.0  # seconds of silence after which proxies may take a connection for dead
PATIENCE = 30.0  # seconds for a client to take what it is sent


class EventStream:
    """The response; it lasts until the client leaves, the sign-in ends or the server stops."""

    def __init__(self, request: Request, parameters: Parameters, sign_in: SignIn) -> None:
        self._request = request
        self._parameters = parameters
        self._sign_in = sign_in

    @classmethod
    def of(cls, request: Request, parameters: Parameters, context: Context) -> Self:
        """The response to a request. Raises Unacceptable."""
        if context.sign_in is None:
            # Not as an answer in the stream, after which browsers would connect again and again.
            raise Unacceptable(401, str(SignedOut()))
        return cls(request, parameters, context.sign_in)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            audience: Audience = self._request.app.state.audience
            with audience.present(self._sign_in) as presence, presence.following() as it:
                app, known = self._request.app, self._request.headers.get("last-event-id")
                live = Live(it, app.state.deadline.keep, known)
                streaming = _Streaming(self._request, presence, live, send)
                await streaming.run(self._parameters, receive)
        except TooMany as no:
            await refusal(Unacceptable(429, str(no)))(scope, receive, send)


class _Streaming:
    def __init__(self, request: Request, presence: Presence, live: Live, send: Send) -> None:
        self._request = request
        self._presence = presence
        self._live = live
        self._send = send

    async def run(self, parameters: Parameters, receive: Receive) -> None:
        await self._send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        telling = asyncio.create_task(self._tell(parameters))
        leaving = asyncio.create_task(_left(receive))
        try:
            await first_of(telling, leaving, self._presence.over)
        finally:
            await ended(leaving)
            await left(self._live.follower, telling)
        with suppress(TimeoutError):
            await self._end()

    async def _tell(self, parameters: Parameters) -> None:
        await self._write(b":\n\n")  # so that the client knows that it is connected
        context = context_of_live(self._presence.sign_in, self._live, self._request)
        waiting = aiter(answers(parameters, context))
        while (answer := await self._next(waiting)) and not self._presence.is_over:
            # After an event that could not be told, a browser shall not go on behind it.
            id = None if answer.is_failure else self._live.last_event_id
            await self._write(_event(answer, id))
        if not self._presence.is_over:
            await self._write(_COMPLETE)

    async def _next(self, waiting: Any) -> Answer | None:
        """The next answer; the client hears meanwhile that we are still there."""
        coming = asyncio.ensure_future(anext(waiting, None))
        try:
            while not (await asyncio.wait({coming}, timeout=KEEP_ALIVE))[0]:
                await self._write(b":\n\n")
            return await coming
        finally:
            await ended(coming)

    async def _end(self) -> None:
        if self._presence.is_over and self._presence.over.result() is Ending.SIGNED_OUT:
            no = SignedOut()
            await self._write(_event(failure(str(no), no.extensions["code"]), None) + _COMPLETE)
        await self._write(b"", is_last=True)

    async def _write(self, text: bytes, *, is_last: bool = False) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._send({"type": "http.response.body", "body": text, "more_body": not is_last})


async def _left(receive: Receive) -> None:
    """Wait until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _event(answer: Answer, id: str | None) -> bytes:
    """One event; its id is what a browser says when it connects again."""
    named = f"id: {id}\n".encode() if id else b""
    return b"event: next\n" + named + b"data: " + orjson.dumps(answer.content) + b"\n\n"


_COMPLETE = b"event: complete\ndata:\n\n"
_HEADERS = [
    (name.lower().encode(), value.encode())
    for name, value in {
        **HEADERS,
        "Content-Type": f"{EVENTS}; charset=utf-8",
        "X-Accel-Buffering": "no",  # nginx would keep events back
    }.items()
]
