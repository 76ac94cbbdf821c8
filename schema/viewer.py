"""The signed-in person, with everything only that person may see; signing in and out."""

from datetime import datetime

import strawberry

import models
from resolvers import blocks, concerns, events, members, relationships, requests, sessions, sign_ins
from schema.blocks import BlockConnection
from schema.concerns import ConcernConnection
from schema.enrollments import Enrollment
from schema.enums import choice
from schema.events import EventConnection, NotificationPreference
from schema.fields import PAGING, Argument, asks, query, said, shows
from schema.inputs import may, must, takes
from schema.members import Member
from schema.nodes import MutationPayload, Node, result
from schema.relationships import RelationshipConnection, RelationshipFilter
from schema.requests import RequestConnection, RequestFilter
from schema.scalars import EmailAddress, LanguageTag
from schema.sessions import CalendarFeed, SessionConnection

choice(models.SignInKind)


@strawberry.type(description="Numbers for badges.")
class ViewerCounts:
    incoming_requests: int = said("Received requests waiting for the viewer's answer.")
    outgoing_requests: int = said("Sent requests waiting for an answer.")
    remaining_requests: int = said("Requests the viewer may still send now.")
    active_relationships: int = said("Running mentoring relationships.")
    upcoming_sessions: int = said("Mentoring sessions planned for the next seven days.")
    unread_events: int = said("Events not marked as read.")


@shows(models.SignIn)
class SignIn(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    is_current: bool = asks(sign_ins.is_current)
    kind: models.SignInKind = said("Where it is kept.")
    user_agent: str | None = said("Browser or app as it described itself.")
    created_at: datetime = said("When it began.")
    last_used_at: datetime = said("When it was last used, to five minutes.")
    ends_at: datetime = said("When it ends at the latest.")


@shows(models.Viewer)
class Viewer(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    member: Member = said("The public side of this person.")
    email: EmailAddress = said("Address that signs in and receives e-mails.")
    contact_visibility: models.ContactVisibility = said("Who may see the address.")
    email_language: LanguageTag = query(members.email_language)
    is_admin: bool = said("Whether the viewer is a coordinator of the program.")
    mentor_enrollment: Enrollment | None = query(members.viewer_mentor_enrollment)
    mentee_enrollment: Enrollment | None = query(members.viewer_mentee_enrollment)
    counts: ViewerCounts = query(members.counts)
    requests: RequestConnection = query(
        requests.requests,
        Argument("filter", RequestFilter | None, "Conditions; all that are given must hold."),
        *PAGING,
    )
    relationships: RelationshipConnection = query(
        relationships.relationships,
        Argument("filter", RelationshipFilter | None, "Conditions; all that are given must hold."),
        *PAGING,
    )
    calendar_feed: CalendarFeed | None = query(sessions.calendar_feed)
    sessions: SessionConnection = query(
        sessions.sessions,
        Argument(
            "upcoming",
            bool | None,
            "Only those that are planned and not over, soonest first; else all, latest first.",
        ),
        *PAGING,
    )
    notification_preferences: list[NotificationPreference] = query(events.preferences)
    events: EventConnection = query(events.events, *PAGING)
    blocks: BlockConnection = query(blocks.blocks, *PAGING)
    concerns: ConcernConnection = query(concerns.concerns, *PAGING)
    sign_ins: list[SignIn] = query(sign_ins.sign_ins)


@takes("Credentials of a member, as the association issued them.")
class SignInInput:
    username: str = must("User name or e-mail address.")
    password: str = must("Password.")
    device_token: str | None = may(
        "The `deviceToken` of the sign-in before, from apps: the member knows the device then. Browsers "
        "say it by themselves."
    )


@strawberry.type(
    description="Result of `signIn`; may fail with `BAD_CREDENTIALS`, `INVALID`, or `NOT_ALLOWED` once "
    "the membership has ended."
)
class SignInPayload(MutationPayload):
    viewer: Viewer | None = result("Who signed in.")
    sign_in: SignIn | None = result("The new sign-in.")
    token: str | None = result(
        "Bearer token for apps, shown this once. Null for browsers: they keep it as an `HttpOnly` cookie."
    )
    device_token: str | None = result(
        "For apps to keep, also after signing out, and to send with the next sign-in; null where the device "
        "is known already, and for browsers, which keep it as a cookie."
    )


@takes("What single sign-on led an app back with.")
class SignInWithCodeInput:
    code: str = must("The `code` of the address that opened the app; good once, for two minutes.")
    code_verifier: str = must("What the `code_challenge` was made of (RFC 7636, S256).")
    device_token: str | None = may("The `deviceToken` of the sign-in before.")


@strawberry.type(
    description="Result of `signInWithCode`; may fail with `BAD_CREDENTIALS`, `INVALID`, or `NOT_ALLOWED` once "
    "the membership has ended."
)
class SignInWithCodePayload(MutationPayload):
    viewer: Viewer | None = result("Who signed in.")
    sign_in: SignIn | None = result("The new sign-in.")
    token: str | None = result("Bearer token, shown this once.")
    device_token: str | None = result(
        "To keep, also after signing out, and to send with the next sign-in; null where the device is known."
    )


@takes("Which sign-ins to end; the current one when nothing is given.")
class SignOutInput:
    sign_in_id: strawberry.ID | None = may("This sign-in.")
    all_others: bool = may(
        "All but the current one, for instance after losing a phone.", default=False
    )


@strawberry.type(description="Result of `signOut`; may fail with `NOT_FOUND` or `INVALID`.")
class SignOutPayload(MutationPayload):
    ended_sign_in_ids: list[strawberry.ID] | None = result(
        "Ids of the sign-ins that ended, to drop them from the cache."
    )


@strawberry.type(description="Result of `unblock`; may fail with `NOT_FOUND` or `INVALID`.")
class UnblockPayload(MutationPayload):
    viewer: Viewer | None = result("The viewer without the block.")


@strawberry.type(description="Result of `createCalendarFeed`; may fail with `DUPLICATE`.")
class CreateCalendarFeedPayload(MutationPayload):
    url: str | None = result(
        "Address for calendar programs, shown this once: who knows it can read the sessions."
    )
    viewer: Viewer | None = result("The viewer with the feed.")


@strawberry.type(
    description="Result of `revokeCalendarFeed`; may fail with `NOT_FOUND` or `INVALID`."
)
class RevokeCalendarFeedPayload(MutationPayload):
    viewer: Viewer | None = result("The viewer without a feed.")


@strawberry.type(description="Result of `markEventsRead`; may fail with `NOT_FOUND` or `INVALID`.")
class MarkEventsReadPayload(MutationPayload):
    viewer: Viewer | None = result("The viewer with fresh counts.")


@strawberry.type(
    description="Result of `updateNotificationPreferences`; may fail with `NOT_ALLOWED` or `OUT_OF_RANGE`."
)
class UpdateNotificationPreferencesPayload(MutationPayload):
    viewer: Viewer | None = result("The viewer with the new preferences.")
