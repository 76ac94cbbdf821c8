"""What happened to somebody: their feed."""

from datetime import datetime
from typing import Any, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models import clock
from models.block import Block
from models.choice import Choice
from models.database import rows
from models.fields import MomentField, one_of
from models.listing import Listing, newest_first
from models.member import Member
from models.record import Record


class EventKind(Choice):
    """Kinds of events."""

    REQUEST_RECEIVED = "A request came in."
    REQUEST_ACCEPTED = "A request was accepted."
    REQUEST_DECLINED = "A request was declined."
    REQUEST_WITHDRAWN = "A request was withdrawn."
    REQUEST_EXPIRED = "A request was not answered in time."
    REQUEST_WAITING = "A request has waited for the viewer's answer for days."
    REQUEST_CLOSED = (
        "The program closed a request: one side is full, left or is no longer a member."
    )
    FOLLOW_UP_DUE = "A request of the viewer has waited for days: following up is in order."
    FOLLOW_UP_RECEIVED = "The sender of a request followed up on it."
    PAUSE_ENDED = "The pause of the viewer ended on the day they named."
    PARTNER_STATUS_CHANGED = "A partner paused, returned or left."
    SESSION_PLANNED = "The partner planned a mentoring session."
    SESSION_MOVED = "The partner moved a mentoring session to another time or place."
    SESSION_CALLED_OFF = "The partner called a mentoring session off."
    SESSION_REMINDER = "A mentoring session is near."
    CHECK_IN_DUE = "A check-in is due."
    REVIEW_DUE = "A review is due."
    CHECK_IN_ANSWERED = "The partner filled in a check-in or a review. Not told by e-mail."
    RELATIONSHIP_QUIET = "The two have not met for long: the program asks whether it goes on."
    RELATIONSHIP_CONTINUED = "The partner said that it goes on. Not told by e-mail."
    AGREEMENT_PROPOSED = "The partner proposed a version of the agreement, to be confirmed."
    AGREEMENT_CONFIRMED = "The partner confirmed the version that the viewer proposed."
    AGREED_DAY_CAME = "The day has come until which the two agreed to work together."
    GOALS_CHANGED = "The partner changed the goals or their milestones. Not told by e-mail."
    RELATIONSHIP_COMPLETED = "A relationship was completed."
    GRATITUDE_RECEIVED = "A gratitude note came in."

    @property
    def is_essential(self) -> bool:
        """Whether its e-mail always goes out: an answer to one's own request must reach one."""
        return self in (EventKind.REQUEST_ACCEPTED, EventKind.REQUEST_DECLINED)

    @property
    def is_emailed(self) -> bool:
        """Whether there is an e-mail of it: of small steps there is none, they stand in the feed."""
        return self not in (
            EventKind.GOALS_CHANGED,
            EventKind.CHECK_IN_ANSWERED,
            EventKind.RELATIONSHIP_CONTINUED,
        )


class Event(Record):
    """Something that happened to the viewer."""

    PREFIX = "evt"

    reader: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="events"
    )
    reader_id: str
    kind = one_of(EventKind)
    actor: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="caused_events", null=True
    )
    actor_id: str | None
    request: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.MentoringRequest", null=True
    )
    request_id: str | None
    relationship: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.MentoringRelationship", null=True
    )
    relationship_id: str | None
    enrollment: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Enrollment", null=True
    )
    enrollment_id: str | None
    session: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.MentoringSession", null=True
    )
    session_id: str | None
    check_in: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.CheckIn", null=True
    )
    check_in_id: str | None
    read_at: datetime | None = MomentField(null=True)
    # Its place among all events: the database says it when it inserts one, whatever we say.
    number = fields.BigIntField(default=0)

    class Meta:
        table = "event"

    @classmethod
    async def of(cls, subject: Record, kind: EventKind, *, to: str, by: str | None) -> None:
        """Record that `by` (an id; None is the program) did this to a row, for the reader `to`.

        Who has blocked them does not hear of it.
        """
        if await Block.withholds(by, reader_id=to):
            return
        event = cls(kind=kind, reader_id=to, actor_id=by)
        setattr(event, _COLUMNS[subject.PREFIX], subject.id)
        await event.save()

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """What happened to this member."""
        return cls.filter(reader_id=member.id)

    @classmethod
    def listed_for(cls, member: Member) -> Listing[Self]:
        """What happened to this member, newest first."""
        return Listing(
            model=cls,
            source="event v",
            alias="v",
            where="v.reader_id = :member",
            order=newest_first("v"),
            values={"member": member.id},
        )

    @classmethod
    async def mark_read(cls, reader: Member, *, up_to: "Event") -> None:
        """Note that the reader has seen this event and all before it."""
        await rows(
            """
            UPDATE event SET read_at = :now
            WHERE reader_id = :reader AND read_at IS NULL
              AND (created_at < :at OR (created_at = :at AND id <= :id))
            RETURNING id
            """,
            now=clock.now(),
            reader=reader.id,
            at=up_to.created_at,
            id=up_to.id,
        )


_COLUMNS = {
    "req": "request_id",
    "rel": "relationship_id",
    "enr": "enrollment_id",
    "ses": "session_id",
    "chk": "check_in_id",
}
