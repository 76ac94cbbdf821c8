"""What happens to the viewer, as it happens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from context import BadInput, Info, Live
from models import Event, Viewer
from models.live import UnknownEvent


@dataclass(frozen=True)
class ViewerEvent:
    """One live update."""

    event: Event
    viewer: Viewer


async def viewer_events(info: Info, after: str | None = None) -> AsyncIterator[ViewerEvent]:
    """Events of the viewer as they happen, each once; the feed has the earlier ones."""
    assert info.context.live, "subscriptions come over a transport of their own"
    live = info.context.live
    try:
        await live.follower.begin(after=live.last_event_id or after)
    except UnknownEvent:
        raise BadInput("`after` is not an event of yours.") from None
    return _told(info, live)


async def _told(info: Info, live: Live) -> AsyncIterator[ViewerEvent]:
    context = info.context
    async for event in live.follower.events(lambda: context.pay(context.cost)):
        context.sign_in = live.follower.sign_in
        context.forget()  # what was loaded for the event before
        live.last_event_id = event.id
        yield ViewerEvent(event, Viewer(context.viewer))
