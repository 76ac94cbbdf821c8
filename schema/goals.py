"""What two people want to reach."""

from datetime import date, datetime
from typing import Annotated

import strawberry

import models
from resolvers import goals
from schema.fields import asks, belongs_to, said, shows
from schema.inputs import may, must, takes
from schema.nodes import MutationPayload, Node, result

MentoringRelationship = Annotated["MentoringRelationship", strawberry.lazy("schema.relationships")]  # type: ignore[misc]
Milestone = Annotated["Milestone", strawberry.lazy("schema.milestones")]  # type: ignore[misc]


@shows(models.Goal)
class Goal(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    relationship: MentoringRelationship = belongs_to("relationship", "Relationship it belongs to.")
    title: str = said("Short name.")
    description: str | None = said("More about it, in Markdown.")
    due_on: date | None = said("Day to reach it by.")
    reached_at: datetime | None = said("When it was reached; null as long as it is not.")
    milestones: list[Milestone] = asks(goals.milestones)
    version: int = said("Number of the version of its words and its day.")
    created_at: datetime = said("When it was added.")
    updated_at: datetime = said("When it was last changed.")


@takes("Goal to add.")
class AddGoalInput:
    relationship_id: strawberry.ID = must("The relationship.")
    title: str = must("Short name, of at most 120 characters.")
    description: str | None = may("More about it, in Markdown, up to 4000 characters.")
    due_on: date | None = may("Day to reach it by, from today on.")


@strawberry.type(
    description="Result of `addGoal`; may fail with `NOT_FOUND`, `WRONG_STATE`, `REQUIRED`, `OUT_OF_RANGE`, "
    "`INVALID` or `TOO_LONG`."
)
class AddGoalPayload(MutationPayload):
    goal: Goal | None = result("The goal.")
    relationship: MentoringRelationship | None = result("The relationship.")


@takes(
    "Changes to a goal; absent fields stay as they are, and null clears what may be empty.",
    clearable=("description", "due_on"),
)
class UpdateGoalInput:
    goal_id: strawberry.ID = must("The goal.")
    title: str | None = may("Short name, of at most 120 characters.")
    description: str | None = may("More about it, in Markdown, up to 4000 characters.")
    due_on: date | None = may("Day to reach it by, from today on.")
    expected_version: int | None = may(
        "The version that the viewer has seen: where somebody else wrote meanwhile, this is refused."
    )


@strawberry.type(
    description="Result of `updateGoal`; may fail with `NOT_FOUND`, `WRONG_STATE`, `REQUIRED`, `OUT_OF_RANGE`, "
    "`INVALID` or `TOO_LONG`."
)
class UpdateGoalPayload(MutationPayload):
    goal: Goal | None = result("The goal.")
    relationship: MentoringRelationship | None = result("The relationship.")


@takes("Where to move a goal.")
class MoveGoalInput:
    goal_id: strawberry.ID = must("The goal.")
    after_goal_id: strawberry.ID | None = may("The goal to stand behind; without it, in front.")


@strawberry.type(
    description="Result of `moveGoal`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class MoveGoalPayload(MutationPayload):
    goal: Goal | None = result("The goal.")
    relationship: MentoringRelationship | None = result("The relationship.")


@takes("Which goal is reached.")
class ReachGoalInput:
    goal_id: strawberry.ID = must("The goal.")


@strawberry.type(
    description="Result of `reachGoal`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class ReachGoalPayload(MutationPayload):
    goal: Goal | None = result("The goal.")
    relationship: MentoringRelationship | None = result("The relationship.")


@takes("Which goal is not reached, after all.")
class ReopenGoalInput:
    goal_id: strawberry.ID = must("The goal.")


@strawberry.type(
    description="Result of `reopenGoal`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class ReopenGoalPayload(MutationPayload):
    goal: Goal | None = result("The goal.")
    relationship: MentoringRelationship | None = result("The relationship.")


@takes("Which goal to remove.")
class RemoveGoalInput:
    goal_id: strawberry.ID = must("The goal.")
    expected_version: int | None = may(
        "The version that the viewer has seen: where somebody else wrote meanwhile, this is refused."
    )


@strawberry.type(
    description="Result of `removeGoal`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class RemoveGoalPayload(MutationPayload):
    relationship: MentoringRelationship | None = result("The relationship without the goal.")
