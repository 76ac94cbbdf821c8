"""Two people working together, until one of them says it is complete."""

from models.mentoring_relationship.gratitude_note import GratitudeNote
from models.mentoring_relationship.relationship import MentoringRelationship
from models.mentoring_relationship.state import (
    CompletionOutcome,
    RelationshipCriteria,
    RelationshipState,
)

__all__ = [
    "CompletionOutcome",
    "GratitudeNote",
    "MentoringRelationship",
    "RelationshipCriteria",
    "RelationshipState",
]
