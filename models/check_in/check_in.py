"""A check-in or a review: what period it looks back on, and whether it may still be filled in."""

from datetime import datetime
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.check_in.words import CheckInKind
from models.fields import MomentField, one_of
from models.listing import Key, OwnListing
from models.member import Member
from models.mentoring_relationship import MentoringRelationship
from models.record import Record


class CheckIn(Record):
    """Check-in or review of a relationship, due at the end of the period that it looks back on.

    The two may fill it in until the next one is due, or the relationship is completed.
    """

    PREFIX = "chk"

    relationship: fields.ForeignKeyRelation[MentoringRelationship] = fields.ForeignKeyField(
        "models.MentoringRelationship", related_name="check_ins"
    )
    relationship_id: str
    kind = one_of(CheckInKind)
    starts_at: datetime = MomentField()
    ends_at: datetime = MomentField()
    closed_at: datetime | None = MomentField(null=True)

    class Meta:
        table = "check_in"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """Those of the relationships that the member is part of."""
        theirs = Q(relationship__mentor_id=member.id) | Q(relationship__mentee_id=member.id)
        return cls.filter(theirs)

    @classmethod
    def listed_for_each(cls) -> OwnListing[Self]:
        """Those of each relationship, latest first."""
        return OwnListing(
            model=cls,
            source="check_in c",
            alias="c",
            where="1 = 1",
            order=(
                Key("ends", "c.ends_at", int, is_descending=True),
                Key("id", "c.id", is_descending=True),
            ),
            owner="c.relationship_id",
        )

    @property
    def is_review(self) -> bool:
        """Whether it is a review."""
        return self.kind is CheckInKind.REVIEW

    def is_open_in(self, relationship: MentoringRelationship) -> bool:
        """Whether it may be filled in, given its relationship."""
        return self.closed_at is None and relationship.is_running
