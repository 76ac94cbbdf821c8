"""Reporting to the coordinators what must not go on, and looking after it."""

from datetime import datetime

import strawberry

import models
from resolvers import concerns
from schema.enums import choice
from schema.fields import asks, belongs_to, said, shows
from schema.inputs import may, must, takes
from schema.members import Member
from schema.nodes import Connection, MutationPayload, Node, result

choice(models.ConcernState)


@strawberry.type(
    description="What coordinators know and note of a concern. "
    "It leads to people, and to nothing that they wrote to each other."
)
class ConcernCase:
    reporter: Member | None = belongs_to(
        "reporter", "Who reported it; null when they are no longer known."
    )
    subject_id: strawberry.ID | None = said(
        "Id of the request, relationship or session it is about, if any."
    )
    note: str = said("Note of the coordinators, for themselves.")
    changed_by: Member | None = belongs_to("changed_by", "Coordinator who changed it last.")
    version: int = said("Number of the version, for `updateConcern`.")
    updated_at: datetime = said("When it was last changed.")


@shows(models.Concern)
class Concern(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    member: Member | None = belongs_to(
        "member", "Whom it is about; null when they are no longer known."
    )
    subject: Node | None = asks(concerns.subject)
    text: str = said("What was reported.")
    state: models.ConcernState = said("State.")
    case: ConcernCase | None = asks(concerns.case)
    created_at: datetime = said("When it was reported.")


@strawberry.type(description="Page of concerns.")
class ConcernConnection(Connection[Concern]):
    pass


@takes("What to report to the coordinators.")
class ReportConcernInput:
    member_id: strawberry.ID = must("Whom it is about.")
    text: str = must("What happened.")
    subject_id: strawberry.ID | None = may(
        "The request, relationship or session of the two that it is about."
    )


@strawberry.type(
    description="Result of `reportConcern`; may fail with `NOT_FOUND`, `SELF`, `REQUIRED`, `TOO_SOON`, "
    "`INVALID` or `TOO_LONG`."
)
class ReportConcernPayload(MutationPayload):
    concern: Concern | None = result("The concern.")


@takes("What has become of a concern. Absent fields stay as they are.")
class UpdateConcernInput:
    concern_id: strawberry.ID = must("The concern.")
    state: models.ConcernState | None = may("Its state from now on.")
    note: str | None = may("Note of the coordinators; it replaces the one there is.")
    expected_version: int | None = may(
        "Version that was seen; if it has been changed since, nothing is done."
    )


@strawberry.type(
    description="Result of `updateConcern`; may fail with `NOT_FOUND`, `WRONG_STATE`, `INVALID` or `TOO_LONG`."
)
class UpdateConcernPayload(MutationPayload):
    concern: Concern | None = result("The concern.")
