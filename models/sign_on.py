"""Single sign-on: the way to the association's provider and back, which is good once and not for long."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from tortoise import fields

from models import clock
from models.database import rows
from models.external_identity import ExternalIdentity
from models.fields import MomentField
from models.member import Member
from models.record import Record
from models.refusal import Reason, Refusal

LIFE = timedelta(minutes=10)  # from leaving for the provider until a member is known
CODE_LIFE = timedelta(minutes=2)  # until an app has to have used its code


@dataclass(frozen=True)
class App:
    """Where an app wants its code, and what it proves then (RFC 7636)."""

    address: str
    challenge: str
    state: str | None = None


class SignOn(Record):
    """Somebody on the way. The secret is in a cookie of their browser, and kept as a hash."""

    PREFIX = "sso"

    secret_hash = fields.TextField()
    is_back = fields.BooleanField(default=False)
    ends_at: datetime = MomentField()
    issuer: str | None = fields.TextField(null=True)
    subject: str | None = fields.TextField(null=True)
    app_address: str | None = fields.TextField(null=True)
    app_state: str | None = fields.TextField(null=True)
    app_challenge: str | None = fields.TextField(null=True)
    code_hash: str | None = fields.TextField(null=True)
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", null=True
    )
    member_id: str | None

    class Meta:
        table = "sign_on"

    @classmethod
    async def begin(cls, app: App | None = None) -> str:
        """Somebody leaves. Gives the secret, which is not kept anywhere."""
        secret = secrets.token_urlsafe(32)
        await cls.create(
            secret_hash=_hash(secret),
            ends_at=clock.now() + LIFE,
            app_address=app and app.address,
            app_challenge=app and app.challenge,
            app_state=app and app.state,
        )
        return secret

    @classmethod
    async def come_back(cls, secret: str) -> Self:
        """Somebody returns, once. Refuses BAD_CREDENTIALS."""
        back = await rows(
            "UPDATE sign_on SET is_back = TRUE"
            " WHERE secret_hash = :hash AND NOT is_back AND ends_at > :now RETURNING id",
            hash=_hash(secret),
            now=clock.now(),
        )
        if not back:
            raise _over()
        return await cls.get(id=back[0]["id"])

    async def prove(self, issuer: str, subject: str) -> Member | None:
        """Note who the provider says it is. Gives the member, if one signs in so."""
        self.issuer, self.subject = issuer, subject
        await self.save(update_fields=["issuer", "subject"])
        return await ExternalIdentity.member_with(issuer, subject)

    @classmethod
    async def unlinked(cls, secret: str) -> Self:
        """Who is proven to be somebody at the provider, and not yet a member. Refuses BAD_CREDENTIALS."""
        found = await cls.filter(
            secret_hash=_hash(secret), is_back=True, ends_at__gt=clock.now(), code_hash=None
        ).first()
        if found is None or found.subject is None:
            raise _over()
        return found

    async def link(self, member: Member) -> None:
        """Let the member sign in as who was proven. Refuses DUPLICATE, BAD_CREDENTIALS."""
        await Member.lock([member.id])
        if self.issuer is None or self.subject is None:
            raise _over()
        await ExternalIdentity.link(member, self.issuer, self.subject)

    async def end(self) -> None:
        """They are in."""
        await self.delete()

    async def give_code(self, member: Member) -> str:
        """A code with which the app signs in, which is not kept anywhere. The secret is worthless then."""
        code = secrets.token_urlsafe(32)
        self.code_hash, self.member_id = _hash(code), member.id
        self.secret_hash, self.ends_at = self.id, clock.now() + CODE_LIFE
        await self.save(update_fields=["code_hash", "member_id", "secret_hash", "ends_at"])
        return code

    @classmethod
    async def redeem(cls, code: str, verifier: str) -> Member:
        """Whose code it is, once. Refuses BAD_CREDENTIALS."""
        found = await rows(
            """
            DELETE FROM sign_on WHERE code_hash = :code AND app_challenge = :challenge
                AND ends_at > :now RETURNING member_id
            """,
            code=_hash(code),
            challenge=_challenge(verifier),
            now=clock.now(),
        )
        if not found:
            raise Refusal(
                Reason.BAD_CREDENTIALS, "This code is wrong, or has been used.", field=["code"]
            )
        return await Member.get(id=found[0]["member_id"])

    @staticmethod
    async def forget_over() -> None:
        """Delete what is good for nothing any more."""
        await rows("DELETE FROM sign_on WHERE ends_at <= :now RETURNING id", now=clock.now())


def _over() -> Refusal:
    return Refusal(Reason.BAD_CREDENTIALS, "This has taken too long, or was done before.")


def _hash(secret: str) -> str:
    """Enough for a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
