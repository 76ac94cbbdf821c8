"""Meeting: mentoring sessions, notes on them, and the calendars that show them."""

from datetime import datetime
from typing import Annotated

import strawberry

import models
from resolvers import sessions
from schema.enums import choice
from schema.fields import asks, belongs_to, said, shows
from schema.inputs import may, must, takes
from schema.members import Member
from schema.nodes import Connection, MutationPayload, Node, result

choice(models.SessionChannel)
choice(models.SessionState)

MentoringRelationship = Annotated["MentoringRelationship", strawberry.lazy("schema.relationships")]  # type: ignore[misc]


@shows(models.PrivateNote)
class PrivateNote(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    text: str = said("In Markdown.")
    updated_at: datetime = said("When it was last written.")


@shows(models.MentoringSession)
class MentoringSession(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    relationship: MentoringRelationship = belongs_to("relationship", "Relationship it belongs to.")
    planned_by: Member | None = belongs_to(
        "planned_by", "Who planned it; null when they are no longer known."
    )
    state: models.SessionState = said("State.")
    starts_at: datetime = said("When it begins.")
    ends_at: datetime = said("When it is over.")
    duration_minutes: int = said("For how many minutes.")
    channel: models.SessionChannel = said("Way to meet.")
    location: str = said("Place or link; may be empty.")
    agenda: str = said("What to talk about, in Markdown; may be empty.")
    notes: str = said("What came of it, seen by both, in Markdown; may be empty.")
    version: int = said("Number of the version of agenda and notes.")
    viewer_private_notes: PrivateNote | None = asks(sessions.viewer_private_notes)
    is_change_late: bool = asks(sessions.is_change_late)
    late_changes: int = said("How often it was moved or called off late.")
    viewer_can_change: bool = asks(sessions.viewer_can_change)
    viewer_can_hold: bool = asks(sessions.viewer_can_hold)
    created_at: datetime = said("When it was planned.")
    updated_at: datetime = said("When it was last changed.")


@strawberry.type(description="Page of mentoring sessions.")
class SessionConnection(Connection[MentoringSession]):
    pass


@shows(models.CalendarFeed)
class CalendarFeed(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    created_at: datetime = said("When its address was made.")


@takes("Session to plan.")
class PlanSessionInput:
    relationship_id: strawberry.ID = must("The relationship.")
    starts_at: datetime = must("When it begins, to the minute.")
    duration_minutes: int = may("For how many minutes, 5 to 480.", default=60)
    channel: models.SessionChannel = must("Way to meet.")
    location: str | None = may("Place or link, of at most 500 characters.")
    agenda: str | None = may("What to talk about, in Markdown.")


@strawberry.type(
    description="Result of `planSession`; may fail with `NOT_FOUND`, `WRONG_STATE`, `OUT_OF_RANGE`, "
    "`INVALID` or `TOO_LONG`."
)
class PlanSessionPayload(MutationPayload):
    session: MentoringSession | None = result("The session.")


@takes("Changes to when and where to meet. Absent fields stay as they are.")
class MoveSessionInput:
    session_id: strawberry.ID = must("The session.")
    starts_at: datetime | None = may("When it begins, to the minute.")
    duration_minutes: int | None = may("For how many minutes, 5 to 480.")
    channel: models.SessionChannel | None = may("Way to meet.")
    location: str | None = may("Place or link; empty for none.")
    message: str | None = may("Words to the partner, sent by e-mail.")


@strawberry.type(
    description="Result of `moveSession`; may fail with `NOT_FOUND`, `WRONG_STATE`, `OUT_OF_RANGE`, "
    "`INVALID` or `TOO_LONG`."
)
class MoveSessionPayload(MutationPayload):
    session: MentoringSession | None = result("The session as it is now.")
    is_late: bool | None = result("Whether it was moved within the notice.")


@takes("Which session not to have.")
class CallOffSessionInput:
    session_id: strawberry.ID = must("The session.")
    message: str | None = may("Words to the partner, sent by e-mail.")


@strawberry.type(
    description="Result of `callOffSession`; may fail with `NOT_FOUND`, `WRONG_STATE`, `INVALID` or "
    "`TOO_LONG`."
)
class CallOffSessionPayload(MutationPayload):
    session: MentoringSession | None = result("The session that was called off.")
    is_late: bool | None = result("Whether it was called off within the notice.")


@takes("Which session took place.")
class HoldSessionInput:
    session_id: strawberry.ID = must("The session.")


@strawberry.type(
    description="Result of `holdSession`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class HoldSessionPayload(MutationPayload):
    session: MentoringSession | None = result("The session that was held.")


@takes("What both see of a session. Absent fields stay as they are.")
class UpdateSessionNotesInput:
    session_id: strawberry.ID = must("The session.")
    agenda: str | None = may("What to talk about, in Markdown.")
    notes: str | None = may("What came of it, in Markdown.")
    expected_version: int | None = may(
        "Write only if `version` is still this one: else the partner has written meanwhile."
    )


@strawberry.type(
    description="Result of `updateSessionNotes`; may fail with `NOT_FOUND`, `WRONG_STATE`, `INVALID` or "
    "`TOO_LONG`."
)
class UpdateSessionNotesPayload(MutationPayload):
    session: MentoringSession | None = result("The session with its new `version`.")


@takes("What only the viewer sees of a session.")
class UpdatePrivateNotesInput:
    session_id: strawberry.ID = must("The session.")
    text: str = must("In Markdown; empty for none.")


@strawberry.type(
    description="Result of `updatePrivateNotes`; may fail with `NOT_FOUND`, `INVALID` or `TOO_LONG`."
)
class UpdatePrivateNotesPayload(MutationPayload):
    private_note: PrivateNote | None = result("The note.")
    session: MentoringSession | None = result("The session with the note.")


@takes("How to make the calendar feed.")
class CreateCalendarFeedInput:
    replace: bool = may(
        "Whether the address so far may become worthless, if there is one.", default=False
    )


@takes("Which calendar feed to end.")
class RevokeCalendarFeedInput:
    calendar_feed_id: strawberry.ID = must("The feed.")
