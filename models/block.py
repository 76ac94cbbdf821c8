"""Who wants nothing to do with whom. All that hides two members from each other asks here.

Two between whom there is a block, whoever of them made it, are *apart*: in statements `APART`
says so, in querysets `none_between`. What one did is withheld only from who blocked them.
"""

from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.listing import Listing, newest_first
from models.record import Record

# In SQL, of a `member m` and the member :viewer. Found once for a statement, not once for each `m`.
APART = (
    "(m.id IN (SELECT blocked_id FROM block WHERE blocker_id = :viewer"
    " UNION ALL SELECT blocker_id FROM block WHERE blocked_id = :viewer))"
)


class Block(Record):
    """A member whom the viewer blocked: neither finds or hears of the other, who is not told."""

    PREFIX = "blk"

    blocker: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Member", related_name="blocks"
    )
    blocker_id: str
    blocked: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Member", related_name="blocks_by_others"
    )
    blocked_id: str

    class Meta:
        table = "block"

    @classmethod
    def visible_to(cls, member: Any) -> QuerySet[Self]:
        """Those that the member made; of those by others nobody learns."""
        return cls.filter(blocker_id=member.id)

    @classmethod
    def listed_for(cls, member: Any) -> Listing[Self]:
        """Those that the member made, newest first."""
        return Listing(
            model=cls,
            source="block b",
            alias="b",
            where="b.blocker_id = :member",
            order=newest_first("b"),
            values={"member": member.id},
        )

    @classmethod
    def none_between(cls, member: Any) -> Q:
        """Of members: neither has blocked the other."""
        blocked = Subquery(cls.filter(blocker_id=member.id).values("blocked_id"))
        blockers = Subquery(cls.filter(blocked_id=member.id).values("blocker_id"))
        return Q(id__not_in=blocked) & Q(id__not_in=blockers)

    @classmethod
    async def is_between(cls, one: Any, other: Any) -> bool:
        """Whether one of the two blocked the other."""
        both = (one.id, other.id)
        return await cls.filter(blocker_id__in=both, blocked_id__in=both).exists()

    @classmethod
    async def withholds(cls, actor_id: str | None, *, reader_id: str) -> bool:
        """Whether the reader (an id) blocked the actor, of whom they then do not hear."""
        if actor_id is None:
            return False
        return await cls.filter(blocker_id=reader_id, blocked_id=actor_id).exists()
