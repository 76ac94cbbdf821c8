"""The private calendar of a member, for programs that cannot sign in: who knows its address may read it."""

import hashlib
import secrets
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock
from models.member import Member
from models.record import Record
from models.refusal import Reason, Refusal


class CalendarFeed(Record):
    """Address at which calendars find the sessions of a member; each has one at most."""

    PREFIX = "cal"

    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member")
    member_id: str
    token_hash = fields.TextField()

    class Meta:
        table = "calendar_feed"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """The member's own."""
        return cls.filter(member_id=member.id)

    @classmethod
    async def begin(cls, member: Member, *, may_replace: bool = False) -> str:
        """Make an address; gives its token, which is not kept anywhere.

        Refuses DUPLICATE if there is one already, unless it may replace that, which is worthless then.
        """
        token = secrets.token_urlsafe(32)
        await Member.lock([member.id])
        if may_replace:
            await cls.filter(member_id=member.id).delete()
        elif await cls.filter(member_id=member.id).exists():
            raise Refusal(Reason.DUPLICATE, "Your calendar has an address already.")
        await cls.create(member=member, token_hash=_hash(token))
        return token

    @classmethod
    async def reader_of(cls, token: str) -> Member | None:
        """Whose calendar is at the address with this token, if they may take part."""
        lasting = Q(member__valid_until=None) | Q(member__valid_until__gt=clock.now())
        valid = cls.filter(lasting, member__suspended_at=None, token_hash=_hash(token))
        feed = await valid.select_related("member").first()
        return feed.member if feed else None


def _hash(token: str) -> str:
    """Enough for a token of 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
