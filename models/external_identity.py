"""Who a member is to an OpenID provider: issuer and subject, and never an address."""

from tortoise import fields

from models.database import rows
from models.member import Member
from models.record import Record
from models.refusal import Reason, Refusal


class ExternalIdentity(Record):
    """Somebody at a provider, as whom one member signs in."""

    PREFIX = "idy"

    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member")
    member_id: str
    issuer = fields.TextField()
    subject = fields.TextField()

    class Meta:
        table = "external_identity"

    @classmethod
    async def member_with(cls, issuer: str, subject: str) -> Member | None:
        """Whose identity it is, if somebody's."""
        found = await cls.get_or_none(issuer=issuer, subject=subject).select_related("member")
        return found.member if found else None

    @classmethod
    async def link(cls, member: Member, issuer: str, subject: str) -> None:
        """Let the member sign in so from now on. Refuses DUPLICATE if somebody else does."""
        new = cls(member=member, issuer=issuer, subject=subject)
        linked = await rows(
            """
            INSERT INTO external_identity (id, created_at, member_id, issuer, subject)
            VALUES (:id, :created_at, :member, :issuer, :subject)
            ON CONFLICT (issuer, subject) DO NOTHING RETURNING id
            """,
            id=new.id,
            created_at=new.created_at,
            member=member.id,
            issuer=issuer,
            subject=subject,
        )
        if not linked:
            raise Refusal(Reason.DUPLICATE)

    @staticmethod
    async def forget_all(member: Member) -> None:
        """Have nobody sign in as the member by a provider, until it is linked again."""
        await rows(
            "DELETE FROM external_identity WHERE member_id = :member RETURNING id", member=member.id
        )
