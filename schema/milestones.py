"""Steps towards a goal."""

from datetime import date, datetime

import strawberry

import models
from schema.fields import belongs_to, said, shows
from schema.goals import Goal
from schema.inputs import may, must, takes
from schema.nodes import MutationPayload, Node, result


@shows(models.Milestone)
class Milestone(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    goal: Goal = belongs_to("goal", "Goal it leads to.")
    title: str = said("Short name.")
    due_on: date | None = said("Day to reach it by.")
    reached_at: datetime | None = said("When it was reached; null as long as it is not.")
    version: int = said("Number of the version of its words and its day.")
    created_at: datetime = said("When it was added.")
    updated_at: datetime = said("When it was last changed.")


@takes("Milestone to add.")
class AddMilestoneInput:
    goal_id: strawberry.ID = must("The goal.")
    title: str = must("Short name, of at most 120 characters.")
    due_on: date | None = may("Day to reach it by, from today on.")


@strawberry.type(
    description="Result of `addMilestone`; may fail with `NOT_FOUND`, `WRONG_STATE`, `REQUIRED`, "
    "`OUT_OF_RANGE`, `INVALID` or `TOO_LONG`."
)
class AddMilestonePayload(MutationPayload):
    milestone: Milestone | None = result("The milestone.")
    goal: Goal | None = result("The goal.")


@takes(
    "Changes to a milestone; absent fields stay as they are, and null clears what may be empty.",
    clearable=("due_on",),
)
class UpdateMilestoneInput:
    milestone_id: strawberry.ID = must("The milestone.")
    title: str | None = may("Short name, of at most 120 characters.")
    due_on: date | None = may("Day to reach it by, from today on.")
    expected_version: int | None = may(
        "The version that the viewer has seen: where somebody else wrote meanwhile, this is refused."
    )


@strawberry.type(
    description="Result of `updateMilestone`; may fail with `NOT_FOUND`, `WRONG_STATE`, `REQUIRED`, "
    "`OUT_OF_RANGE`, `INVALID` or `TOO_LONG`."
)
class UpdateMilestonePayload(MutationPayload):
    milestone: Milestone | None = result("The milestone.")
    goal: Goal | None = result("The goal.")


@takes("Where to move a milestone.")
class MoveMilestoneInput:
    milestone_id: strawberry.ID = must("The milestone.")
    after_milestone_id: strawberry.ID | None = may(
        "The milestone to stand behind; without it, in front."
    )


@strawberry.type(
    description="Result of `moveMilestone`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class MoveMilestonePayload(MutationPayload):
    milestone: Milestone | None = result("The milestone.")
    goal: Goal | None = result("The goal.")


@takes("Which milestone is reached.")
class ReachMilestoneInput:
    milestone_id: strawberry.ID = must("The milestone.")


@strawberry.type(
    description="Result of `reachMilestone`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class ReachMilestonePayload(MutationPayload):
    milestone: Milestone | None = result("The milestone.")
    goal: Goal | None = result("The goal.")


@takes("Which milestone is not reached, after all.")
class ReopenMilestoneInput:
    milestone_id: strawberry.ID = must("The milestone.")


@strawberry.type(
    description="Result of `reopenMilestone`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class ReopenMilestonePayload(MutationPayload):
    milestone: Milestone | None = result("The milestone.")
    goal: Goal | None = result("The goal.")


@takes("Which milestone to remove.")
class RemoveMilestoneInput:
    milestone_id: strawberry.ID = must("The milestone.")
    expected_version: int | None = may(
        "The version that the viewer has seen: where somebody else wrote meanwhile, this is refused."
    )


@strawberry.type(
    description="Result of `removeMilestone`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class RemoveMilestonePayload(MutationPayload):
    goal: Goal | None = result("The goal without the milestone.")
