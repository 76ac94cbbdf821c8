"""Being signed in: opaque tokens, kept as hashes, that end."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock, text
from models.choice import Choice
from models.database import rows
from models.device import Device
from models.fields import MomentField, one_of
from models.member import MOST_AT_ONCE, Member
from models.record import Record

KEPT = timedelta(days=30)  # after its end, for who wants to know what happened
FRESH = timedelta(minutes=10)  # since its beginning, for what nobody may do who found a device
TOUCH_EVERY = timedelta(minutes=5)  # so that reading does not write all the time


class SignInKind(Choice):
    """Where a sign-in is kept."""

    BROWSER = "In a browser's cookie; ends after a day without use, or two weeks."
    APP = "In an app's key store; ends after two weeks without use, or ninety days."

    @property
    def idle(self) -> timedelta:
        """How long it lasts without being used."""
        return timedelta(days=1 if self is SignInKind.BROWSER else 14)

    @property
    def longest(self) -> timedelta:
        """How long it lasts at most."""
        return timedelta(days=14 if self is SignInKind.BROWSER else 90)


class SignIn(Record):
    """Sign-in of a member on one device."""

    PREFIX = "sig"

    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member")
    member_id: str
    device: fields.ForeignKeyNullableRelation[Device] = fields.ForeignKeyField(
        "models.Device", null=True
    )
    device_id: str | None
    kind = one_of(SignInKind)
    token_hash = fields.TextField()
    user_agent = fields.TextField(null=True)
    last_used_at = MomentField()
    idle_ends_at = MomentField()
    ends_at = MomentField()
    ended_at: datetime | None = MomentField(null=True)

    class Meta:
        table = "sign_in"

    @classmethod
    async def begin(
        cls,
        member: Member,
        *,
        kind: SignInKind,
        user_agent: str = "",
        device: Device | None = None,
    ) -> tuple[Self, str]:
        """Sign a member in. Gives the sign-in and its token, which is not kept anywhere."""
        token, now = _new_token(), clock.now()
        sign_in = await cls.create(
            member=member,
            device=device,
            kind=kind,
            token_hash=_hash(token),
            user_agent=text.line(user_agent)[:200] or None,
            last_used_at=now,
            idle_ends_at=now + kind.idle,
            ends_at=now + kind.longest,
        )
        return sign_in, token

    @classmethod
    async def resume(cls, token: str) -> Self | None:
        """The sign-in with this token and its member; None unless both are valid now."""
        now = clock.now()
        sign_in = await cls._valid().filter(token_hash=_hash(token)).first()
        if sign_in and now - sign_in.last_used_at > TOUCH_EVERY:
            await sign_in._touch(now)
        return sign_in

    @classmethod
    async def valid_among(cls, ids: Collection[str]) -> dict[str, Self]:
        """Those of the sign-ins with these ids that are valid now, with their members, by id."""
        return {it.id: it async for it in cls._valid().filter(id__in=ids)}

    @property
    def is_fresh(self) -> bool:
        """Whether it has just been proved who this is."""
        return clock.now() - self.created_at <= FRESH

    @classmethod
    def running(cls) -> QuerySet[Self]:
        """Sign-ins that have not ended."""
        now = clock.now()
        return cls.filter(ended_at=None, idle_ends_at__gt=now, ends_at__gt=now)

    @classmethod
    def _valid(cls) -> QuerySet[Self]:
        """Running sign-ins whose members may take part, with these members."""
        lasting = Q(member__valid_until=None) | Q(member__valid_until__gt=clock.now())
        return cls.running().filter(lasting, member__suspended_at=None).select_related("member")

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """The member's own running sign-ins."""
        return cls.running().filter(member_id=member.id)

    async def end(self) -> None:
        """Sign out: the token is worthless from now on."""
        await rows(
            "UPDATE sign_in SET ended_at = :now WHERE id = :id AND ended_at IS NULL RETURNING id",
            now=clock.now(),
            id=self.id,
        )

    async def renew(self) -> str:
        """Go on with another token, which is not kept anywhere: the one so far is worthless."""
        token = _new_token()
        await rows(
            "UPDATE sign_in SET token_hash = :hash WHERE id = :id RETURNING id",
            hash=_hash(token),
            id=self.id,
        )
        return token

    @classmethod
    async def end_all(cls, member: Member, *, but: Self | None = None) -> list[str]:
        """Sign a member out everywhere, or everywhere else. Gives the ids of what ended."""
        ended = await rows(
            "UPDATE sign_in SET ended_at = :now"
            " WHERE member_id = :member AND id <> :but AND ended_at IS NULL RETURNING id",
            now=clock.now(),
            member=member.id,
            but=but.id if but else "",
        )
        return [it["id"] for it in ended]

    @staticmethod
    async def forget_ended() -> int:
        """Delete a few that ended KEPT ago, so that nobody's devices are known for ever. Gives how many."""
        forgotten = await rows(
            f"""
            DELETE FROM sign_in WHERE id IN (
                SELECT id FROM sign_in
                WHERE ended_at <= :latest OR idle_ends_at <= :latest OR ends_at <= :latest
                LIMIT {MOST_AT_ONCE})
            RETURNING id
            """,
            latest=clock.now() - KEPT,
        )
        return len(forgotten)

    async def _touch(self, now: datetime) -> None:
        await rows(
            "UPDATE sign_in SET last_used_at = :now, idle_ends_at = :idle WHERE id = :id RETURNING id",
            now=now,
            idle=now + self.kind.idle,
            id=self.id,
        )


def _new_token() -> str:
    return "mt_" + secrets.token_urlsafe(32)


def _hash(token: str) -> str:
    """Enough for a token of 256 random bits; a slow hash is for what people can guess."""
    return hashlib.sha256(token.encode()).hexdigest()
