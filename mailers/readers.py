"""What is known only when an e-mail is written: its reader, sometimes; and what must stand nowhere else."""

from collections.abc import Awaitable, Callable
from typing import Any

from mailers import account_mailer
from models import Member, OutgoingEmail, PasswordReset, clock
from models.password_reset import LIFE


async def reader_of(email: OutgoingEmail) -> Member | None:
    """To whom it goes; None if that is nobody."""
    find = _FOUND_LATE.get(email.template)
    return await (find(email) if find else _who_was_meant(email))


async def secrets_for(email: OutgoingEmail, reader: Member) -> dict[str, Any]:
    """Facts for the message alone."""
    if email.template == account_mailer.PASSWORD_RESET:
        asked_at = email.created_at
        return {"token": await PasswordReset.begin(email.about_id, reader, asked_at=asked_at)}
    return {}


async def _who_was_meant(email: OutgoingEmail) -> Member | None:
    return await Member.get_or_none(id=email.reader_id)


async def _who_asked(email: OutgoingEmail) -> Member | None:
    """The member with the address that a new password was asked for, if they may take part.

    It was promised without looking, so that who asks learns nothing from how that went.
    """
    known, asked_for = email.reader_id, email.facts.get("address", "")
    which = {"id": known} if known else {"email_key": asked_for}
    is_in_time = clock.now() < email.created_at + LIFE
    member = await Member.in_good_standing().get_or_none(**which) if is_in_time else None
    await email.found(member)
    return member


async def _at_a_former_address(email: OutgoingEmail) -> Member | None:
    reader = await _who_was_meant(email)
    if reader:
        reader.email = email.facts["to"]  # which is not kept
    return reader


_FOUND_LATE: dict[str, Callable[[OutgoingEmail], Awaitable[Member | None]]] = {
    account_mailer.PASSWORD_RESET: _who_asked,
    account_mailer.ADDRESS_CHANGED: _at_a_former_address,
}
