"""Subscriptions, over WebSocket and over Server-Sent Events."""

from schema.live.event_stream import EventStream
from schema.live.socket import Socket
from schema.live.websocket import LiveEndpoint

__all__ = ["EventStream", "LiveEndpoint", "Socket"]
