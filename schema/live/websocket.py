"""Subscriptions over a WebSocket, in the protocol `graphql-transport-ws`.

It is the one of the graphql-ws library: github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import asyncio
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from context import Live, SignedOut
from models import SignIn
from models.live import Ending, Presence, TooMany
from schema.body import Unacceptable
from schema.documents import Documents
from schema.live.answers import Answer, answers, failure
from schema.live.ending import ended, first_of, left
from schema.live.messages import Closed, Message, bearer_of, message_in
from schema.parameters import Parameters, checked
from schema.response import refusal
from schema.signing_in import context_of_live, token_of
from settings import Settings

PROTOCOL = "graphql-transport-ws"
INTRODUCTION = 10.0  # seconds until a client has to have said who it is


class LiveEndpoint:
    """The ASGI application of `/graphql` for WebSockets."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        settings: Settings = socket.app.state.settings
        try:
            token = token_of(socket, settings)
        except Unacceptable as no:
            await socket.send_denial_response(refusal(no))
            return
        with suppress(WebSocketDisconnect):
            await _serve(socket, token)


async def _serve(socket: WebSocket, token: str) -> None:
    spoken = PROTOCOL if PROTOCOL in socket.scope["subprotocols"] else None
    await socket.accept(subprotocol=spoken)
    try:
        if spoken is None:
            raise Closed(4406, f"Speak {PROTOCOL}, please.")
        sign_in = await _introduced(socket, token)
        with socket.app.state.audience.present(sign_in) as presence:
            await _Conversation(socket, presence).run()
    except TooMany as no:
        await socket.close(4403, str(no))
    except Closed as why:
        await socket.close(why.code, why.reason)


async def _introduced(socket: WebSocket, token: str) -> SignIn:
    """Who the client says it is. Raises Closed."""
    try:
        async with asyncio.timeout(INTRODUCTION):
            payload = await _introduction(socket)
            token = bearer_of(payload) or token
            sign_in = await SignIn.resume(token) if token else None
    except TimeoutError:
        raise Closed(4408, "Connection initialisation timeout") from None
    if sign_in is None:
        raise Closed(4403, str(SignedOut()))
    return sign_in


async def _introduction(socket: WebSocket) -> Any:
    while True:
        message = await message_in(socket)
        if message.type == "connection_init":
            return message.payload
        if message.type == "subscribe":
            raise Closed(4401, "Unauthorized")
        if message.type == "ping":
            await _send(socket, type="pong")


@dataclass(eq=False)
class _Operation:
    """A subscription, which has a place in the presence until its task has ended."""

    id: str
    live: Live
    task: asyncio.Task[None] = field(init=False)

    async def end(self) -> None:
        """See it end."""
        await left(self.live.follower, self.task)


class _Conversation:
    """What is said after the introduction."""

    def __init__(self, socket: WebSocket, presence: Presence) -> None:
        self._socket = socket
        self._presence = presence
        self._operations: dict[str, _Operation] = {}
        self._under_way: set[_Operation] = set()  # those, and others that are about to end

    async def run(self) -> None:
        """Until the client leaves or says something wrong, the sign-in ends or the server stops."""
        await _send(self._socket, type="connection_ack")
        listening = asyncio.create_task(self._listen())
        try:
            await first_of(listening, self._presence.over)
        finally:
            await ended(listening)
            await asyncio.gather(*[it.end() for it in self._under_way])
        if not self._presence.is_over:
            listening.result()
        elif self._presence.over.result() is Ending.SIGNED_OUT:
            raise Closed(4403, str(SignedOut()))
        else:
            raise Closed(1012, "The server stops; connecting again leads to another.")

    async def _listen(self) -> None:
        while True:
            message = await message_in(self._socket)
            if message.type == "ping":
                await _send(self._socket, type="pong")
            elif message.type == "subscribe":
                await self._subscribe(message)
            elif message.type == "complete" and message.id in self._operations:
                await self._operations.pop(message.id).end()
            elif message.type == "connection_init":
                raise Closed(4429, "Too many initialisation requests")

    async def _subscribe(self, message: Message) -> None:
        if message.id in self._operations:
            raise Closed(4409, f"Subscriber for {message.id} already exists")
        try:
            parameters = checked(message.payload, "The payload")
        except Unacceptable as no:
            raise Closed(4400, no.message) from None
        try:
            documents: Documents = self._socket.app.state.documents
            parameters = replace(parameters, query=documents.meant_by(parameters))
        except Unacceptable as no:
            await self._fail(message.id, failure(no.message, no.code))
            return
        await self._follow(message.id, parameters)

    async def _follow(self, id: str, parameters: Parameters) -> None:
        following = ExitStack()
        try:
            follower = following.enter_context(self._presence.following())
        except TooMany as no:
            await self._fail(id, failure(str(no), "FORBIDDEN"))
        else:
            live = Live(follower, self._socket.app.state.deadline.keep)
            self._begin(_Operation(id, live), parameters, following)

    def _begin(self, operation: _Operation, parameters: Parameters, following: ExitStack) -> None:
        def is_over(_: object) -> None:
            following.close()
            self._under_way.discard(operation)

        operation.task = asyncio.create_task(self._operate(operation, parameters))
        operation.task.add_done_callback(is_over)
        self._operations[operation.id] = operation
        self._under_way.add(operation)

    async def _operate(self, operation: _Operation, parameters: Parameters) -> None:
        with suppress(WebSocketDisconnect):  # whoever listens notes that, too
            await self._tell(operation.id, parameters, operation.live)

    async def _tell(self, id: str, parameters: Parameters, live: Live) -> None:
        context = context_of_live(self._presence.sign_in, live, self._socket)
        async for answer in answers(parameters, context):
            if self._presence.is_over:
                return
            if answer.is_failure:
                await self._fail(id, answer)
                return
            await _send(self._socket, id=id, type="next", payload=answer.content)

    async def _fail(self, id: str, answer: Answer) -> None:
        self._operations.pop(id, None)  # before the client reads that it may use the id again
        await _send(self._socket, id=id, type="error", payload=answer.content["errors"])


async def _send(socket: WebSocket, **message: Any) -> None:
    await socket.send_text(orjson.dumps(message).decode())
