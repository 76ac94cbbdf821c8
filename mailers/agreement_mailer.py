"""E-mails about what two people agree on."""

from typing import Any

from mailers.email import Email
from models import Agreement, EventKind, Member, MentoringRelationship, RelationshipState, Urgency
from models.agreement.ending import Ending


def proposed(agreement: Agreement, *, by: Member) -> Email:
    """To the partner of who proposes it: this waits to be confirmed."""
    return _about("agreement_mailer/proposed", EventKind.AGREEMENT_PROPOSED, agreement, by)


def confirmed(agreement: Agreement, *, by: Member) -> Email:
    """To who proposed it: the partner agrees, and it counts."""
    return _about("agreement_mailer/confirmed", EventKind.AGREEMENT_CONFIRMED, agreement, by)


def day_came(ending: Ending) -> Email:
    """To each side, once, in the morning of the day agreed on: complete, or go on?"""
    relationship, ends_on, reader = ending
    return Email(
        template="agreement_mailer/day_came",
        reader=reader,
        about=relationship,
        kind=EventKind.AGREED_DAY_CAME,
        occasion=ends_on.isoformat(),
        urgency=Urgency.BULK,
        only_while=RelationshipState.ACTIVE,
        facts={
            "relationship_id": relationship.id,
            "partner": _partner(relationship, reader).name,
            "ends_on": ends_on.isoformat(),
        },
    )


def _about(template: str, kind: EventKind, agreement: Agreement, by: Member) -> Email:
    relationship = agreement.relationship
    return Email(
        template=template,
        reader=_partner(relationship, by),
        about=relationship,
        kind=kind,
        by=by,
        occasion=str(agreement.version),
        only_while=RelationshipState.ACTIVE,
        facts={
            "relationship_id": relationship.id,
            "partner": by.name,
            "is_change": agreement.version > 1,
            **_terms(agreement),
        },
    )


def _terms(agreement: Agreement) -> dict[str, Any]:
    return {
        "frequency": agreement.frequency.name,
        "minutes": agreement.duration_minutes,
        "channel": agreement.channel.name,
        "expectations": agreement.expectations,
        "ends_on": agreement.ends_on.isoformat() if agreement.ends_on else None,
        "notice_hours": agreement.notice_hours,
        "check_ins": agreement.check_ins.name,
        "reviews": agreement.reviews.name,
    }


def _partner(relationship: MentoringRelationship, member: Member) -> Member:
    is_mentor = member.id == relationship.mentor_id
    return relationship.mentee if is_mentor else relationship.mentor
