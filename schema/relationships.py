"""Working together, and parting."""

from datetime import datetime

import strawberry

import models
from resolvers import agreements, check_ins, goals, relationships, sessions
from schema.agreements import Agreement, AgreementConnection
from schema.check_ins import CheckIn, CheckInConnection
from schema.enums import choice
from schema.fields import PAGING, asks, belongs_to, said, shows
from schema.goals import Goal
from schema.inputs import may, must, takes
from schema.members import Member
from schema.nodes import Connection, MutationPayload, Node, result
from schema.requests import MentoringRequest
from schema.sessions import MentoringSession, SessionConnection

choice(models.RelationshipState)
choice(models.CompletionOutcome)


@shows(models.GratitudeNote)
class GratitudeNote(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    author: Member = belongs_to("author", "Who wrote it.")
    text: str = said("Plain text.")
    is_shareable: bool = said("Whether the author allows the program to quote it.")
    created_at: datetime = said("When it was written.")


@strawberry.type(description="How a relationship ended.")
class Completion:
    outcome: models.CompletionOutcome = said("Result.")
    completed_by: Member | None = belongs_to(
        "completed_by", "Who completed it; null when they are no longer known."
    )
    completed_at: datetime = said("When.")
    gratitude_notes: list[GratitudeNote] = asks(relationships.gratitude_notes)


@shows(models.MentoringRelationship)
class MentoringRelationship(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    mentor: Member = belongs_to("mentor", "The mentor.")
    mentee: Member = belongs_to("mentee", "The mentee.")
    partner: Member | None = asks(relationships.partner)
    viewer_role: models.Role | None = asks(relationships.viewer_role)
    state: models.RelationshipState = said("State.")
    request: MentoringRequest = belongs_to("request", "Request it began with.")
    next_session: MentoringSession | None = asks(sessions.next_session)
    sessions: SessionConnection = asks(sessions.of_relationship, *PAGING)
    quiet_asked_at: datetime | None = said(
        "When both were asked whether it goes on, as long as neither has answered."
    )
    viewer_can_continue: bool = asks(check_ins.viewer_can_continue)
    open_check_in: CheckIn | None = asks(check_ins.open_check_in)
    check_ins: CheckInConnection = asks(check_ins.of_relationship, *PAGING)
    agreement: Agreement | None = asks(agreements.agreement)
    proposed_agreement: Agreement | None = asks(agreements.proposed_agreement)
    agreements: AgreementConnection = asks(agreements.of_relationship, *PAGING)
    progress: float | None = asks(goals.progress)
    goals: list[Goal] = asks(goals.goals)
    completion: Completion | None = asks(relationships.completion)
    viewer_can_update: bool = asks(relationships.viewer_can_update)
    viewer_can_complete: bool = asks(relationships.viewer_can_complete)
    viewer_can_add_gratitude_note: bool = asks(relationships.viewer_can_add_gratitude_note)
    created_at: datetime = said("When it began.")
    updated_at: datetime = said("When anything in it last changed.")


@strawberry.type(description="Page of relationships.")
class RelationshipConnection(Connection[MentoringRelationship]):
    pass


@takes(
    "Conditions on relationships; all that are given must hold.",
    becomes=models.RelationshipCriteria,
)
class RelationshipFilter:
    states: list[models.RelationshipState] | None = may("In any of these states.")
    role: models.Role | None = may("The viewer has this role.")


@takes("How a relationship ended.")
class CompleteInput:
    relationship_id: strawberry.ID = must("The relationship.")
    outcome: models.CompletionOutcome = must("Result.")
    gratitude_note: str | None = may("Thanks to the partner, sent by e-mail too.")
    is_note_shareable: bool = may("Whether the program may quote the note.", default=False)


@strawberry.type(
    description="Result of `complete`; may fail with `NOT_FOUND`, `WRONG_STATE`, `INVALID` or `TOO_LONG`."
)
class CompletePayload(MutationPayload):
    relationship: MentoringRelationship | None = result("The completed relationship.")


@takes("Thanks to the partner of a completed relationship.")
class AddGratitudeNoteInput:
    relationship_id: strawberry.ID = must("The relationship.")
    text: str = must("Plain text.")
    is_shareable: bool = may("Whether the program may quote the note.", default=False)


@strawberry.type(
    description="Result of `addGratitudeNote`; may fail with `NOT_FOUND`, `WRONG_STATE`, `DUPLICATE`, "
    "`REQUIRED`, `INVALID` or `TOO_LONG`."
)
class AddGratitudeNotePayload(MutationPayload):
    gratitude_note: GratitudeNote | None = result("The note.")
    relationship: MentoringRelationship | None = result("The relationship with the note.")


@strawberry.type(
    description="Result of `continueRelationship`; may fail with `NOT_FOUND`, `WRONG_STATE` or `INVALID`."
)
class ContinueRelationshipPayload(MutationPayload):
    relationship: MentoringRelationship | None = result("The relationship that goes on.")
