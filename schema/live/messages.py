"""The messages of `graphql-transport-ws`, read and checked."""

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from schema.signing_in import bearer_in

_KNOWN = {"connection_init", "ping", "pong", "subscribe", "complete"}
_ABOUT_ONE_OPERATION = {"subscribe", "complete"}
_LONGEST_REASON = 123  # bytes, of a closing frame


class Closed(Exception):
    """The connection is to be closed, with a code of the protocol and a sentence."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True)
class Message:
    """What a client says."""

    type: str
    id: str
    payload: Any


async def message_in(socket: WebSocket) -> Message:
    """The next message. Raises Closed for one that is none, WebSocketDisconnect when the client left."""
    received = await socket.receive()
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code", 1005))
    try:
        given = orjson.loads(received.get("text") or "")
    except orjson.JSONDecodeError:
        raise Closed(4400, "A message must be a text of valid JSON.") from None
    return _checked(given)


def _checked(given: Any) -> Message:
    type = given.get("type") if isinstance(given, dict) else None
    if not isinstance(type, str) or type not in _KNOWN:
        raise Closed(4400, "A message must be an object with a known `type`.")
    id = given.get("id", "")
    if not isinstance(id, str) or (type in _ABOUT_ONE_OPERATION and not id):
        raise Closed(4400, "`id` must be a string that is not empty.")
    payload = given.get("payload")
    if not isinstance(payload, dict | None):
        raise Closed(4400, "`payload` must be an object.")
    return Message(type, id, payload)


def bearer_of(payload: dict[str, Any] | None) -> str | None:
    """The token in the `connectionParams` of a client: `token`, or `authorization` as in a header."""
    for name, value in (payload or {}).items():
        if isinstance(value, str) and name.lower() == "token":
            return value
        if isinstance(value, str) and name.lower() == "authorization":
            return bearer_in(value)
    return None
