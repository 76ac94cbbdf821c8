"""What two people want to reach, step by step."""

from models.goal.aim import AimChanges
from models.goal.goal import MOST_GOALS, Goal
from models.goal.milestone import MOST_MILESTONES, Milestone
from models.goal.progress import progress

__all__ = [
    "MOST_GOALS",
    "MOST_MILESTONES",
    "AimChanges",
    "Goal",
    "Milestone",
    "progress",
]
