"""Everything that is kept about one member: what they are given of it, and what not and why not.

A test holds this page against every column of every table.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tortoise.models import Model

from models.agreement import Agreement
from models.block import Block
from models.calendar_feed import CalendarFeed
from models.check_in import CheckIn, CheckInAnswer
from models.concern import Concern
from models.database import rows
from models.device import Device
from models.enrollment import Enrollment
from models.event import Event
from models.external_identity import ExternalIdentity
from models.goal import Goal, Milestone
from models.member import Member
from models.mentoring_relationship import GratitudeNote, MentoringRelationship
from models.mentoring_request import MentoringRequest
from models.mentoring_session import MentoringSession, PrivateNote
from models.outgoing_email import OutgoingEmail
from models.picture import Picture
from models.sign_in import SignIn

_BOTH = "(mentor_id = :member OR mentee_id = :member)"
_THEIRS = f"IN (SELECT id FROM mentoring_relationship WHERE {_BOTH})"
_ENROLLED = "IN (SELECT id FROM enrollment WHERE member_id = :member)"
_REQUESTED = f"IN (SELECT id FROM mentoring_request WHERE {_BOTH})"


@dataclass(frozen=True)
class Part:
    """The rows of one table that are about a member, and the columns that they are given."""

    table: str
    whose: str  # in SQL, of `:member`
    columns: str  # between blanks
    model: type[Model] | None = None  # that knows how values are kept
    order: str = "created_at, id"

    async def of(self, member: Member) -> list[dict[str, Any]]:
        """What is kept, as values that JSON has: instants in UTC, choices by name."""
        found = await rows(
            f"SELECT {', '.join(self.columns.split())} FROM {self.table}"
            f" WHERE {self.whose} ORDER BY {self.order}",
            member=member.id,
        )
        return [{name: self._shown(name, it) for name, it in row.items()} for row in found]

    def _shown(self, name: str, value: Any) -> Any:
        field = self._fields.get(name)
        return _plain(field.to_python_value(value) if field and value is not None else value)

    @cached_property
    def _fields(self) -> dict[str, Any]:
        if self.model is None:
            return {}
        meta = self.model._meta
        return {column: meta.fields_map[name] for name, column in meta.fields_db_projection.items()}


PARTS = (
    Part(
        "member",
        "id = :member",
        "id created_at updated_at username email is_coordinator valid_until suspended_at name pronouns"
        " avatar_url headline bio organization location industry career_stage languages email_language"
        " time_zone contact_visibility",
        Member,
    ),
    Part("picture", "member_id = :member", "id created_at", Picture),
    Part(
        "sign_in",
        "member_id = :member",
        "id created_at kind user_agent device_id last_used_at idle_ends_at ends_at ended_at",
        SignIn,
    ),
    Part("device", "member_id = :member", "id created_at last_used_at", Device),
    Part(
        "external_identity",
        "member_id = :member",
        "id created_at issuer subject",
        ExternalIdentity,
    ),
    Part(
        "enrollment",
        "member_id = :member",
        "id created_at updated_at role status return_on returns_at returned_on welcome_at pause_told_at"
        " statement channels frequency duration_minutes availability partner_career_stages capacity"
        " places_taken usual_response_hours expectations_accepted_at",
        Enrollment,
    ),
    Part(
        "enrollment_topic",
        f"enrollment_id {_ENROLLED}",
        "enrollment_id topic_id",
        order="enrollment_id, topic_id",
    ),
    Part(
        "mentoring_request",
        _BOTH,
        "id created_at mentor_id mentee_id sender_id recipient_id message state reply closed_at"
        " follow_up_from expires_at held_since reminded_at suggested_at follow_up_sent_at",
        MentoringRequest,
    ),
    Part(
        "mentoring_request_topic",
        f"request_id {_REQUESTED}",
        "request_id topic_id",
        order="request_id, topic_id",
    ),
    Part(
        "mentoring_relationship",
        _BOTH,
        "id created_at updated_at mentor_id mentee_id request_id state outcome completed_by_id completed_at",
        MentoringRelationship,
    ),
    Part(
        "agreement",
        f"relationship_id {_THEIRS}",
        "id created_at relationship_id version proposed_by_id frequency duration_minutes channel expectations"
        " ends_on notice_hours check_ins reviews mentor_confirmed_at mentee_confirmed_at",
        Agreement,
    ),
    Part(
        "goal",
        f"relationship_id {_THEIRS}",
        "id created_at updated_at relationship_id title description due_on reached_at",
        Goal,
    ),
    Part(
        "milestone",
        f"goal_id IN (SELECT id FROM goal WHERE relationship_id {_THEIRS})",
        "id created_at updated_at goal_id title due_on reached_at",
        Milestone,
    ),
    Part(
        "mentoring_session",
        f"relationship_id {_THEIRS}",
        "id created_at updated_at relationship_id planned_by_id state starts_at ends_at channel location"
        " agenda notes late_changes",
        MentoringSession,
    ),
    Part(
        "private_note",
        "author_id = :member",
        "id created_at updated_at session_id text",
        PrivateNote,
    ),
    Part(
        "check_in",
        f"relationship_id {_THEIRS}",
        "id created_at relationship_id kind starts_at ends_at closed_at",
        CheckIn,
    ),
    Part(
        "check_in_answer",
        "author_id = :member",
        "id created_at updated_at check_in_id rating went_well next_steps wants_help",
        CheckInAnswer,
    ),
    Part(
        "gratitude_note",
        # What is withheld from them, because they had blocked the other, is not theirs to read.
        f"relationship_id {_THEIRS} AND (author_id = :member OR NOT is_withheld)",
        "id created_at relationship_id author_id text is_shareable",
        GratitudeNote,
    ),
    Part(
        "event",
        "reader_id = :member",
        "id created_at kind actor_id request_id relationship_id enrollment_id session_id check_in_id read_at",
        Event,
    ),
    Part(
        "notification_preference",
        "member_id = :member",
        "kind by_email frequency",
        order="kind",
    ),
    Part("block", "blocker_id = :member", "id created_at blocked_id", Block),
    Part(
        "concern",
        "reporter_id = :member",
        "id created_at member_id subject_id text state",
        Concern,
    ),
    Part("calendar_feed", "member_id = :member", "id created_at", CalendarFeed),
    Part(
        "outgoing_email",
        "reader_id = :member",
        "id created_at template subject address state due_at sent_at last_error sent_for reply_to",
        OutgoingEmail,
    ),
)

_HASH = "A hash of a secret; it says nothing, and must be told nobody."
_DERIVED = "Made from other columns that are given."
_BOOKKEEPING = "Says when or how often the program does something next, not what the member did."
_OF_THE_PROGRAM = "Of the program, not of members."

# Why the rest is not given: of whole tables, and of columns of those above.
LEFT_OUT = {
    "agreement_ending": _BOOKKEEPING,
    "budget": "How much was asked for in the last minutes.",
    "email_suppression": _HASH,
    "erasure": "Of those who are gone, by hashes.",
    "event_number": _OF_THE_PROGRAM,
    "heartbeat": _OF_THE_PROGRAM,
    "idempotency_key": "Copies of answers that the member got, for a day.",
    "password_reset": _HASH,
    "program": _OF_THE_PROGRAM,
    "relationship_notice": _BOOKKEEPING,
    "schema_version": _OF_THE_PROGRAM,
    "sign_on": "Of the minutes in which somebody is on the way to another site and back.",
    "session_reminder": _BOOKKEEPING,
    "signing_key": _OF_THE_PROGRAM,
    "topic": "Of the program; its names stand beside.",
    "block.blocker_id": _DERIVED,
    **{
        f"concern.{it}": "Of the coordinators' work on it."
        for it in ("updated_at", "note", "changed_by_id", "version")
    },
    "concern.reporter_id": _DERIVED,
    "gratitude_note.is_withheld": "Would tell an author that they were blocked.",
    "outgoing_email.actor_id": "The partner whose doing it tells of; the events have it.",
    "calendar_feed.token_hash": _HASH,
    "enrollment.free_hours": _DERIVED,
    "enrollment.search_text": _DERIVED,
    "event.number": _BOOKKEEPING,
    "goal.place": _BOOKKEEPING,
    "goal.version": _BOOKKEEPING,
    "device.token_hash": _HASH,
    "member.has_signed_in": _DERIVED,
    "member.email_key": _DERIVED,
    "member.erased_at": "Nobody can ask after that.",
    "member.name_key": _DERIVED,
    "member.password_hash": _HASH,
    "member.picture_id": _DERIVED,
    "member.username_key": _DERIVED,
    "mentoring_relationship.check_in_at": _BOOKKEEPING,
    "mentoring_relationship.quiet_asked_at": _BOOKKEEPING,
    "mentoring_relationship.quiet_since": _BOOKKEEPING,
    "mentoring_request.remind_at": _BOOKKEEPING,
    "mentoring_request.suggest_at": _BOOKKEEPING,
    "mentoring_session.sequence": _BOOKKEEPING,
    "mentoring_session.version": _BOOKKEEPING,
    "milestone.place": _BOOKKEEPING,
    "milestone.version": _BOOKKEEPING,
    **{
        f"outgoing_email.{it}": _BOOKKEEPING
        for it in (
            "dedupe_key",
            "about_id",
            "also_about",
            "phase",
            "attempts",
            "lease_until",
            "lease_token",
            "urgency",
            "kind",
            "only_while",
            "abandoned",
            "refused_at",
            "reported_at",
            "is_held",
            "digest_id",
            "kept_at",
        )
    },
    "outgoing_email.facts": "Words of other columns, as the template of the e-mail takes them.",
    "outgoing_email.mime": "The e-mail itself, until it is sent; it is in the mailbox then.",
    "picture.removal_due_at": _BOOKKEEPING,
    "sign_in.token_hash": _HASH,
    # Whose rows they are is what they are chosen by.
    **{
        f"{it}.member_id": _DERIVED
        for it in (
            "calendar_feed",
            "device",
            "enrollment",
            "external_identity",
            "notification_preference",
            "picture",
            "sign_in",
        )
    },
    **{f"{it}.author_id": _DERIVED for it in ("check_in_answer", "private_note")},
    **{f"{it}.reader_id": _DERIVED for it in ("event", "outgoing_email")},
}


async def names_for(member: Member) -> dict[str, dict[str, str]]:
    """Whom and what the ids mean: partners as the member sees them, and topics."""
    people = await rows(
        f"""
        SELECT m.id, m.name FROM member m WHERE m.id IN (
            SELECT mentor_id FROM mentoring_request WHERE {_BOTH}
            UNION SELECT mentee_id FROM mentoring_request WHERE {_BOTH})
        ORDER BY m.id
        """,
        member=member.id,
    )
    topics = await rows("SELECT id, name FROM topic ORDER BY id")
    return {
        "members": {it["id"]: it["name"] for it in people},
        "topics": {it["id"]: it["name"] for it in topics},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [it.name for it in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "name", value)
