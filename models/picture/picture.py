"""A picture of a member, from before its files are stored until after they are removed."""

from datetime import datetime, timedelta
from typing import Self

from tortoise import fields

from models import clock
from models.database import rows
from models.fields import MomentField
from models.member import Member
from models.record import Record
from models.refusal import Reason, Refusal

PATIENCE = timedelta(hours=1)  # for its files to be stored, before they are taken for forgotten


class Picture(Record):
    """Picture of a member.

    Its id is a part of its address. That is 80 random bits, new with each upload: nobody finds it
    who was not told.
    """

    PREFIX = "pic"

    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", null=True, on_delete=fields.SET_NULL, related_name="pictures"
    )
    member_id: str | None
    removal_due_at: datetime | None = MomentField(null=True)  # never, while it is shown

    class Meta:
        table = "picture"

    @classmethod
    async def begin(cls, member: Member) -> Self:
        """Promise that its files, stored from now on, are removed again unless it is shown in time."""
        return await cls.create(member=member, removal_due_at=clock.now() + PATIENCE)

    async def show(self, member: Member) -> None:
        """Show it of its member, instead of what was shown before. Refuses WRONG_STATE after PATIENCE."""
        await Member.lock([member.id])
        in_time = await rows(
            "UPDATE picture SET removal_due_at = NULL"
            " WHERE id = :id AND removal_due_at > :now RETURNING id",
            id=self.id,
            now=clock.now(),
        )
        if not in_time:
            raise Refusal(Reason.WRONG_STATE, "This took too long; please send the picture again.")
        await _point(member, to=self.id)

    @classmethod
    async def hide(cls, member: Member) -> None:
        """Show no picture of a member any more."""
        await Member.lock([member.id])
        await _point(member, to=None)


async def _point(member: Member, *, to: str | None) -> None:
    """Have a member show this picture, and the files of others of theirs be removed."""
    await rows(
        "UPDATE picture SET removal_due_at = :now"
        " WHERE member_id = :member AND removal_due_at IS NULL AND id <> :shown RETURNING id",
        now=clock.now(),
        member=member.id,
        shown=to or "",
    )
    member.picture_id, member.updated_at = to, clock.now()
    await member.save(update_fields=["picture_id", "updated_at"])
