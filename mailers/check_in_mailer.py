"""E-mails about how it goes: check-ins and reviews that are due, and whether it goes on at all."""

from datetime import datetime

from mailers.email import Email
from models import (
    CheckIn,
    CheckInAnswer,
    EventKind,
    Member,
    MentoringRelationship,
    RelationshipState,
    clock,
)
from models.check_in.notices import Notice


def notice(it: Notice) -> Email:
    """To one of the two, in the morning: what of these it is time for."""
    if it.check_in is None:
        return quiet(it.relationship, it.reader)
    return due(it.check_in, it.relationship, it.reader)


def due(check_in: CheckIn, relationship: MentoringRelationship, reader: Member) -> Email:
    """To each: a check-in, or a review, of this period is due."""
    return Email(
        template=f"check_in_mailer/{'review' if check_in.is_review else 'check_in'}_due",
        reader=reader,
        about=relationship,
        kind=check_in.kind.event_kind,
        occasion=check_in.id,
        only_while=RelationshipState.ACTIVE,
        facts={
            "check_in_id": check_in.id,
            "partner": _partner(relationship, reader).name,
            "starts_on": _day(check_in.starts_at, reader),
            "ends_on": _day(check_in.ends_at, reader),
        },
    )


def quiet(relationship: MentoringRelationship, reader: Member) -> Email:
    """To each, once while it is quiet: does it go on?"""
    return Email(
        template="check_in_mailer/quiet",
        reader=reader,
        about=relationship,
        kind=EventKind.RELATIONSHIP_QUIET,
        occasion=_asked_at(relationship),
        only_while=RelationshipState.ACTIVE,
        facts={
            "relationship_id": relationship.id,
            "partner": _partner(relationship, reader).name,
        },
    )


def help_wanted(
    answer: CheckInAnswer, relationship: MentoringRelationship, coordinator: Member
) -> Email:
    """To a coordinator, once for each answer: who wants help, with whom they work, and since when."""
    author = (
        relationship.mentor if answer.author_id == relationship.mentor_id else relationship.mentee
    )
    return Email(
        template="check_in_mailer/help_wanted",
        reader=coordinator,
        about=answer,
        facts={
            "member_id": author.id,
            "member": author.name,
            "partner": _partner(relationship, author).name,
            "day": _day(answer.updated_at, coordinator),
        },
    )


def _partner(relationship: MentoringRelationship, reader: Member) -> Member:
    is_mentee = reader.id == relationship.mentee_id
    return relationship.mentor if is_mentee else relationship.mentee


def _day(instant: datetime, reader: Member) -> str:
    return clock.day(instant, reader.time_zone).isoformat()


def _asked_at(relationship: MentoringRelationship) -> str:
    asked_at = relationship.quiet_asked_at
    return asked_at.isoformat() if asked_at else ""
