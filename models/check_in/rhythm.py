"""How often the two look back: what they agreed on, or what is usual."""

from dataclasses import dataclass

from models import clock
from models.database import rows
from models.mentoring_relationship import MentoringRelationship


@dataclass(frozen=True)
class Rhythm:
    """After how many months a check-in is due, and a review; None is never."""

    check_in_months: int | None
    review_months: int | None


USUAL = Rhythm(check_in_months=1, review_months=3)


async def rhythm_of(relationship: MentoringRelationship) -> Rhythm:
    """The rhythm of a relationship: what both confirmed last, or what is usual."""
    agreed = await rows(
        "SELECT check_ins, reviews FROM agreement WHERE relationship_id = :id"
        " AND mentor_confirmed_at IS NOT NULL AND mentee_confirmed_at IS NOT NULL"
        " ORDER BY version DESC LIMIT 1",
        id=relationship.id,
    )
    if not agreed:
        return USUAL
    return Rhythm(
        USUAL.check_in_months if agreed[0]["check_ins"] == "MONTHLY" else None,
        USUAL.review_months if agreed[0]["reviews"] == "QUARTERLY" else None,
    )


async def follow_rhythm(relationship: MentoringRelationship) -> None:
    """Go on in another rhythm, which was agreed on just now: nothing is due for the time before."""
    await rows(
        "UPDATE mentoring_relationship SET check_in_at = :now WHERE id = :id RETURNING id",
        id=relationship.id,
        now=clock.now(),
    )
