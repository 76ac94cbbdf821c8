"""Devices on which members have signed in before, known by a token that is kept as a hash."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Self

from tortoise import fields

from models import clock
from models.database import rows
from models.fields import MomentField
from models.member import MOST_AT_ONCE, Member
from models.record import Record

KNOWN_FOR = timedelta(days=365)  # without signing in on it
MOST_MEMBERS = 5  # who share a device and are all known there


class Device(Record):
    """A browser or an app on which a member has signed in.

    Who signs in on it again causes no notice, and has tries of their own: what strangers try
    elsewhere does not count against them. It proves nothing beside a password.
    """

    PREFIX = "dev"

    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member")
    member_id: str
    token_hash = fields.TextField()
    last_used_at = MomentField()

    class Meta:
        table = "device"

    @classmethod
    async def known(cls, tokens: Sequence[str], member: Member | None) -> Self | None:
        """The device with one of these tokens, if it is one of the member's."""
        if not tokens:
            return None
        hashes = [_hash(it) for it in tokens[:MOST_MEMBERS]]
        # Who is no member is asked for as well, so that it takes as long.
        return await cls.filter(
            member_id=member.id if member else "", token_hash__in=hashes
        ).first()

    @classmethod
    async def remember(cls, member: Member) -> tuple[Self, str]:
        """Know a device from now on. Gives it and its token, which is not kept anywhere."""
        token = secrets.token_urlsafe(32)
        device = await cls.create(member=member, token_hash=_hash(token), last_used_at=clock.now())
        return device, token

    async def touch(self) -> None:
        """Note that the member signs in on it."""
        await rows(
            "UPDATE device SET last_used_at = :now WHERE id = :id RETURNING id",
            now=clock.now(),
            id=self.id,
        )

    @staticmethod
    async def forget(ids: Collection[str | None], *, but: str | None = None) -> None:
        """Know these devices no more, except for one."""
        await rows(
            "DELETE FROM device WHERE id IN :ids AND id <> :but RETURNING id",
            ids=[it for it in ids if it],
            but=but or "",
        )

    @staticmethod
    async def forget_all(member: Member, *, but: str | None = None) -> None:
        """Know no device of a member any more, except for one."""
        await rows(
            "DELETE FROM device WHERE member_id = :member AND id <> :but RETURNING id",
            member=member.id,
            but=but or "",
        )

    @staticmethod
    async def forget_unused() -> int:
        """Delete a few that nobody signed in on for KNOWN_FOR. Gives how many."""
        forgotten = await rows(
            f"""
            DELETE FROM device WHERE id IN (
                SELECT id FROM device WHERE last_used_at <= :latest LIMIT {MOST_AT_ONCE})
            RETURNING id
            """,
            latest=clock.now() - KNOWN_FOR,
        )
        return len(forgotten)


def _hash(token: str) -> str:
    """Enough for a token of 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
