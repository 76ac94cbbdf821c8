"""Telling those who had to do with a member who was erased; their e-mails call them nobody."""

from mailers import relationship_mailer, request_mailer, session_mailer
from models.erasure import Farewell
from models.member import Member


async def tell(farewell: Farewell) -> None:
    """Tell partners what ended, calendars of what is called off, and whoever waited for an answer."""
    former = farewell.former
    for relationship in farewell.relationships:
        partner = await Member.get(id=relationship.partner_id(former))
        await relationship_mailer.completed(relationship, partner, "").deliver_later()
    for session in farewell.sessions:
        partner = await Member.get(id=session.relationship.partner_id(former))
        await session_mailer.called_off(session, partner, by=former).deliver_later()
    for request, reader in farewell.requests:
        await request_mailer.closed(request, reader).deliver_later()
