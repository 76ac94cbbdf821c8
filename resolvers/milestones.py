"""Steps towards a goal, changed one at a time."""

from typing import NamedTuple, Unpack

from context import Info
from models import Goal, Milestone
from models.goal import AimChanges


class MilestoneChanged(NamedTuple):
    """What changing a milestone leads to."""

    milestone: Milestone
    goal: Goal


async def add_milestone(
    info: Info, goal_id: str, **changes: Unpack[AimChanges]
) -> MilestoneChanged:
    """Adds a step towards a goal behind the others, of which there are at most 20."""
    viewer = info.context.viewer
    mine = Goal.visible_to(viewer).prefetch_related("relationship")
    goal = await Goal.find(goal_id, among=mine, field=("goal_id",))
    return MilestoneChanged(await Milestone.add(goal, changes, by=viewer), goal)


async def update_milestone(
    info: Info,
    milestone_id: str,
    expected_version: int | None = None,
    **changes: Unpack[AimChanges],
) -> MilestoneChanged:
    """Changes the words or the day of a milestone; fields that are absent stay as they are."""
    milestone = await _find(info, milestone_id)
    await milestone.change(changes, by=info.context.viewer, expected_version=expected_version)
    return MilestoneChanged(milestone, milestone.goal)


async def move_milestone(
    info: Info, milestone_id: str, after_milestone_id: str | None = None
) -> MilestoneChanged:
    """Moves a milestone behind another one of the same goal, or to the front."""
    milestone = await _find(info, milestone_id)
    await milestone.move(by=info.context.viewer, after=after_milestone_id)
    return MilestoneChanged(milestone, milestone.goal)


async def reach_milestone(info: Info, milestone_id: str) -> MilestoneChanged:
    """Notes that a milestone is reached."""
    milestone = await _find(info, milestone_id)
    await milestone.reach(by=info.context.viewer)
    return MilestoneChanged(milestone, milestone.goal)


async def reopen_milestone(info: Info, milestone_id: str) -> MilestoneChanged:
    """Notes that a milestone is not reached, after all."""
    milestone = await _find(info, milestone_id)
    await milestone.reopen(by=info.context.viewer)
    return MilestoneChanged(milestone, milestone.goal)


async def remove_milestone(
    info: Info, milestone_id: str, expected_version: int | None = None
) -> Goal:
    """Removes a milestone."""
    milestone = await _find(info, milestone_id)
    await milestone.remove(by=info.context.viewer, expected_version=expected_version)
    return milestone.goal


async def _find(info: Info, id: str) -> Milestone:
    mine = Milestone.visible_to(info.context.viewer).prefetch_related("goal__relationship")
    return await Milestone.find(id, among=mine, field=("milestone_id",))
