"""What somebody reports to the coordinators alone, and what these make of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock
from models.choice import Choice
from models.database import rows
from models.fields import MomentField, one_of
from models.listing import Listing, newest_first
from models.member import Member
from models.record import Record
from models.refusal import Problems, Reason, Refusal
from models.text import PARAGRAPHS, bounded

MOST_A_DAY = 10  # of one reporter; each is an e-mail to every coordinator
DAY = timedelta(days=1)


class ConcernState(Choice):
    """What has become of a concern."""

    OPEN = "No coordinator has looked at it yet."
    LOOKED_AT = "A coordinator looks after it."
    CLOSED = "The coordinators are done with it."


class Concern(Record):
    """Concern about a member, for the coordinators alone; the member never learns of it."""

    PREFIX = "con"

    updated_at: datetime = MomentField()
    reporter: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="reported_concerns", null=True
    )
    reporter_id: str | None
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="concerns", null=True
    )
    member_id: str | None
    subject_id: str | None = fields.TextField(null=True)
    text = fields.TextField()
    state = one_of(ConcernState, default=ConcernState.OPEN)
    note = fields.TextField(default="")  # of the coordinators, for themselves
    changed_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="changed_concerns", null=True
    )
    changed_by_id: str | None
    version = fields.IntField(default=1)

    class Meta:
        table = "concern"

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """Those that the member reported; to coordinators all, except for those about themselves."""
        if member.is_coordinator:
            return cls.filter(Q(member_id=None) | Q(member_id__not=member.id))
        return cls.filter(reporter_id=member.id)

    @classmethod
    def listed_for(cls, member: Member) -> Listing[Self]:
        """Those that the member reported, newest first."""
        return cls._newest("c.reporter_id = :member", member=member.id)

    @classmethod
    def listed_for_coordinator(
        cls, coordinator: Member, states: Sequence[ConcernState] = ()
    ) -> Listing[Self]:
        """All except for those about the coordinator, in any of these states, newest first."""
        others = "(c.member_id IS NULL OR c.member_id <> :member)"
        where = others + " AND c.state IN :states" * bool(states)
        return cls._newest(where, member=coordinator.id, states=states)

    @classmethod
    def _newest(cls, where: str, **values: Any) -> Listing[Self]:
        order = newest_first("c")
        return Listing(
            model=cls, source="concern c", alias="c", where=where, order=order, values=values
        )

    @classmethod
    async def report(
        cls, member: Member, text: str, *, by: Member, about: Record | None = None
    ) -> Self:
        """Tell the coordinators. It may be `about` something that the two share.

        Refuses SELF, REQUIRED, TOO_LONG, and TOO_SOON after MOST_A_DAY.
        """
        if member.id == by.id:
            raise Refusal(Reason.SELF, field=("member_id",))
        problems = Problems()
        words = bounded(text, problems, field=("text",), most=PARAGRAPHS, is_required=True)
        problems.refuse_any()
        await Member.lock([by.id])
        now = clock.now()
        if await cls.filter(reporter_id=by.id, created_at__gt=now - DAY).count() >= MOST_A_DAY:
            message = (
                f"You reported {MOST_A_DAY} concerns within a day; the coordinators have them."
            )
            raise Refusal(Reason.TOO_SOON, message)
        return await cls.create(
            created_at=now,
            updated_at=now,
            reporter=by,
            member=member,
            subject_id=about.id if about else None,
            text=words,
        )

    async def change(
        self,
        *,
        by: Member,
        state: ConcernState | None = None,
        note: str | None = None,
        expected_version: int | None = None,
    ) -> None:
        """Note what has become of it; what is not given stays. Who changed it last, and when, is kept.

        Refuses TOO_LONG, and WRONG_STATE if it is of another version than expected.
        """
        problems = Problems()
        words = self.note if note is None else note
        words = bounded(words, problems, field=("note",), most=PARAGRAPHS)
        problems.refuse_any()
        # The WHERE clause is the lock: of two who saw the same version, one gets no row back.
        changed = await rows(
            "UPDATE concern SET state = COALESCE(:state, state), version = version + 1,"
            " note = CASE WHEN :keeps = 1 THEN note ELSE :note END,"
            " changed_by_id = :by, updated_at = :now"
            " WHERE id = :id AND version = COALESCE(:version, version) RETURNING id",
            id=self.id,
            state=state,
            note=words,
            keeps=int(note is None),
            by=by.id,
            now=clock.now(),
            version=expected_version,
        )
        if not changed:
            message = "Another coordinator changed this meanwhile: please look at it again."
            raise Refusal(Reason.WRONG_STATE, message, field=("expected_version",))
        await self.refresh_from_db()
