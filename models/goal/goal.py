"""Something that two people want to reach."""

from collections.abc import Sequence
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.goal.aim import Aim, AimChanges
from models.member import Member
from models.mentoring_relationship import MentoringRelationship

MOST_GOALS = 20


class Goal(Aim):
    """Something that the two want to reach."""

    PREFIX = "goa"
    OWNER = "relationship_id"
    MOST = MOST_GOALS
    WORD = "goal"

    relationship: fields.ForeignKeyRelation[MentoringRelationship] = fields.ForeignKeyField(
        "models.MentoringRelationship", related_name="goals"
    )
    relationship_id: str
    description: str | None = fields.TextField(null=True)

    class Meta:
        table = "goal"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """Goals of the relationships that the member is part of."""
        theirs = Q(relationship__mentor_id=member.id) | Q(relationship__mentee_id=member.id)
        return cls.filter(theirs)

    @classmethod
    async def add(
        cls, relationship: MentoringRelationship, changes: AimChanges, *, by: Member
    ) -> Self:
        """Add a goal behind the others. Refuses WRONG_STATE, REQUIRED, TOO_LONG, OUT_OF_RANGE."""
        return await cls.add_last(changes, by=by, relationship=relationship)

    @classmethod
    async def of_all(cls, relationship_ids: Sequence[str]) -> list[list[Self]]:
        """The goals of each relationship, in the order both chose."""
        goals: dict[str, list[Self]] = {it: [] for it in relationship_ids}
        found = cls.filter(relationship_id__in=relationship_ids)
        for goal in await found.order_by("place", "id"):
            goals[goal.relationship_id].append(goal)
        return [goals[it] for it in relationship_ids]

    @property
    def together(self) -> MentoringRelationship:
        """The relationship it is about, which comes loaded."""
        return self.relationship
