"""Agreeing on how to work together."""

from datetime import date, datetime
from typing import Annotated

import strawberry

import models
import schema.enrollments  # noqa: F401 - declares ways to meet, and how often
from resolvers import agreements
from schema.enums import choice
from schema.fields import asks, belongs_to, said, shows
from schema.inputs import may, must, takes
from schema.members import Member
from schema.nodes import Connection, MutationPayload, Node, result

choice(models.CheckInRhythm)
choice(models.ReviewRhythm)

MentoringRelationship = Annotated["MentoringRelationship", strawberry.lazy("schema.relationships")]  # type: ignore[misc]


@shows(models.Agreement)
class Agreement(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    relationship: MentoringRelationship = belongs_to("relationship", "Relationship it belongs to.")
    version: int = said("Number of this version; the first is 1.")
    proposed_by: Member | None = belongs_to(
        "proposed_by", "Who proposed it; null when they are no longer known."
    )
    frequency: models.SessionFrequency = said("How often to meet.")
    duration_minutes: int = said("For how many minutes.")
    channel: models.SessionChannel = said("Way to meet.")
    expectations: str = said("What both expect of each other, in Markdown; may be empty.")
    ends_on: date | None = said(
        "Day until which to work together, if any; then both are asked whether to go on."
    )
    notice_hours: int = said("Hours ahead at which to give notice of moving or cancelling.")
    check_ins: models.CheckInRhythm = said("How often both are asked how it goes.")
    reviews: models.ReviewRhythm = said("How often both are asked to look back together.")
    mentor_confirmed_at: datetime | None = said("When the mentor confirmed this version.")
    mentee_confirmed_at: datetime | None = said("When the mentee confirmed this version.")
    is_confirmed: bool = said("Whether both confirmed this version.")
    viewer_can_confirm: bool = asks(agreements.viewer_can_confirm)
    created_at: datetime = said("When this version was proposed.")


@strawberry.type(description="Page of versions of an agreement.")
class AgreementConnection(Connection[Agreement]):
    pass


@takes("Agreement to propose.")
class ProposeAgreementInput:
    relationship_id: strawberry.ID = must("The relationship.")
    frequency: models.SessionFrequency = must("How often to meet.")
    duration_minutes: int = must("For how many minutes, 15 to 240.")
    channel: models.SessionChannel = must("Way to meet.")
    expectations: str | None = may(
        "What both expect of each other, in Markdown, up to 4000 characters."
    )
    ends_on: date | None = may(
        "Day until which to work together, from tomorrow on; without it, there is none."
    )
    notice_hours: int = may(
        "Hours ahead at which to give notice of moving or cancelling, 0 to 168.", default=24
    )
    check_ins: models.CheckInRhythm = may(
        "How often both are asked how it goes.", default=models.CheckInRhythm.MONTHLY
    )
    reviews: models.ReviewRhythm = may(
        "How often both are asked to look back together.", default=models.ReviewRhythm.QUARTERLY
    )
    expected_version: int | None = may(
        "The newest version that the viewer has seen, 0 if none: where there is a newer one, this is refused."
    )


@strawberry.type(
    description="Result of `proposeAgreement`; may fail with `NOT_FOUND`, `WRONG_STATE`, `OUT_OF_RANGE`, "
    "`INVALID` or `TOO_LONG`."
)
class ProposeAgreementPayload(MutationPayload):
    agreement: Agreement | None = result("The version that was proposed.")
    relationship: MentoringRelationship | None = result("The relationship.")


@takes("Which version of the agreement to confirm.")
class ConfirmAgreementInput:
    relationship_id: strawberry.ID = must("The relationship.")
    version: int = must("The version that the viewer has seen; no other is confirmed.")


@strawberry.type(
    description="Result of `confirmAgreement`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class ConfirmAgreementPayload(MutationPayload):
    agreement: Agreement | None = result("The version, which counts now.")
    relationship: MentoringRelationship | None = result("The relationship.")
