"""Entry points for following: the table of contents."""

import strawberry

from resolvers import live
from schema.events import Event
from schema.fields import Argument, said, shows, subscription
from schema.viewer import Viewer


@shows(live.ViewerEvent)
class ViewerEvent:
    event: Event = said("The event.")
    viewer: Viewer = said("The viewer after the event, to refresh badges.")


@strawberry.type(
    description="Live updates, over WebSocket (`graphql-transport-ws`) or Server-Sent Events."
)
class Subscription:
    viewer_events: ViewerEvent | None = subscription(
        live.viewer_events,
        Argument(
            "after",
            strawberry.ID | None,
            "Id of the last event the client has; later ones are delivered first.",
        ),
    )
