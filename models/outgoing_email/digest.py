"""E-mails that are held until one digest tells of them all."""

from collections.abc import Sequence
from itertools import groupby

from models import clock
from models.database import rows
from models.member import Member
from models.notification_preference import NotificationPreference
from models.outgoing_email.outgoing_email import OutgoingEmail
from models.outgoing_email.promise import OutgoingState


async def due_for_digests() -> list[list[OutgoingEmail]]:
    """What is held and due, of a few readers, one list for each, the oldest first.

    Other workers leave these readers alone until this transaction ends.
    """
    readers = await Member.lock_some(
        "m.id IN (SELECT reader_id FROM outgoing_email"
        " WHERE is_held AND state = 'QUEUED' AND due_at <= :now)",
        now=clock.now(),
    )
    held = await rows(
        "SELECT * FROM outgoing_email"
        " WHERE is_held AND state = 'QUEUED' AND due_at <= :now AND reader_id IN :readers"
        " ORDER BY reader_id, created_at, id",
        now=clock.now(),
        readers=readers,
    )
    emails = [OutgoingEmail(**it) for it in held]
    return [list(of_one) for _, of_one in groupby(emails, key=lambda it: it.reader_id)]


async def wait_anew(reader: Member) -> None:
    """Have what is held for a reader wait as they wish now, in the time zone they live in now.

    What is due already has its digest written next, and would only be put off.
    """
    held = OutgoingEmail.filter(reader_id=reader.id, is_held=True, state=OutgoingState.QUEUED)
    for kind in {it.kind for it in await held if it.kind}:
        frequency = await NotificationPreference.frequency_for(reader, kind)
        await rows(
            "UPDATE outgoing_email SET due_at = :due"
            " WHERE reader_id = :reader AND kind = :kind AND is_held AND state = 'QUEUED'"
            " AND due_at > :now RETURNING id",
            reader=reader.id,
            kind=kind,
            due=frequency.due(reader.clock_zone) or clock.now(),
            now=clock.now(),
        )


async def release(email: OutgoingEmail) -> None:
    """Have it go out by itself after all."""
    await rows(
        "UPDATE outgoing_email SET is_held = FALSE"
        " WHERE id = :id AND state = 'QUEUED' AND is_held RETURNING id",
        id=email.id,
    )


async def drop(email: OutgoingEmail, why: str) -> None:
    """Give it up: nobody has to be told of it any more."""
    await rows(
        "UPDATE outgoing_email SET state = 'CANCELLED', is_held = FALSE, last_error = :why"
        " WHERE id = :id AND state = 'QUEUED' AND is_held RETURNING id",
        id=email.id,
        why=why,
    )


async def fold(emails: Sequence[OutgoingEmail], *, into: str) -> None:
    """Have a digest (an id) tell of these; they do not go out themselves."""
    await rows(
        "UPDATE outgoing_email SET state = 'CANCELLED', is_held = FALSE, digest_id = :digest,"
        " last_error = 'A digest tells of it.'"
        " WHERE id IN :ids AND state = 'QUEUED' AND is_held RETURNING id",
        ids=[it.id for it in emails],
        digest=into,
    )


async def told_by(digest: OutgoingEmail) -> list[OutgoingEmail]:
    """What a digest tells of, the oldest first."""
    return await OutgoingEmail.filter(digest_id=digest.id).order_by("created_at", "id")
