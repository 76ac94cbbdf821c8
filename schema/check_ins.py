"""Pausing to look how it goes: check-ins, reviews, and whether it goes on."""

from datetime import datetime
from typing import Annotated

import strawberry

import models
from resolvers import check_ins
from schema.enums import choice
from schema.fields import asks, belongs_to, said, shows
from schema.goals import Goal
from schema.inputs import may, must, takes
from schema.members import Member
from schema.nodes import Connection, MutationPayload, Node, result
from schema.sessions import MentoringSession

choice(models.CheckInKind)
choice(models.CheckInRating)

MentoringRelationship = Annotated["MentoringRelationship", strawberry.lazy("schema.relationships")]  # type: ignore[misc]


@shows(models.CheckInAnswer)
class CheckInAnswer:
    author: Member = belongs_to("author", "Who filled it in.")
    rating: models.CheckInRating = said("How it goes.")
    went_well: str = said("What went well; plain text, may be empty.")
    next_steps: str = said("What comes next; plain text, may be empty.")
    wants_help: bool | None = asks(check_ins.wants_help)
    created_at: datetime = said("When it was filled in.")
    updated_at: datetime = said("When it was last changed.")


@strawberry.type(description="What a review looks back on, side by side.")
class Review:
    goals: list[Goal] = asks(check_ins.goals_of_review)
    sessions: list[MentoringSession] = asks(check_ins.sessions_of_review)
    check_ins: list["CheckIn"] = asks(check_ins.check_ins_of_review)


@shows(models.CheckIn)
class CheckIn(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    relationship: MentoringRelationship = belongs_to("relationship", "Relationship it belongs to.")
    kind: models.CheckInKind = said("Whether it is a check-in or a review.")
    starts_at: datetime = said("When the period begins that it looks back on.")
    ends_at: datetime = said("When that period ended, and it came due.")
    closed_at: datetime | None = said("When the next came due; null before.")
    is_open: bool = asks(check_ins.is_open)
    viewer_answer: CheckInAnswer | None = asks(check_ins.viewer_answer)
    partner_answer: CheckInAnswer | None = asks(check_ins.partner_answer)
    has_partner_answered: bool = asks(check_ins.has_partner_answered)
    review: Review | None = asks(check_ins.review_of)


@strawberry.type(description="Page of check-ins and reviews.")
class CheckInConnection(Connection[CheckIn]):
    pass


@takes("What to fill in.")
class SubmitCheckInInput:
    check_in_id: strawberry.ID = must("The check-in or review.")
    rating: models.CheckInRating = must("How it goes.")
    went_well: str | None = may("What went well; at most 1,000 characters of plain text.")
    next_steps: str | None = may("What comes next; likewise.")
    wants_help: bool = may(
        "Whether help of the coordinators is wanted. They hear of it, and the partner does not.",
        default=False,
    )


@strawberry.type(
    description="Result of `submitCheckIn`; may fail with `NOT_FOUND`, `WRONG_STATE`, `INVALID` or "
    "`TOO_LONG`."
)
class SubmitCheckInPayload(MutationPayload):
    check_in: CheckIn | None = result("The check-in with the answer.")


@takes("Which relationship goes on.")
class ContinueRelationshipInput:
    relationship_id: strawberry.ID = must("The relationship.")
