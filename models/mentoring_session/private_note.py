"""What somebody writes down of a session for themselves."""

from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models import clock
from models.database import rows
from models.fields import MomentField
from models.member import Member
from models.mentoring_session.session import MentoringSession
from models.record import Record, new_id
from models.refusal import Problems
from models.text import PARAGRAPHS, bounded


class PrivateNote(Record):
    """Note on a mentoring session that only its author sees: neither the partner nor coordinators do."""

    PREFIX = "pnt"

    updated_at = MomentField()
    session: fields.ForeignKeyRelation[MentoringSession] = fields.ForeignKeyField(
        "models.MentoringSession", related_name="private_notes"
    )
    session_id: str
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="private_notes"
    )
    author_id: str
    text = fields.TextField()

    class Meta:
        table = "private_note"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """The member's own."""
        return cls.filter(author_id=member.id)

    @classmethod
    async def write(cls, session: MentoringSession, words: str, *, by: Member) -> Self:
        """Keep one's note, in place of the one so far; also once the relationship is completed.

        Refuses TOO_LONG.
        """
        problems = Problems()
        words = bounded(words, problems, field=("text",), most=PARAGRAPHS)
        problems.refuse_any()
        [kept] = await rows(
            """
            INSERT INTO private_note (id, created_at, updated_at, session_id, author_id, text)
            VALUES (:id, :now, :now, :session, :author, :words)
            ON CONFLICT (session_id, author_id)
            DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at RETURNING id
            """,
            id=new_id(cls.PREFIX),
            now=clock.now(),
            session=session.id,
            author=by.id,
            words=words,
        )
        return await cls.get(id=kept["id"])
