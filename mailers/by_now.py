"""What e-mails about several requests have to say by the time they are written.

Some of these may have been answered since the e-mail was promised.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mailers import request_mailer
from models import OutgoingEmail


class Wording(NamedTuple):
    """A template, and what it is filled with."""

    template: str
    facts: Mapping[str, Any]


async def by_now(email: OutgoingEmail) -> Wording:
    """What to write: of several requests those that still wait; of a single one, the e-mail about one."""
    about_one = request_mailer.ABOUT_ONE.get(email.template)
    left = await email.still_called_for() if about_one and email.also_about else ()
    if not (about_one and left):
        return Wording(email.template, email.facts)
    named = [it for it in email.facts["requests"] if it["request_id"] in left]
    if len(left) == len(named) == 1:
        return Wording(about_one, named[0])
    return Wording(email.template, {**email.facts, "requests": named, "number": len(left)})
