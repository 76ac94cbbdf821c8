"""What two people want to reach, changed one at a time."""

from typing import NamedTuple, Unpack

from context import Context, Info
from models import Goal, MentoringRelationship, Milestone
from models.goal import AimChanges
from models.goal import progress as counted
from resolvers.relationships import find


class GoalChanged(NamedTuple):
    """What changing a goal leads to."""

    goal: Goal
    relationship: MentoringRelationship


async def add_goal(info: Info, relationship_id: str, **changes: Unpack[AimChanges]) -> GoalChanged:
    """Adds a goal behind the others, of which there are at most 20."""
    viewer = info.context.viewer
    relationship = await find(viewer, relationship_id)
    return GoalChanged(await Goal.add(relationship, changes, by=viewer), relationship)


async def update_goal(
    info: Info, goal_id: str, expected_version: int | None = None, **changes: Unpack[AimChanges]
) -> GoalChanged:
    """Changes the words or the day of a goal; fields that are absent stay as they are."""
    goal = await _find(info, goal_id)
    await goal.change(changes, by=info.context.viewer, expected_version=expected_version)
    return GoalChanged(goal, goal.relationship)


async def move_goal(info: Info, goal_id: str, after_goal_id: str | None = None) -> GoalChanged:
    """Moves a goal behind another one of the same relationship, or to the front."""
    goal = await _find(info, goal_id)
    await goal.move(by=info.context.viewer, after=after_goal_id)
    return GoalChanged(goal, goal.relationship)


async def reach_goal(info: Info, goal_id: str) -> GoalChanged:
    """Notes that a goal is reached."""
    goal = await _find(info, goal_id)
    await goal.reach(by=info.context.viewer)
    return GoalChanged(goal, goal.relationship)


async def reopen_goal(info: Info, goal_id: str) -> GoalChanged:
    """Notes that a goal is not reached, after all."""
    goal = await _find(info, goal_id)
    await goal.reopen(by=info.context.viewer)
    return GoalChanged(goal, goal.relationship)


async def remove_goal(
    info: Info, goal_id: str, expected_version: int | None = None
) -> MentoringRelationship:
    """Removes a goal, with its milestones."""
    goal = await _find(info, goal_id)
    await goal.remove(by=info.context.viewer, expected_version=expected_version)
    return goal.relationship


async def goals(relationship: MentoringRelationship, info: Info) -> list[Goal]:
    """What the two want to reach, in the order both chose, at most 20."""
    return await info.context.batched(_goals, relationship.id)


async def milestones(goal: Goal, info: Info) -> list[Milestone]:
    """Steps towards it, in order, at most 20."""
    return await info.context.batched(_milestones, goal.id)


async def progress(relationship: MentoringRelationship, info: Info) -> float | None:
    """Part of the goals that is reached, from 0 to 1; null without goals.

    All goals count alike; one that is not reached yet counts by its milestones.
    """
    return await info.context.batched(_progress, relationship.id)


async def _find(info: Info, id: str) -> Goal:
    mine = Goal.visible_to(info.context.viewer).prefetch_related("relationship")
    return await Goal.find(id, among=mine, field=("goal_id",))


async def _goals(context: Context, relationship_ids: list[str]) -> list[list[Goal]]:
    return await Goal.of_all(relationship_ids)


async def _milestones(context: Context, goal_ids: list[str]) -> list[list[Milestone]]:
    return await Milestone.of_all(goal_ids)


async def _progress(context: Context, relationship_ids: list[str]) -> list[float | None]:
    return await counted(relationship_ids)
