"""A relationship and its verbs: begin, complete, thank."""

from datetime import datetime
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock
from models.database import rows
from models.enrollment import Enrollment, Role
from models.event import Event, EventKind
from models.fields import MomentField, one_of
from models.listing import Key, Listing
from models.member import Member
from models.mentoring_relationship.gratitude_note import GratitudeNote
from models.mentoring_relationship.state import (
    CompletionOutcome,
    RelationshipCriteria,
    RelationshipState,
)
from models.mentoring_request import MentoringRequest, waiting
from models.record import Record
from models.refusal import Reason, Refusal


class MentoringRelationship(Record):
    """Mentoring relationship between a mentor and a mentee."""

    PREFIX = "rel"

    updated_at = MomentField()
    mentor: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="relationships_as_mentor"
    )
    mentor_id: str
    mentee: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="relationships_as_mentee"
    )
    mentee_id: str
    request: fields.ForeignKeyRelation[MentoringRequest] = fields.ForeignKeyField(
        "models.MentoringRequest", related_name="relationships"
    )
    request_id: str
    state = one_of(RelationshipState, default=RelationshipState.ACTIVE)
    outcome: CompletionOutcome | None = one_of(CompletionOutcome, null=True)
    completed_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="completed_relationships", null=True
    )
    completed_by_id: str | None
    completed_at: datetime | None = MomentField(null=True)
    check_in_at: datetime | None = MomentField(null=True)
    quiet_since: datetime | None = MomentField(null=True)
    quiet_asked_at: datetime | None = MomentField(null=True)

    class Meta:
        table = "mentoring_relationship"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """Relationships the member is part of, running or completed."""
        return cls.filter(Q(mentor_id=member.id) | Q(mentee_id=member.id))

    @classmethod
    def listed_for(cls, member: Member, criteria: RelationshipCriteria) -> Listing[Self]:
        """The member's relationships: running ones first, then newest first."""
        mine = {
            None: "(r.mentor_id = :member OR r.mentee_id = :member)",
            Role.MENTOR: "r.mentor_id = :member",
            Role.MENTEE: "r.mentee_id = :member",
        }[criteria.role]
        return Listing(
            model=cls,
            source="mentoring_relationship r",
            alias="r",
            where=mine + " AND r.state IN :states" * bool(criteria.states),
            order=(
                Key("state", "r.state"),  # ACTIVE comes before COMPLETED
                Key("created", "r.created_at", int, is_descending=True),
                Key("id", "r.id", is_descending=True),
            ),
            values={"member": member.id, "states": criteria.states},
        )

    @classmethod
    def running(cls) -> QuerySet[Self]:
        """Relationships that are not completed."""
        return cls.filter(state=RelationshipState.ACTIVE)

    @classmethod
    async def accept(
        cls, request: MentoringRequest, *, by: Member, reply: str = ""
    ) -> tuple[Self, list[waiting.Settled]]:
        """Say yes to a request: it begins, and what else waited for a last place is closed.

        Refuses NOT_ALLOWED, WRONG_STATE, NOT_ACCEPTING, NO_CAPACITY, ALREADY_PARTNERS, TOO_LONG.
        """
        enrollments = await request.accept(by=by, reply=reply)
        relationship = await cls.begin(request)
        full = [it for it in enrollments if it.open_places == 0]
        return relationship, [closed for it in full for closed in await waiting.close_all(it)]

    @classmethod
    async def begin(cls, request: MentoringRequest) -> Self:
        """What an accepted request leads to. Refuses ALREADY_PARTNERS."""
        now = clock.now()
        if (
            await cls.running()
            .filter(mentor_id=request.mentor_id, mentee_id=request.mentee_id)
            .count()
        ):
            raise Refusal(Reason.ALREADY_PARTNERS)
        return await cls.create(
            created_at=now,
            updated_at=now,
            mentor_id=request.mentor_id,
            mentee_id=request.mentee_id,
            request_id=request.id,
            check_in_at=clock.months_after(now, 1),  # no rhythm is shorter
            quiet_since=now,
        )

    @classmethod
    async def partners_in(cls, enrollment: Enrollment) -> list[Member]:
        """The partners of somebody's running relationships in a role, longest first."""
        me, partner = enrollment.role.name.lower(), enrollment.role.other.name.lower()
        mine = cls.running().filter(**{f"{me}_id": enrollment.member_id}).order_by("created_at")
        return [getattr(it, partner) for it in await mine.prefetch_related(partner)]

    @property
    def is_running(self) -> bool:
        """Whether it is not completed."""
        return self.state is RelationshipState.ACTIVE

    def partner_id(self, member: Member) -> str:
        """The id of the other person."""
        return self.mentee_id if member.id == self.mentor_id else self.mentor_id

    def role_of(self, member: Member) -> Role:
        """The role of one of the two."""
        return Role.MENTOR if member.id == self.mentor_id else Role.MENTEE

    async def complete(self, *, by: Member, outcome: CompletionOutcome) -> None:
        """End it, without asking the partner; both have their place free again. Refuses WRONG_STATE."""
        await Member.lock([self.mentor_id, self.mentee_id])
        await self._settle(by, outcome)
        both = await Enrollment.of_pair(mentor_id=self.mentor_id, mentee_id=self.mentee_id)
        for enrollment in both:
            await enrollment.free_place()
        kind = EventKind.RELATIONSHIP_COMPLETED
        await Event.of(self, kind, to=self.partner_id(by), by=by.id)

    async def thank(
        self, *, by: Member, words: str, is_shareable: bool, field: str = "text"
    ) -> GratitudeNote:
        """Thank the partner, once; what is said to who has blocked the author is not heard.

        Refuses WRONG_STATE, DUPLICATE, REQUIRED, TOO_LONG.
        """
        if self.is_running:
            raise Refusal(Reason.WRONG_STATE, "Thanks are exchanged once it is completed.")
        partner = self.partner_id(by)
        note = await GratitudeNote.write(
            self.id, by=by, to=partner, words=words, is_shareable=is_shareable, field=field
        )
        note.relationship = self
        await Event.of(self, EventKind.GRATITUDE_RECEIVED, to=partner, by=by.id)
        return note

    async def hold(self) -> None:
        """Have nobody else change what the two work on until the transaction ends.

        Refuses WRONG_STATE if it is completed. Its row is the lock, and says when it last changed.
        """
        now = clock.now()
        if not await rows(
            "UPDATE mentoring_relationship SET updated_at = :now"
            " WHERE id = :id AND state = 'ACTIVE' RETURNING id",
            id=self.id,
            now=now,
        ):
            raise Refusal(Reason.WRONG_STATE, "This relationship is completed.")
        self.updated_at = now

    async def _settle(self, by: Member, outcome: CompletionOutcome) -> None:
        # The WHERE clause is the lock: of two who complete at once, one gets no row back.
        settled = await rows(
            "UPDATE mentoring_relationship"
            " SET state = 'COMPLETED', outcome = :outcome, completed_by_id = :by,"
            "     completed_at = :now, updated_at = :now"
            " WHERE id = :id AND state = 'ACTIVE' RETURNING id",
            id=self.id,
            by=by.id,
            outcome=outcome,
            now=clock.now(),
        )
        if not settled:
            raise Refusal(Reason.WRONG_STATE, "This relationship is completed already.")
        await self.refresh_from_db()
