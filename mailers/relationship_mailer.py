"""E-mails about working together, and parting."""

from mailers.email import Email
from models import EventKind, GratitudeNote, Member, MentoringRelationship


def completed(relationship: MentoringRelationship, partner: Member, thanks: str) -> Email:
    """To the partner of who completed it: it is over, with the thanks if there are any."""
    is_mentee = partner.id == relationship.mentee_id
    other = relationship.mentor if is_mentee else relationship.mentee
    return Email(
        template="relationship_mailer/completed",
        reader=partner,
        about=relationship,
        kind=EventKind.RELATIONSHIP_COMPLETED,
        by=other,
        facts={"relationship_id": relationship.id, "partner": other.name, "thanks": thanks},
    )


def thanks_received(note: GratitudeNote, partner: Member) -> Email:
    """To the partner of who wrote it: thanks."""
    return Email(
        template="relationship_mailer/thanks_received",
        reader=partner,
        about=note.relationship,
        kind=EventKind.GRATITUDE_RECEIVED,
        by=note.author,
        facts={
            "relationship_id": note.relationship_id,
            "partner": note.author.name,
            "thanks": note.text,
        },
    )
