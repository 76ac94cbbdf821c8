"""E-mails to those who run the program."""

from collections.abc import Sequence

from mailers.email import Email
from models import Concern, Member, Urgency, clock
from models.outgoing_email.undeliverable import REPORT, Unreachable

MOST_NAMED = 20
LONGEST_ANSWER = 200  # characters of what a mail server said


def undeliverable(coordinator: Member, unreachable: Sequence[Unreachable]) -> Email:
    """To a coordinator, once a day at most: whom e-mails did not reach, and what the mail server said."""
    named = unreachable[:MOST_NAMED]
    return Email(
        template=REPORT,
        reader=coordinator,
        about=coordinator,
        urgency=Urgency.BULK,
        occasion=clock.now().date().isoformat(),
        facts={
            "member_id": named[0].member.id,
            "people": [
                {"name": it.member.name, "address": it.address, "why": it.why[:LONGEST_ANSWER]}
                for it in named
            ],
            "others": len(unreachable) - len(named),
        },
    )


def concern_reported(concern: Concern, coordinator: Member) -> Email:
    """To a coordinator whom it is not about: there is a concern. Mailboxes are read by others, too."""
    return Email(
        template="coordinator_mailer/concern_reported",
        reader=coordinator,
        about=concern,
        facts={"concern_id": concern.id},
    )
