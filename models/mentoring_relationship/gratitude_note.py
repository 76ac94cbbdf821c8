"""Thanks, when it is over."""

from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import text
from models.block import Block
from models.member import Member
from models.record import Record
from models.refusal import Problems, Reason, Refusal


class GratitudeNote(Record):
    """Thanks of one partner to the other."""

    PREFIX = "thx"

    relationship: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.MentoringRelationship", related_name="gratitude_notes"
    )
    relationship_id: str
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="gratitude_notes"
    )
    author_id: str
    text = fields.TextField()
    is_shareable = fields.BooleanField(default=False)
    is_withheld = fields.BooleanField(default=False)  # from a partner who had blocked the author

    class Meta:
        table = "gratitude_note"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """Notes that the member wrote or received."""
        theirs = Q(relationship__mentor_id=member.id) | Q(relationship__mentee_id=member.id)
        return cls.filter(theirs, Q(author_id=member.id) | Q(is_withheld=False))

    @classmethod
    async def write(
        cls,
        relationship_id: str,
        *,
        by: Member,
        to: str,
        words: str,
        is_shareable: bool,
        field: str,
    ) -> Self:
        """Keep a note, at most one from each. Refuses DUPLICATE, REQUIRED, TOO_LONG."""
        words = _checked(words, field)
        await Member.lock([by.id])
        if await cls.filter(relationship_id=relationship_id, author_id=by.id).count():
            raise Refusal(Reason.DUPLICATE, "You have thanked your partner already.")
        return await cls.create(
            relationship_id=relationship_id,
            author=by,
            text=words,
            is_shareable=is_shareable,
            is_withheld=await Block.withholds(by.id, reader_id=to),
        )


def _checked(words: str, field: str) -> str:
    problems = Problems()
    words = text.bounded(words, problems, field=(field,), most=text.PARAGRAPHS, is_required=True)
    problems.refuse_any()
    return words
