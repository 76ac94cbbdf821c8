"""What somebody offers or looks for in a role."""

from collections.abc import Sequence
from typing import Self

from tortoise import fields
from tortoise.expressions import Q, RawSQL, Subquery
from tortoise.queryset import QuerySet

from models import clock, text
from models.database import rows
from models.enrollment.choices import Choices, check
from models.enrollment.participation import Participation, ParticipationStatus, Role
from models.enrollment.preferences import (
    Daypart,
    SessionChannel,
    SessionFrequency,
    SessionPreferences,
    free_hours,
)
from models.fields import MomentField, one_of, several_of
from models.member import Member
from models.profile import CareerStage
from models.program import Program
from models.topic import Topic


class Enrollment(Participation):
    """Participation of one member in one role; a member has at most one per role."""

    PREFIX = "enr"

    statement = fields.TextField()
    channels = several_of(SessionChannel)
    frequency: SessionFrequency | None = one_of(SessionFrequency, null=True)
    duration_minutes = fields.IntField(null=True)
    availability = several_of(Daypart)
    free_hours = fields.BigIntField(default=0)
    partner_career_stages = several_of(CareerStage)
    usual_response_hours = fields.IntField(null=True)
    search_text = fields.TextField(default="")
    expectations_accepted_at = MomentField()

    class Meta:
        table = "enrollment"

    @property
    def session_preferences(self) -> SessionPreferences:
        """How the person likes to meet."""
        return SessionPreferences(
            self.channels, self.frequency, self.duration_minutes, self.availability
        )

    @session_preferences.setter
    def session_preferences(self, wanted: SessionPreferences) -> None:
        self.channels, self.frequency = wanted.channels, wanted.frequency
        self.duration_minutes, self.availability = wanted.duration_minutes, wanted.availability

    @classmethod
    def of(cls, member: Member) -> QuerySet[Self]:
        """The member's own enrollments, mentor first."""
        return cls._mentor_first(Q(member_id=member.id))

    @classmethod
    def of_pair(cls, *, mentor_id: str, mentee_id: str) -> QuerySet[Self]:
        """The enrollments of two people in the roles they have towards each other, mentor first."""
        mentor = Q(member_id=mentor_id, role=Role.MENTOR)
        return cls._mentor_first(mentor | Q(member_id=mentee_id, role=Role.MENTEE))

    @classmethod
    def _mentor_first(cls, which: Q) -> QuerySet[Self]:
        return cls.filter(which).order_by("-role")  # roles are kept by name, and R follows E

    @classmethod
    def visible_to(cls, viewer: Member) -> QuerySet[Self]:
        """One's own, those of partners, and those one may find or has to do with."""
        present = Q(noted_status=ParticipationStatus.ACTIVE) | Q(returns_at__lte=clock.now())
        return cls._seen_by(viewer, cls._sought_by(viewer) & present)

    @classmethod
    def askable_by(cls, viewer: Member) -> QuerySet[Self]:
        """Those one may know of, also while they take no part: asking then says why not."""
        return cls._seen_by(viewer, cls._sought_by(viewer))

    @classmethod
    def _seen_by(cls, viewer: Member, found: Q) -> QuerySet[Self]:
        findable = Q(member_id__in=Subquery(Member.findable_by(viewer).values("id")))
        met = cls._of(Member.mentors_of(viewer), Member.mentees_of(viewer))
        partners = cls._of(*Member.partners_of(viewer))
        return cls.filter(Q(member_id=viewer.id) | partners | (findable & (met | found)))

    @staticmethod
    def _of(mentors: QuerySet[Member], mentees: QuerySet[Member]) -> Q:
        # Who asked a mentor knows them as a mentor: what they look for themselves is another matter.
        return Q(role=Role.MENTOR, member_id__in=Subquery(mentors.values("id"))) | Q(
            role=Role.MENTEE, member_id__in=Subquery(mentees.values("id"))
        )

    @classmethod
    def _sought_by(cls, viewer: Member) -> Q:
        # Mentors are found by everybody, mentees by those who are enrolled as mentors.
        if viewer.is_coordinator:
            return Q(role__in=list(Role))
        own = cls.filter(member_id=viewer.id, role=Role.MENTOR)
        enrolled = own.exclude(noted_status=ParticipationStatus.LEFT)
        sought = enrolled.annotate(sought=RawSQL("'MENTEE'")).values("sought")
        return Q(role=Role.MENTOR) | Q(role__in=Subquery(sought))

    @classmethod
    async def enroll(cls, member: Member, role: Role, choices: Choices, *, accepts: bool) -> Self:
        """Take part in a role, or change what one chose. `accepts` the program's expectations.

        Refuses REQUIRED, NOT_FOUND, OUT_OF_RANGE, TOO_LONG.
        """
        await Member.lock([member.id])
        enrollment = await cls.get_or_none(member_id=member.id, role=role)
        await check(choices, enrollment.id if enrollment else None, accepts=accepts)
        enrollment = enrollment or await cls._new(member, role)
        enrollment.member = member
        await enrollment._choose(member, choices)
        return enrollment

    @classmethod
    async def _new(cls, member: Member, role: Role) -> Self:
        program = await Program.current()
        capacity = program.mentor_capacity if role is Role.MENTOR else program.mentee_capacity
        now = clock.now()
        return cls(
            member=member,
            role=role,
            capacity=capacity,
            statement="",
            created_at=now,
            updated_at=now,
            expectations_accepted_at=now,
        )

    async def _choose(self, member: Member, choices: Choices) -> None:
        for name in choices.keys() - {"topic_ids"}:
            setattr(self, name, choices[name])  # type: ignore[literal-required]
        if self.noted_status is ParticipationStatus.LEFT:
            self.noted_status = ParticipationStatus.ACTIVE
        self.updated_at = clock.now()
        await self.save()
        # As it is kept: each choice once, and in the order of all.
        await self.refresh_from_db(["channels", "availability", "partner_career_stages"])
        if "topic_ids" in choices:
            await self._choose_topics(choices["topic_ids"])
        await self.refresh_derived(member)

    async def _choose_topics(self, ids: Sequence[str]) -> None:
        await rows(
            "DELETE FROM enrollment_topic WHERE enrollment_id = :id RETURNING topic_id", id=self.id
        )
        await rows(
            "INSERT INTO enrollment_topic (enrollment_id, topic_id)"
            " SELECT :id, t.id FROM topic t WHERE t.id IN :topics RETURNING topic_id",
            id=self.id,
            topics=ids,
        )

    async def refresh_derived(self, member: Member) -> None:
        """Bring what is searched and compared up to the choices and the member's profile."""
        [topics] = await Topic.chosen("enrollment_topic", "enrollment_id", [self.id])
        words = [member.name, member.headline, member.organization, self.statement]
        self.search_text = text.key(" ".join(filter(None, words + [it.name for it in topics])))
        self.free_hours = free_hours(self.availability, member.time_zone)
        if self.return_on:
            self.returns_at = clock.beginning_of(self.return_on, member.time_zone)
        if self.returned_on:
            day = clock.beginning_of(self.returned_on, member.time_zone)
            self.welcome_at = clock.morning(day, member.time_zone)
        await self.save(update_fields=["search_text", "free_hours", "returns_at", "welcome_at"])
