"""A request and its verbs: open, accept, decline, withdraw, close."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock, text
from models.block import Block
from models.database import rows
from models.enrollment import MOST_TOPICS, Enrollment, Role
from models.event import Event, EventKind
from models.fields import MomentField, one_of
from models.listing import Listing, newest_first
from models.member import Member
from models.mentoring_request.asking import Asking
from models.mentoring_request.state import RequestCriteria, RequestDirection, RequestState
from models.program import Program
from models.record import Record
from models.refusal import Problems, Reason, Refusal
from models.topic import Topic

# In SQL, of a waiting request at `:now`: its days are not over, or they stand still.
_IN_TIME = "(held_since IS NOT NULL OR expires_at > :now)"
_NO_LONGER_WAITING = "This request is no longer waiting for an answer."
_ANSWERED = {
    RequestState.ACCEPTED: EventKind.REQUEST_ACCEPTED,
    RequestState.DECLINED: EventKind.REQUEST_DECLINED,
}


class MentoringRequest(Record):
    """Request of one member to another to begin a mentoring relationship."""

    PREFIX = "req"

    mentor: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="requests_as_mentor"
    )
    mentor_id: str
    mentee: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="requests_as_mentee"
    )
    mentee_id: str
    sender: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="sent_requests"
    )
    sender_id: str
    recipient: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="received_requests"
    )
    recipient_id: str
    message = fields.TextField(default="")
    state = one_of(RequestState, default=RequestState.PENDING)
    reply = fields.TextField(null=True)
    closed_at: datetime | None = MomentField(null=True)
    follow_up_from = MomentField()
    expires_at = MomentField()
    held_since: datetime | None = MomentField(null=True)
    remind_at: datetime | None = MomentField(null=True)
    reminded_at: datetime | None = MomentField(null=True)
    suggest_at: datetime | None = MomentField(null=True)
    suggested_at: datetime | None = MomentField(null=True)
    follow_up_sent_at: datetime | None = MomentField(null=True)

    class Meta:
        table = "mentoring_request"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """Requests the member sent or received; for them, no others exist."""
        return cls.filter(Q(sender_id=member.id) | Q(recipient_id=member.id))

    @classmethod
    def listed_for(cls, member: Member, criteria: RequestCriteria) -> Listing[Self]:
        """Requests the member sent or received, newest first."""
        mine = {
            None: "(r.sender_id = :member OR r.recipient_id = :member)",
            RequestDirection.INCOMING: "r.recipient_id = :member",
            RequestDirection.OUTGOING: "r.sender_id = :member",
        }[criteria.direction]
        return Listing(
            model=cls,
            source="mentoring_request r",
            alias="r",
            where=mine + " AND r.state IN :states" * bool(criteria.states),
            order=newest_first("r"),
            values={"member": member.id, "states": criteria.states},
        )

    @property
    def is_pending(self) -> bool:
        """Whether it waits for an answer."""
        return self.state is RequestState.PENDING

    @property
    def is_answerable(self) -> bool:
        """Whether it waits, and its days are not over."""
        is_overdue = self.held_since is None and self.expires_at <= clock.now()
        return self.is_pending and not is_overdue

    @property
    def ended_at(self) -> datetime | None:
        """When it was settled, or its days were over, whether or not that is noted; None while it waits."""
        return None if self.is_answerable else self.closed_at or self.expires_at

    @property
    def is_clock_standing_still(self) -> bool:
        """Whether its days move on, because the recipient is paused."""
        return self.held_since is not None

    @property
    def recipient_role(self) -> Role:
        """The role that the person asked would have."""
        return Role.MENTOR if self.recipient_id == self.mentor_id else Role.MENTEE

    def can_be_followed_up(self, *, by: Member) -> bool:
        """Whether it waits so long that its sender may ask what has become of it."""
        is_due = self.held_since is None and self.follow_up_from <= clock.now()
        return self.is_answerable and by.id == self.sender_id and is_due

    @classmethod
    async def open(
        cls,
        *,
        sender: Member,
        recipient: Enrollment,
        message: str = "",
        topic_ids: Sequence[str] = (),
    ) -> Self:
        """Ask for a relationship. Both members come loaded.

        Refuses SELF, NOT_ENROLLED, ALREADY_PARTNERS, ALREADY_REQUESTED, ANSWER_THEIRS,
        NOT_ACCEPTING, NO_CAPACITY, REQUEST_LIMIT, TOO_SOON, NOT_FOUND, TOO_LONG.
        """
        await Member.lock([sender.id, recipient.member_id])
        recipient = await Enrollment.get(id=recipient.id).prefetch_related("member")  # as it is now
        if await Block.is_between(sender, recipient.member):
            # As if they had blocked the sender before, who then could not have found them.
            raise Refusal(Reason.NOT_FOUND, field=("enrollment_id",))
        asking = await Asking.of(sender, [recipient])
        for why in asking.reasons_against(recipient):
            raise Refusal(why.reason, field=("enrollment_id",))
        message = await _checked(message, topic_ids, recipient)
        request = await cls._send(sender, recipient, message)
        await request._choose_topics(topic_ids)
        await Event.of(request, EventKind.REQUEST_RECEIVED, to=recipient.member_id, by=sender.id)
        return request

    @classmethod
    async def _send(cls, sender: Member, recipient: Enrollment, message: str) -> Self:
        program, now = await Program.current(), clock.now()
        follow_up_from = now + program.follow_up_after
        is_mentor_asked = recipient.role is Role.MENTOR
        return await cls.create(
            created_at=now,
            mentor_id=recipient.member_id if is_mentor_asked else sender.id,
            mentee_id=sender.id if is_mentor_asked else recipient.member_id,
            sender=sender,
            recipient=recipient.member,
            message=message,
            follow_up_from=follow_up_from,
            remind_at=clock.morning(follow_up_from, recipient.member.time_zone),
            suggest_at=clock.morning(follow_up_from, sender.time_zone),
            expires_at=now + program.request_expiry,
        )

    async def _choose_topics(self, ids: Sequence[str]) -> None:
        for id in ids:
            await rows(
                "INSERT INTO mentoring_request_topic (request_id, topic_id)"
                " VALUES (:request, :topic) RETURNING topic_id",
                request=self.id,
                topic=id,
            )

    async def accept(self, *, by: Member, reply: str = "") -> list[Enrollment]:
        """Say yes; both give one of their places. Gives their enrollments.

        Refuses NOT_ALLOWED, WRONG_STATE, NOT_ACCEPTING, NO_CAPACITY, TOO_LONG.
        """
        await self._answer(RequestState.ACCEPTED, by, reply)
        if await Member.in_good_standing().filter(id=self.sender_id).count() == 0:
            raise Refusal(Reason.NOT_ACCEPTING, "This person is no longer a member.")
        enrollments = await self.enrollments()
        for enrollment in enrollments:
            await enrollment.take_place()
        return enrollments

    async def decline(self, *, by: Member, reply: str = "") -> None:
        """Say no. Refuses NOT_ALLOWED, WRONG_STATE, TOO_LONG."""
        await self._answer(RequestState.DECLINED, by, reply)

    async def withdraw(self, *, by: Member) -> None:
        """Take it back. Refuses NOT_ALLOWED, WRONG_STATE."""
        if by.id != self.sender_id:
            raise Refusal(Reason.NOT_ALLOWED, "Only who sent a request can take it back.")
        await Member.lock([self.sender_id, self.recipient_id])
        await self._settle(RequestState.WITHDRAWN)
        await Event.of(self, EventKind.REQUEST_WITHDRAWN, to=self.recipient_id, by=by.id)

    async def follow_up(self, *, by: Member) -> None:
        """Come back to it, by an e-mail that the program sends for the sender; once.

        Refuses NOT_ALLOWED, WRONG_STATE, TOO_SOON, NOT_ACCEPTING.
        """
        if by.id != self.sender_id:
            raise Refusal(Reason.NOT_ALLOWED, "Only who sent a request can follow up on it.")
        await Member.lock([self.sender_id, self.recipient_id])
        # The WHERE clause is the lock: of two who follow up at once, one gets no row back.
        noted = await rows(
            "UPDATE mentoring_request SET follow_up_sent_at = :now"
            " WHERE id = :id AND state = 'PENDING' AND held_since IS NULL AND expires_at > :now"
            " AND follow_up_from <= :now AND follow_up_sent_at IS NULL RETURNING id",
            id=self.id,
            now=clock.now(),
        )
        await self.refresh_from_db()
        if not noted:
            raise self._why_not_followed_up()
        if await Member.in_good_standing().filter(id=self.recipient_id).count() == 0:
            raise Refusal(Reason.NOT_ACCEPTING, "This person is no longer a member.")
        await Event.of(self, EventKind.FOLLOW_UP_RECEIVED, to=self.recipient_id, by=by.id)

    def _why_not_followed_up(self) -> Refusal:
        if not self.is_answerable:
            return Refusal(Reason.WRONG_STATE, _NO_LONGER_WAITING)
        if self.follow_up_sent_at:
            return Refusal(Reason.WRONG_STATE, "You have followed up on this request already.")
        if self.is_clock_standing_still:
            return Refusal(
                Reason.TOO_SOON, "This person is taking a break; wait until they return."
            )
        return Refusal(Reason.TOO_SOON, "It is too early to follow up; give this person some time.")

    async def enrollments(self) -> list[Enrollment]:
        """The enrollments of the two in the roles of this request, mentor first."""
        return await Enrollment.of_pair(mentor_id=self.mentor_id, mentee_id=self.mentee_id)

    async def topics(self) -> list[Topic]:
        """The topics it is about, in display order."""
        [topics] = await Topic.chosen("mentoring_request_topic", "request_id", [self.id])
        return topics

    async def _answer(self, answer: RequestState, by: Member, reply: str) -> None:
        if by.id != self.recipient_id:
            raise Refusal(Reason.NOT_ALLOWED, "Only the person asked can answer a request.")
        problems = Problems()
        reply = text.bounded(reply, problems, field=("reply",), most=text.PARAGRAPHS)
        problems.refuse_any()
        await Member.lock([self.sender_id, self.recipient_id])
        await self._settle(answer, reply=reply or None, which=_IN_TIME)
        await self._note_response_time()
        await Event.of(self, _ANSWERED[answer], to=self.sender_id, by=by.id)

    async def _settle(
        self, state: RequestState, *, reply: str | None = None, which: str = "1 = 1"
    ) -> None:
        if not await settle(f"id = :id AND {which}", state, reply=reply, id=self.id):
            raise Refusal(Reason.WRONG_STATE, _NO_LONGER_WAITING)
        await self.refresh_from_db()

    async def _note_response_time(self) -> None:
        """Have the usual time to answer lean towards this one; older answers count less and less."""
        hours = round((clock.now() - self.created_at).total_seconds() / 3600)
        await rows(
            "UPDATE enrollment"
            " SET usual_response_hours = (3 * COALESCE(usual_response_hours, :hours) + :hours) / 4"
            " WHERE member_id = :member AND role = :role RETURNING id",
            hours=hours,
            member=self.recipient_id,
            role=self.recipient_role,
        )


async def settle(
    which: str, state: RequestState, *, reply: str | None = None, **values: object
) -> list[str]:
    """Settle the waiting requests of which this is true, in SQL. Gives their ids."""
    # The WHERE clause is the lock: of two who settle a request at once, one gets no row back.
    settled = await rows(
        "UPDATE mentoring_request"
        " SET state = :state, reply = :reply, closed_at = :now, held_since = NULL"
        f" WHERE {which} AND state = 'PENDING' RETURNING id",
        state=state,
        reply=reply,
        now=clock.now(),
        **values,
    )
    return [it["id"] for it in settled]


async def _checked(message: str, topic_ids: Sequence[str], recipient: Enrollment) -> str:
    problems = Problems()
    message = text.bounded(message, problems, field=("message",), most=text.PARAGRAPHS)
    if len(topic_ids) > MOST_TOPICS:
        message = f"At most {MOST_TOPICS} topics, please."
        raise Refusal(Reason.OUT_OF_RANGE, message, field=("topic_ids",))
    [offered] = await Topic.chosen("enrollment_topic", "enrollment_id", [recipient.id])
    known = {it.id for it in offered}
    for place, id in enumerate(topic_ids):
        if id not in known:
            problems.add(
                Reason.NOT_FOUND,
                "This person did not choose this topic.",
                field=("topic_ids", str(place)),
            )
        elif id in topic_ids[:place]:
            problems.add(Reason.DUPLICATE, field=("topic_ids", str(place)))
    problems.refuse_any()
    return message
