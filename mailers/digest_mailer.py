"""One e-mail that tells of several things that happened, each by the subject of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from mailers.by_now import by_now
from mailers.email import Email, reason_against
from mailers.rendering import headline
from models import Member, OutgoingEmail, Urgency, clock
from models.outgoing_email.digest import drop, due_for_digests, fold, release, told_by

TEMPLATE = "digest_mailer/digest"
MOST_SHOWN = 50  # things in one e-mail


def digest(reader: Member) -> Email:
    """To somebody who wants to hear of things once a day or a week: what happened since."""
    return Email(
        template=TEMPLATE,
        reader=reader,
        about=reader,
        facts={},
        urgency=Urgency.BULK,
        occasion=str(clock.milliseconds(clock.now())),
    )


async def deliver_due() -> int:
    """Promise the digests that are due. Gives how many e-mails this settles.

    Must be called in a transaction. Of what is left by then, a single one goes out by itself, and
    of nothing nobody is told.
    """
    held = await due_for_digests()
    for of_one in held:
        reader = await Member.get(id=of_one[0].reader_id)
        await _deliver(reader, [it for it in of_one if await _is_wanted(it, reader)])
    return sum(map(len, held))


async def told_to(reader: Member, email: OutgoingEmail) -> list[OutgoingEmail]:
    """What a digest tells of, as far as its reader wants to hear of it now, the oldest first."""
    return [it for it in await told_by(email) if not await _reason_against(it, reader)]


async def facts(
    told: Sequence[OutgoingEmail], given: Mapping[str, Any], language: str
) -> dict[str, Any]:
    """What its template needs: the subject and the link of each e-mail that it tells of."""
    wordings = [await by_now(it) for it in told[:MOST_SHOWN]]
    shown = [headline(it.template, {**given, **it.facts}, language) for it in wordings]
    return {"headlines": shown, "number": len(told)}


async def _deliver(reader: Member, emails: Sequence[OutgoingEmail]) -> None:
    if len(emails) == 1:
        await release(emails[0])
    elif emails:
        email = digest(reader)
        await email.deliver_later()
        promised = await OutgoingEmail.get(dedupe_key=email.key)
        await fold(emails, into=promised.id)


async def _is_wanted(email: OutgoingEmail, reader: Member) -> bool:
    """Whether to tell of it still; if not, it is dropped."""
    why = await _reason_against(email, reader)
    if why:
        await drop(email, why)
    return not why


async def _reason_against(email: OutgoingEmail, reader: Member) -> str | None:
    if reason := await reason_against(email.kind, reader, email.actor_id):
        return str(reason.meaning)
    return None if await email.is_called_for() else "What it is about has changed meanwhile."
