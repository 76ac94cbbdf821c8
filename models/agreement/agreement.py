"""An agreement and its verbs: propose, confirm."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import NamedTuple, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock
from models.agreement import ending
from models.agreement.terms import CheckInRhythm, ReviewRhythm, Terms
from models.check_in.rhythm import follow_rhythm, rhythm_of
from models.database import rows
from models.enrollment import Role, SessionChannel, SessionFrequency
from models.event import Event, EventKind
from models.fields import MomentField, one_of
from models.listing import Key, OwnListing
from models.member import Member
from models.mentoring_relationship import MentoringRelationship
from models.record import Record
from models.refusal import Reason, Refusal

_CONFIRMED = "mentor_confirmed_at IS NOT NULL AND mentee_confirmed_at IS NOT NULL"  # in SQL


class Latest(NamedTuple):
    """Of one relationship: what both confirmed last, and what was proposed last; often the same."""

    confirmed: "Agreement | None"
    newest: "Agreement | None"


class Agreement(Record):
    """One version of what mentor and mentee agree on; it counts once both have confirmed it."""

    PREFIX = "agr"

    relationship: fields.ForeignKeyRelation[MentoringRelationship] = fields.ForeignKeyField(
        "models.MentoringRelationship", related_name="agreements"
    )
    relationship_id: str
    version = fields.IntField()
    proposed_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="proposed_agreements", null=True
    )
    proposed_by_id: str | None
    frequency = one_of(SessionFrequency)
    duration_minutes = fields.IntField()
    channel = one_of(SessionChannel)
    expectations = fields.TextField()
    ends_on: date | None = fields.DateField(null=True)
    notice_hours = fields.IntField()
    check_ins = one_of(CheckInRhythm)
    reviews = one_of(ReviewRhythm)
    mentor_confirmed_at: datetime | None = MomentField(null=True)
    mentee_confirmed_at: datetime | None = MomentField(null=True)

    class Meta:
        table = "agreement"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """Agreements of the relationships that the member is part of."""
        theirs = Q(relationship__mentor_id=member.id) | Q(relationship__mentee_id=member.id)
        return cls.filter(theirs)

    @classmethod
    def of_relationships(cls) -> OwnListing[Self]:
        """All versions in each relationship, the newest first."""
        return OwnListing(
            model=cls,
            source="agreement a",
            alias="a",
            where="1 = 1",
            order=(
                Key("version", "a.version", int, is_descending=True),
                Key("id", "a.id", is_descending=True),
            ),
            owner="a.relationship_id",
        )

    @classmethod
    async def latest_of(cls, relationship_ids: Sequence[str]) -> list[Latest]:
        """What counts and what is proposed in each of these relationships."""
        found = await rows(
            f"""
            SELECT a.* FROM agreement a JOIN (
                SELECT relationship_id, max(version) AS newest,
                       max(CASE WHEN {_CONFIRMED} THEN version END) AS confirmed
                FROM agreement WHERE relationship_id IN :ids GROUP BY relationship_id
            ) b ON a.relationship_id = b.relationship_id AND a.version IN (b.newest, b.confirmed)
            ORDER BY a.version
            """,
            ids=relationship_ids,
        )
        latest = dict.fromkeys(relationship_ids, Latest(None, None))
        for row in found:
            it = cls._init_from_db(**row)
            before = latest[it.relationship_id].confirmed
            latest[it.relationship_id] = Latest(it if it.is_confirmed else before, it)
        return [latest[it] for it in relationship_ids]

    @property
    def is_confirmed(self) -> bool:
        """Whether both confirmed this version."""
        return self.mentor_confirmed_at is not None and self.mentee_confirmed_at is not None

    def is_confirmed_in(self, role: Role) -> bool:
        """Whether the one in this role confirmed this version."""
        return getattr(self, _column_of(role)) is not None

    @classmethod
    async def propose(
        cls,
        relationship: MentoringRelationship,
        terms: Terms,
        *,
        by: Member,
        expected_version: int | None = None,
    ) -> Self:
        """Propose another version, which counts once the partner confirms it, too.

        Refuses OUT_OF_RANGE, TOO_LONG, and WRONG_STATE once the relationship is completed, or if
        the newest version is another than expected: the partner has proposed something meanwhile.
        """
        terms.check(today=clock.today(by.time_zone))
        await relationship.hold()
        newest = await cls._newest_version(relationship)
        if expected_version not in (None, newest):
            message = "Another version was proposed meanwhile: please look at it first."
            raise Refusal(Reason.WRONG_STATE, message, field=("expected_version",))
        agreement = cls(
            **{**asdict(terms), "expectations": terms.expectations.strip()},
            relationship=relationship,
            version=newest + 1,
            proposed_by=by,
        )
        setattr(agreement, _column_of(relationship.role_of(by)), agreement.created_at)
        await agreement.save()
        await agreement._tell_partner(EventKind.AGREEMENT_PROPOSED, by)
        return agreement

    @classmethod
    async def confirm(
        cls, relationship: MentoringRelationship, version: int, *, by: Member
    ) -> Self:
        """Confirm the version that one has seen.

        Refuses NOT_FOUND, and WRONG_STATE once the relationship is completed, if there is a newer
        version, if one has confirmed it already, or if the day on which it ends is over.
        """
        await relationship.hold()
        agreement = await cls.get_or_none(relationship_id=relationship.id, version=version)
        if agreement is None:
            raise Refusal(Reason.NOT_FOUND, "There is no such version.", field=("version",))
        agreement.relationship = relationship
        await agreement._confirm(by)
        return agreement

    async def _confirm(self, by: Member) -> None:
        if self.version != await self._newest_version(self.relationship):
            message = "There is a newer version: please look at that one."
            raise Refusal(Reason.WRONG_STATE, message, field=("version",))
        role = self.relationship.role_of(by)
        if self.is_confirmed_in(role):
            raise Refusal(Reason.WRONG_STATE, "You have confirmed this version already.")
        if self.ends_on and self.ends_on < clock.today(by.time_zone):
            message = "The day on which it was to end is over: please propose another."
            raise Refusal(Reason.WRONG_STATE, message)
        before = await rhythm_of(self.relationship)
        setattr(self, _column_of(role), clock.now())
        await self.save(update_fields=[_column_of(role)])
        await ending.wait_for_day(self.id, self.relationship, self.ends_on)
        if await rhythm_of(self.relationship) != before:
            await follow_rhythm(self.relationship)
        await self._tell_partner(EventKind.AGREEMENT_CONFIRMED, by)

    @staticmethod
    async def _newest_version(relationship: MentoringRelationship) -> int:
        """Its number, or 0 before the first."""
        [found] = await rows(
            "SELECT COALESCE(max(version), 0) AS version FROM agreement WHERE relationship_id = :id",
            id=relationship.id,
        )
        return int(found["version"])

    async def _tell_partner(self, kind: EventKind, by: Member) -> None:
        await Event.of(self.relationship, kind, to=self.relationship.partner_id(by), by=by.id)


def _column_of(role: Role) -> str:
    return f"{role.name.lower()}_confirmed_at"
