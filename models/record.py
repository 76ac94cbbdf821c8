"""What every stored noun shares."""

import secrets
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from tortoise.models import Model
from tortoise.queryset import QuerySet

from models import clock
from models.fields import IdField, MomentField
from models.refusal import Reason, Refusal

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


def new_id(prefix: str) -> str:
    """An id such as `req_01jdq…`: the prefix of the noun, 48 bits of time, 80 random bits.

    The layout is that of ULID, in lower case. Ids of one noun sort by time of creation to the
    millisecond, and cannot be guessed.
    """
    number = clock.milliseconds(clock.now()) << 80 | secrets.randbits(80)
    return f"{prefix}_" + "".join(
        _ALPHABET[number >> 5 * place & 31] for place in range(25, -1, -1)
    )


class Record(Model):
    """A row with an opaque id that is safe in URLs, and the instant it was created."""

    PREFIX: ClassVar[str]

    id = IdField(primary_key=True)
    created_at = MomentField()

    class Meta:
        abstract = True

    def __init__(self, **values: object) -> None:
        values.setdefault("id", new_id(self.PREFIX))
        values.setdefault("created_at", clock.now())
        super().__init__(**values)

    @classmethod
    def visible_to(cls, member: Any) -> QuerySet[Self]:
        """The rows that a member may see; for them, no others exist."""
        raise NotImplementedError

    @classmethod
    async def seen_by(
        cls, member: Any, ids: Sequence[str], *, among: QuerySet[Self] | None = None
    ) -> dict[str, Self]:
        """The rows with these ids, if they are `among` some, in the shape in which a member sees them."""
        found = (cls.all() if among is None else among).filter(id__in=ids)
        return {it.id: it for it in await found}

    @classmethod
    async def find(
        cls,
        id: str,
        *,
        among: QuerySet[Self] | None = None,
        field: Sequence[str] | None = None,
    ) -> Self:
        """The row with this id, if it is `among` those you may see. Refuses NOT_FOUND."""
        row = await (cls.all() if among is None else among).get_or_none(id=id)
        if row is None:
            raise Refusal(Reason.NOT_FOUND, field=field)
        return row
