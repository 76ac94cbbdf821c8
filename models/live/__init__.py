"""Telling members what happens while they are connected: every event, and each of them once."""

from models.live.audience import Audience
from models.live.order import UnknownEvent
from models.live.presence import Ending, Follower, Presence, TooMany

__all__ = ["Audience", "Ending", "Follower", "Presence", "TooMany", "UnknownEvent"]
