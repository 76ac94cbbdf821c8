"""Clients of live updates, over real sockets: a WebSocket, and an event stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

import settings
from commands.serving import Server
from main import application
from models import Event, EventKind, Member
from models.database import transaction
from settings.places import ready
from tests.factories import a_request
from tests.ports import free_port

PATIENCE = 10.0  # seconds until what does not come fails the test
PROTOCOL = "graphql-transport-ws"
FOLLOW = """
subscription Follow($after: ID) {
  viewerEvents(after: $after) {
    event { id kind text actor { name } request { id state } }
    viewer { id counts { unreadEvents } }
  }
}"""


@asynccontextmanager
async def serving(database_url: str, **environment: str) -> AsyncIterator[str]:
    """A server within this process; gives its address."""
    port = str(free_port())
    given = {"DATABASE_URL": database_url, "WORKER": "no", "PORT": port, **environment}
    known = settings.read(given)
    with ready(known) as sockets:
        server = Server(application(known))
        running = asyncio.create_task(server.serve(sockets))
        while not server.started:
            assert not running.done(), "the server does not start"
            await asyncio.sleep(0.01)
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await running


@dataclass
class Conversation:
    """One side of a WebSocket."""

    socket: ClientConnection

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self, patience: float = PATIENCE) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(patience):
            message: dict[str, Any] = json.loads(await self.socket.recv())
            return message

    async def introduce(self, **payload: str) -> None:
        await self.say(type="connection_init", payload=payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, id: str = "1", query: str = FOLLOW, **variables: Any) -> None:
        await self.say(id=id, type="subscribe", payload={"query": query, "variables": variables})

    async def synchronize(self) -> None:
        """Be sure that the other side has read all that was said before."""
        await self.say(type="ping")
        assert await self.hear() == {"type": "pong"}

    async def answer(self, id: str = "1") -> dict[str, Any]:
        """The response that the next message holds."""
        message = await self.hear()
        assert (message["type"], message["id"]) == ("next", id), message
        answer: dict[str, Any] = message["payload"]
        return answer

    async def event(self, id: str = "1") -> dict[str, Any]:
        """What the next message says of an event."""
        answer = await self.answer(id)
        assert "errors" not in answer, answer
        update: dict[str, Any] = answer["data"]["viewerEvents"]
        return update

    async def events(self, number: int) -> list[str]:
        """The ids of the next events."""
        return [(await self.event())["event"]["id"] for _ in range(number)]

    async def closing(self) -> tuple[int, str]:
        """The code and the sentence with which the other side ends it."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        frame = self.socket.protocol.close_rcvd
        assert frame, "it was cut"
        return frame.code, frame.reason


@asynccontextmanager
async def conversing(
    address: str, *, protocol: str = PROTOCOL, **headers: str
) -> AsyncIterator[Conversation]:
    """A WebSocket, before anything is said."""
    async with connect(
        f"ws://{address}/graphql",
        subprotocols=[protocol],  # type: ignore[list-item]
        additional_headers=headers,
        compression=None,
    ) as socket:
        yield Conversation(socket)


@asynccontextmanager
async def following(
    address: str, token: str, after: str | None = None
) -> AsyncIterator[Conversation]:
    """A WebSocket with a subscription."""
    async with conversing(address) as talk:
        await talk.introduce(token=token)
        await talk.subscribe(after=after)
        yield talk


@dataclass
class Stream:
    """An event stream that is being read."""

    lines: AsyncIterator[str]

    async def hear(self) -> dict[str, str]:
        """The fields of the next event."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                name, _, value = line.partition(":")
                if name:
                    fields[name] = value.strip()
                elif fields:
                    return fields
        raise EOFError

    async def answer(self) -> dict[str, Any]:
        """The response that the next event holds."""
        fields = await self.hear()
        assert fields["event"] == "next", fields
        answer: dict[str, Any] = json.loads(fields["data"])
        return answer

    async def event(self) -> dict[str, Any]:
        answer = await self.answer()
        assert "errors" not in answer, answer
        update: dict[str, Any] = answer["data"]["viewerEvents"]
        return update


@asynccontextmanager
async def streaming(
    address: str, token: str, after: str | None = None, *, query: str = FOLLOW, **headers: str
) -> AsyncIterator[Stream]:
    """An event stream with a subscription."""
    given = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}", **headers}
    asked = {"query": query, "variables": {"after": after}}
    async with (
        httpx.AsyncClient(timeout=PATIENCE) as http,
        http.stream("POST", f"http://{address}/graphql", json=asked, headers=given) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield Stream(response.aiter_lines())


WAYS = {"websocket": following, "event stream": streaming}


async def something_happens(reader: Member, number: int = 1) -> list[str]:
    """So many events of a reader, each in a transaction of its own; their ids in order."""
    request = await a_request()
    ids = []
    for _ in range(number):
        await transaction(
            lambda: Event.of(request, EventKind.REQUEST_CLOSED, to=reader.id, by=None)
        )
        newest = await Event.filter(reader_id=reader.id).order_by("-number").first()
        assert newest
        ids.append(newest.id)
    return ids
