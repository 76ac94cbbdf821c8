"""E-mails about taking part in a role."""

from typing import Any

from mailers.email import Email
from models import Enrollment, EventKind, Member, clock
from models.returning import Return


def welcome(enrollment: Enrollment) -> Email:
    """To a member who enrolled in a role for the first time: what to do next."""
    return Email(
        template="enrollment_mailer/welcome",
        reader=enrollment.member,
        about=enrollment,
        facts={
            "role": enrollment.role.name.lower(),
            "partner_role": enrollment.role.other.name.lower(),
        },
    )


def welcome_back(back: Return) -> Email:
    """To a member whose pause ended on its day, in the morning: you are found again."""
    first = back.enrollments[0]
    return Email(
        template="enrollment_mailer/welcome_back",
        reader=first.member,
        about=first,
        kind=EventKind.PAUSE_ENDED,
        occasion=_occasion(first),
        facts={
            "roles": [it.role.name.lower() for it in back.enrollments],
            "returned_on": back.returned_on.isoformat(),
            "waiting": back.waiting_requests,
        },
    )


def partner_paused(enrollment: Enrollment, partner: Member, message: str) -> Email:
    """To a partner: a break, in the person's own words, and until when."""
    day = enrollment.return_on
    facts = {"message": message, "return_on": day.isoformat() if day else None}
    return _about_status("enrollment_mailer/partner_paused", enrollment, partner, facts)


def partner_back(enrollment: Enrollment, partner: Member, message: str) -> Email:
    """To a partner: the break is over."""
    facts = {"message": message}
    return _about_status("enrollment_mailer/partner_back", enrollment, partner, facts)


def partner_left(enrollment: Enrollment, partner: Member, message: str) -> Email:
    """To a partner: no new relationships in this role; yours goes on."""
    facts = {"message": message}
    return _about_status("enrollment_mailer/partner_left", enrollment, partner, facts)


def _about_status(
    template: str, enrollment: Enrollment, partner: Member, facts: dict[str, Any]
) -> Email:
    role = enrollment.role.name.lower()
    return Email(
        template=template,
        reader=partner,
        about=enrollment,
        kind=EventKind.PARTNER_STATUS_CHANGED,
        by=enrollment.member,
        occasion=_occasion(enrollment),
        facts={**facts, "partner": enrollment.member.name, "partner_role": role},
    )


def _occasion(enrollment: Enrollment) -> str:
    """One may pause any number of times, and people are told each time."""
    return str(clock.milliseconds(enrollment.updated_at))
