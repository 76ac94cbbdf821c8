"""What mentoring can be about."""

from collections.abc import Sequence

from tortoise import fields
from tortoise.queryset import QuerySet

from models.database import rows
from models.member import Member
from models.record import Record


class Topic(Record):
    """Subject that mentoring can be about."""

    PREFIX = "top"

    name = fields.TextField()
    name_key = fields.TextField()
    category = fields.TextField()
    description = fields.TextField(null=True)
    place = fields.IntField()
    is_archived = fields.BooleanField(default=False)

    class Meta:
        table = "topic"
        ordering = ("place",)

    @classmethod
    def visible_to(cls, member: Member) -> "QuerySet[Topic]":
        """Every topic: the vocabulary is no secret."""
        return cls.all()

    @classmethod
    async def chosen(cls, table: str, owner: str, ids: Sequence[str]) -> list[list["Topic"]]:
        """The topics that `table` links to each of the ids in its column `owner`, in display order."""
        links = await rows(
            f"SELECT {owner} AS owner_id, topic_id FROM {table} WHERE {owner} IN :ids", ids=ids
        )
        topics = await cls.in_bulk({link["topic_id"] for link in links}, "id")
        chosen: dict[str, list[Topic]] = {id: [] for id in ids}
        for link in links:
            chosen[link["owner_id"]].append(topics[link["topic_id"]])
        return [sorted(chosen[id], key=lambda it: it.place) for id in ids]
