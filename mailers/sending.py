"""Keeping one promise of the outbox: see whether it holds, write it, hand it over, note the outcome."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from mailers import calendars, digest_mailer
from mailers.by_now import by_now
from mailers.delivery import Delivery, MailFolder, OutOfOrder, TryLater, Undeliverable
from mailers.email import reason_against
from mailers.links import Links
from mailers.message import message
from mailers.pace import Pace, TooSoon
from mailers.readers import reader_of, secrets_for
from mailers.rendering import render
from mailers.smtp import MailServer
from models import EventKind, Member, OutgoingEmail, Program, clock
from models.outgoing_email.suppression import why_suppressed
from settings import Settings

LARGEST_FACTS = 100_000  # characters; people's words have limits, so it is a mistake of ours
PAUSES = (0.2, 1, 5, 10)  # seconds between tries to note that an e-mail is sent
STEP_ASIDE = timedelta(seconds=30)  # for others, after an e-mail met a mail system out of order

log = logging.getLogger(__name__)


def way_out(settings: Settings) -> Delivery:
    """The mail server, or without one the folder of files."""
    if settings.smtp_url:
        return MailServer(settings.smtp_url, settings.mail_from)
    return MailFolder(settings.mail_folder)


@dataclass(frozen=True)
class Sending:
    """What it takes to send an e-mail."""

    delivery: Delivery
    pace: Pace
    settings: Settings

    @classmethod
    def by(cls, settings: Settings) -> "Sending":
        """As the settings have it."""
        return cls(way_out(settings), Pace(settings), settings)

    async def send(self, email: OutgoingEmail) -> bool:
        """Send a claimed e-mail, and note what came of it. Whether the mail system had to do with it.

        Raises OutOfOrder and TooSoon after putting it back, if nothing can be sent at present.
        """
        reader = await reader_of(email)
        if reader is None:
            await email.cancel("The reader is no longer known.")
        elif await self._is_called_for(email, reader) and await self._is_its_turn(email, reader):
            return await self._begin(email, reader) and await self._hand_over(email)
        return False

    async def _is_called_for(self, email: OutgoingEmail, reader: Member) -> bool:
        if reason := await reason_against(email.kind, reader, email.actor_id):
            await email.cancel(reason.meaning)
        elif not await email.is_called_for() or await _is_empty(email, reader):
            await email.cancel("What it is about has changed meanwhile.")
        elif why := await why_suppressed(_address(email, reader)):
            await email.suppress(why)
        else:
            return True
        return False

    async def _is_its_turn(self, email: OutgoingEmail, reader: Member) -> bool:
        try:
            await self.pace.keep(email, _address(email, reader))
        except TooSoon as too_soon:
            # Where nothing else may go, either, it keeps its place in the queue.
            await email.put_back(until=None if too_soon.is_for_all else too_soon.turn)
            if too_soon.is_for_all:
                raise
            return False
        return True

    async def _hand_over(self, email: OutgoingEmail) -> bool:
        try:
            await self.delivery.deliver(email)
        except TryLater as trouble:
            if not await email.put_off(str(trouble), is_in_doubt=trouble.is_in_doubt):
                log.error("e-mail %s is given up; `mail show` says why", email.id)
        except Undeliverable as trouble:
            log.warning("e-mail %s cannot be delivered; `mail show` says why", email.id)
            await email.refused(str(trouble), is_nobody_there=trouble.is_nobody_there)
        except OutOfOrder as trouble:
            # Should it be this one after all that the mail system stumbles over, others come first.
            await email.put_back(str(trouble), until=clock.now() + STEP_ASIDE)
            raise
        else:
            await _surely(email.sent)
        return True

    async def _begin(self, email: OutgoingEmail, reader: Member) -> bool:
        """Write the message, if it is not written yet, and note that it is going out."""
        if _is_written_to(email, reader):
            subject, mime = email.subject or "", email.mime or ""
        else:
            try:
                mail = await self._written(email, reader)
                subject, mime = str(mail["Subject"]), mail.as_bytes().decode("ascii")
            except Exception:
                # Whatever is wrong with a template or a name, it will be wrong again the next time.
                log.exception("e-mail %s (%s) cannot be written", email.id, email.template)
                await email.dead("It cannot be written.")
                return False
        return await email.begin(address=_address(email, reader), subject=subject, mime=mime)

    async def _written(self, email: OutgoingEmail, reader: Member) -> EmailMessage:
        size = len(json.dumps(email.facts))
        assert size <= LARGEST_FACTS, f"its facts are too large: {size} characters"
        program, first = await Program.current(), await email.first_about_the_same()
        language = reader.email_language_in(program)
        links = Links(self.settings, reader.id)
        facts: dict[str, Any] = {"reader": reader.name, "program": program.name, "links": links}
        kinds = {email.kind}
        if email.template == digest_mailer.TEMPLATE:
            told = await digest_mailer.told_to(reader, email)
            facts |= await digest_mailer.facts(told, facts, language)
            kinds = {it.kind for it in told}
        unsubscribe = _unsubscribe(kinds, links)
        template, by_then = await by_now(email)
        facts |= {**by_then, **await secrets_for(email, reader), "unsubscribe": unsubscribe}
        return message(
            render(template, facts, language),
            id=email.id,
            to=reader,
            sender=self.settings.mail_from,
            written_at=email.created_at,
            answers=first,
            sent_for=email.sent_for,
            reply_to=email.reply_to,
            unsubscribe=unsubscribe,
            calendar=calendars.part_of(email.facts, reader, links, language),
        )


async def _surely(note: Callable[[], Awaitable[None]]) -> None:
    """Note it even if the database is away for a moment: else it would be sent again."""
    for pause in PAUSES:
        try:
            return await note()
        except Exception:
            log.warning("that an e-mail is sent is noted in %s seconds", pause, exc_info=True)
            await asyncio.sleep(pause)
    return await note()


async def _is_empty(email: OutgoingEmail, reader: Member) -> bool:
    """Whether it is a digest that has nothing to tell any more."""
    is_digest = email.template == digest_mailer.TEMPLATE
    return is_digest and not await digest_mailer.told_to(reader, email)


def _unsubscribe(kinds: Iterable[EventKind | None], links: Links) -> str | None:
    """Where the reader gets rid of such e-mails, unless they are always sent."""
    stoppable = [it for it in kinds if it and not it.is_essential]
    return links.unsubscribe(stoppable) if stoppable else None


def _is_written_to(email: OutgoingEmail, reader: Member) -> bool:
    return bool(email.mime) and email.address == _address(email, reader)


def _address(email: OutgoingEmail, reader: Member) -> str:
    """Where it goes: to the present address, or to that where it may have arrived already."""
    return email.address if email.may_have_arrived and email.address else reader.email
