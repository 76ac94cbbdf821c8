"""Following up on a request that waits: the draft that its sender can send."""

import re

from models.email_draft import EmailDraft
from models.member import Member
from models.program import Program

_NAME = re.compile(r"\{(sender|recipient|program)\}")


def follow_up(program: Program, *, sender: Member, recipient: Member, address: str) -> EmailDraft:
    """The program's follow-up text, with the names filled in."""
    return EmailDraft(
        to=address,
        subject=_filled(program.follow_up_subject, program, sender, recipient),
        body=_filled(program.follow_up_text, program, sender, recipient),
    )


def _filled(template: str, program: Program, sender: Member, recipient: Member) -> str:
    # Replaced rather than formatted: a coordinator's stray brace must not break it. And all at once:
    # somebody may be called {program}.
    names = {"sender": sender.name, "recipient": recipient.name, "program": program.name}
    return _NAME.sub(lambda it: names[it[1]], template)
