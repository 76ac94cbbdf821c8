"""A step towards a goal."""

from collections.abc import Sequence
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.goal.aim import Aim, AimChanges
from models.goal.goal import Goal
from models.member import Member
from models.mentoring_relationship import MentoringRelationship
from models.refusal import Reason, Refusal

MOST_MILESTONES = 20


class Milestone(Aim):
    """Step towards a goal."""

    PREFIX = "mil"
    OWNER = "goal_id"
    MOST = MOST_MILESTONES
    WORD = "milestone"

    goal: fields.ForeignKeyRelation[Goal] = fields.ForeignKeyField(
        "models.Goal", related_name="milestones"
    )
    goal_id: str

    class Meta:
        table = "milestone"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """Milestones of the relationships that the member is part of."""
        is_mentor = Q(goal__relationship__mentor_id=member.id)
        return cls.filter(is_mentor | Q(goal__relationship__mentee_id=member.id))

    @classmethod
    async def add(cls, goal: Goal, changes: AimChanges, *, by: Member) -> Self:
        """Add a step behind the others. Refuses WRONG_STATE, NOT_FOUND, REQUIRED, TOO_LONG, OUT_OF_RANGE."""
        await goal.together.hold()
        if not await Goal.exists(id=goal.id):
            raise Refusal(Reason.NOT_FOUND, field=("goal_id",))
        return await cls.add_last(changes, by=by, goal=goal)

    @classmethod
    async def of_all(cls, goal_ids: Sequence[str]) -> list[list[Self]]:
        """The milestones of each goal, in the order both chose."""
        milestones: dict[str, list[Self]] = {it: [] for it in goal_ids}
        for it in await cls.filter(goal_id__in=goal_ids).order_by("place", "id"):
            milestones[it.goal_id].append(it)
        return [milestones[it] for it in goal_ids]

    @property
    def together(self) -> MentoringRelationship:
        """The relationship it is about, which comes loaded."""
        return self.goal.relationship
