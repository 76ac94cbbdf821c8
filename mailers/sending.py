"""Keeping one promise of the outbox: write the message, hand it over, note what came of it."""

import logging
from email.message import EmailMessage
from typing import Any

from mailers.delivery import Delivery, MailFolder, OutOfOrder, TryLater, Undeliverable
from mailers.links import Links
from mailers.message import message
from mailers.rendering import render
from mailers.smtp import MailServer
from models import Member, OutgoingEmail, Program
from settings import Settings

log = logging.getLogger(__name__)


def way_out(settings: Settings) -> Delivery:
    """The mail server, or without one the folder of files."""
    if settings.smtp_url:
        return MailServer(settings.smtp_url, settings.mail_from)
    return MailFolder(settings.mail_folder)


async def send(email: OutgoingEmail, *, by: Delivery, settings: Settings) -> None:
    """Send a claimed e-mail, and note what came of it. Raises OutOfOrder after putting it back."""
    if not email.mime and not await _write(email, settings):
        return
    if not await email.begin_data():
        return
    try:
        await by.deliver(email)
    except TryLater as trouble:
        await email.put_off(str(trouble), is_in_doubt=trouble.is_in_doubt)
    except Undeliverable as trouble:
        log.warning("e-mail %s cannot be delivered: %s", email.id, trouble)
        await email.dead(str(trouble))
    except OutOfOrder as trouble:
        await email.put_back(str(trouble))
        raise
    else:
        await email.sent()


async def _write(email: OutgoingEmail, settings: Settings) -> bool:
    """Write the message and keep it. False if there is nothing to send."""
    reader = await Member.get_or_none(id=email.reader_id)
    if reader is None:
        await email.cancel("The reader is no longer known.")
        return False
    program, first = await Program.current(), await email.first_about_the_same()
    facts = {
        "reader": reader.name,
        "program": program.name,
        "links": Links(settings),
        **email.facts,
    }
    try:
        mail = _message(email, facts, to=reader, sender=settings.mail_from, answers=first)
        subject, mime = str(mail["Subject"]), mail.as_bytes().decode("ascii")
    except Exception:
        # Whatever is wrong with a template or a name, it will be wrong again the next time.
        log.exception("e-mail %s (%s) cannot be written", email.id, email.template)
        await email.dead("It cannot be written.")
        return False
    await email.freeze(address=reader.email, subject=subject, mime=mime)
    return True


def _message(
    email: OutgoingEmail, facts: dict[str, Any], *, to: Member, sender: str, answers: str
) -> EmailMessage:
    words = render(email.template, facts)
    return message(
        words, id=email.id, to=to, sender=sender, written_at=email.created_at, answers=answers
    )
