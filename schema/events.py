"""What happened to the viewer, and which of it they want by e-mail."""

from datetime import datetime

import strawberry

import models
from resolvers import events
from schema.check_ins import CheckIn
from schema.enrollments import Enrollment
from schema.enums import choice
from schema.fields import asks, belongs_to, said, shows
from schema.inputs import must, takes
from schema.members import Member
from schema.nodes import Connection, Node
from schema.relationships import MentoringRelationship
from schema.requests import MentoringRequest
from schema.sessions import MentoringSession

choice(models.EventKind)
choice(models.EmailFrequency)


@shows(models.Event)
class Event(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    kind: models.EventKind = said("What happened.")
    actor: Member | None = belongs_to("actor", "Who did it; null when the program itself did.")
    request: MentoringRequest | None = belongs_to("request", "Request it is about, if any.")
    relationship: MentoringRelationship | None = belongs_to(
        "relationship", "Relationship it is about, if any."
    )
    session: MentoringSession | None = belongs_to("session", "Session it is about, if any.")
    check_in: CheckIn | None = belongs_to("check_in", "Check-in or review it is about, if any.")
    enrollment: Enrollment | None = asks(events.enrollment)
    text: str = asks(events.text)
    read_at: datetime | None = said("When the viewer read it.")
    created_at: datetime = said("When it happened.")


@strawberry.type(description="Page of events.")
class EventConnection(Connection[Event]):
    pass


@takes("Which events to mark as read.")
class MarkEventsReadInput:
    up_to_event_id: strawberry.ID = must("This event and all before it.")


@shows(models.NotificationPreference)
class NotificationPreference:
    kind: models.EventKind = said("Kind of event.")
    frequency: models.EmailFrequency = said("How soon it is told by e-mail.")
    is_required: bool = said("Whether it is always sent, and at once.")


@takes("How soon one kind of event is told by e-mail.", becomes=models.Wish)
class NotificationPreferenceInput:
    kind: models.EventKind = must("Kind of event.")
    frequency: models.EmailFrequency = must("How soon it is told by e-mail.")


@takes("Changes to how soon events are told by e-mail.")
class UpdateNotificationPreferencesInput:
    preferences: list[NotificationPreferenceInput] = must(
        "The kinds to change; others stay as they are."
    )
