"""Setting a new password with a link from an e-mail, by who cannot sign in."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models import clock
from models.database import rows
from models.device import Device
from models.external_identity import ExternalIdentity
from models.fields import MomentField
from models.member import Member
from models.record import Record
from models.refusal import Reason, Refusal
from models.sign_in import SignIn

LIFE = timedelta(minutes=30)  # of a link, from when somebody asked for it


class PasswordReset(Record):
    """One time that somebody asked; its id is known before it is known whether that is a member.

    It is kept once its token is in an e-mail, and for as long as the token is good for something.
    """

    PREFIX = "rst"

    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member")
    member_id: str
    token_hash = fields.TextField()
    ends_at: datetime = MomentField()

    class Meta:
        table = "password_reset"

    @classmethod
    async def begin(cls, id: str, member: Member, *, asked_at: datetime) -> str:
        """The token for the e-mail that answers one asking, which is not kept anywhere.

        If that e-mail has to be written again, the token that it had is worthless.
        """
        token = secrets.token_urlsafe(32)
        await rows(
            """
            INSERT INTO password_reset (id, created_at, member_id, token_hash, ends_at)
            VALUES (:id, :asked_at, :member, :hash, :ends_at)
            ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash RETURNING id
            """,
            id=id,
            asked_at=asked_at,
            member=member.id,
            hash=_hash(token),
            ends_at=asked_at + LIFE,
        )
        return token

    @classmethod
    async def member_with(cls, token: str) -> Member:
        """Who may set a new password with this token. Uses nothing up. Refuses BAD_CREDENTIALS."""
        found = await cls._valid().get_or_none(token_hash=_hash(token)).select_related("member")
        if found is None or not found.member.is_in_good_standing:
            raise _worthless()
        return found.member

    @classmethod
    async def redeem(cls, token: str, new: str) -> Member:
        """Have the member sign in with a new password (its hash), and be signed in and known nowhere.

        Refuses BAD_CREDENTIALS: of several who use a token, one is the first.
        """
        member = await cls.member_with(token)
        await Member.lock([member.id])
        if not await rows(
            "DELETE FROM password_reset WHERE token_hash = :hash RETURNING id", hash=_hash(token)
        ):
            raise _worthless()
        await (await Member.get(id=member.id)).replace_password(new)
        await SignIn.end_all(member)
        await Device.forget_all(member)
        await ExternalIdentity.forget_all(member)
        await cls.forget([member.id])
        return member

    @staticmethod
    async def forget(member_ids: Collection[str]) -> None:
        """Make all links that these members were sent worthless."""
        await rows(
            "DELETE FROM password_reset WHERE member_id IN :ids RETURNING id",
            ids=member_ids,
        )

    @staticmethod
    async def forget_over() -> None:
        """Delete what is good for nothing any more."""
        await rows("DELETE FROM password_reset WHERE ends_at <= :now RETURNING id", now=clock.now())

    @classmethod
    def _valid(cls) -> QuerySet[Self]:
        return cls.filter(ends_at__gt=clock.now())


def _worthless() -> Refusal:
    message = "This link has been used already, or is too old. Ask for a new one."
    return Refusal(Reason.BAD_CREDENTIALS, message, field=["token"])


def _hash(token: str) -> str:
    """Enough for a token of 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
