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
        found = await rows(
            f"SELECT l.{owner} AS owner_id, t.* FROM {table} l JOIN topic t ON t.id = l.topic_id"
            f" WHERE l.{owner} IN :ids ORDER BY t.place",
            ids=ids,
        )
        chosen: dict[str, list[Topic]] = {id: [] for id in ids}
        for it in found:
            chosen[it.pop("owner_id")].append(cls._init_from_db(**it))
        return [chosen[id] for id in ids]
