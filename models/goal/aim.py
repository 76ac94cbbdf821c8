"""What goals and milestones share: words, a day, whether it is reached, and a place in an order.

Two people may change them at once, and lose nothing: each verb holds the relationship, reads the row
anew, and writes the columns it is about and no others. Places are told by a neighbor, not by a number
that somebody else's change has made wrong.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self, TypedDict, cast

from tortoise import fields

from models import clock, text
from models.database import rows
from models.event import Event, EventKind
from models.fields import MomentField
from models.member import Member
from models.mentoring_relationship import MentoringRelationship
from models.record import Record
from models.refusal import Problems, Reason, Refusal

FARTHEST = timedelta(days=10 * 365)  # from today until a day to reach something by


class AimChanges(TypedDict, total=False):
    """What to change; what is absent stays, and None clears where there may be nothing."""

    title: str
    description: str | None
    due_on: date | None


class Aim(Record):
    """Something to reach, among others in an order."""

    OWNER: ClassVar[str]  # the column that those of one order share
    MOST: ClassVar[int]  # that one order has
    WORD: ClassVar[str]  # what it is called

    updated_at = MomentField()
    title = fields.TextField()
    due_on: date | None = fields.DateField(null=True)
    reached_at: datetime | None = MomentField(null=True)
    place = fields.BigIntField()
    version = fields.IntField(default=1)

    class Meta:
        abstract = True

    @property
    def together(self) -> MentoringRelationship:
        """The relationship it is about, which comes loaded."""
        raise NotImplementedError

    @property
    def is_reached(self) -> bool:
        """Whether it is reached."""
        return self.reached_at is not None

    @classmethod
    async def add_last(cls, changes: AimChanges, *, by: Member, **owner: Record) -> Self:
        """Add one behind all others. Refuses WRONG_STATE, REQUIRED, TOO_LONG, OUT_OF_RANGE."""
        columns = _checked({"title": "", **changes}, None, by)
        [(name, row)] = owner.items()
        added = cls(**columns, **owner, place=0)
        await added.together.hold()
        [found] = await rows(
            f"SELECT count(*) AS number, COALESCE(max(place), 0) AS last FROM {cls._meta.db_table}"
            f" WHERE {name}_id = :owner",
            owner=row.id,
        )
        if found["number"] >= cls.MOST:
            raise Refusal(Reason.OUT_OF_RANGE, f"At most {cls.MOST} {cls.WORD}s, please.")
        added.place, added.updated_at = found["last"] + 1, added.created_at
        await added.save()
        await added._tell_partner(by)
        return added

    async def change(
        self, changes: AimChanges, *, by: Member, expected_version: int | None = None
    ) -> None:
        """Change its words or its day; the columns that are not given stay as they are.

        Refuses REQUIRED, TOO_LONG, OUT_OF_RANGE, NOT_FOUND once it is removed, and WRONG_STATE once
        the relationship is completed, or if it is of another version than expected: somebody else
        has written meanwhile, whose words would be lost.
        """
        columns = _checked(changes, self.due_on, by)
        await self._hold(expected_version)
        await self._save(**columns, version=self.version + 1)
        await self._tell_partner(by)

    async def reach(self, *, by: Member) -> None:
        """Note that it is reached. Refuses WRONG_STATE, NOT_FOUND."""
        await self._hold()
        if self.is_reached:
            raise Refusal(Reason.WRONG_STATE, f"This {self.WORD} is reached already.")
        await self._save(reached_at=clock.now())
        await self._tell_partner(by)

    async def reopen(self, *, by: Member) -> None:
        """Note that it is not reached, after all. Refuses WRONG_STATE, NOT_FOUND."""
        await self._hold()
        if not self.is_reached:
            raise Refusal(Reason.WRONG_STATE, f"This {self.WORD} is not reached.")
        await self._save(reached_at=None)
        await self._tell_partner(by)

    async def move(self, *, by: Member, after: str | None = None) -> None:
        """Move it behind another of the same order, or to the front. Refuses WRONG_STATE, NOT_FOUND."""
        await self._hold()
        place = await self._place_behind(after) if after else 1
        await rows(
            f"UPDATE {self._meta.db_table} SET place = place + 1"
            f" WHERE {self.OWNER} = :owner AND place >= :place RETURNING id",
            owner=getattr(self, self.OWNER),
            place=place,
        )
        await self._save(place=place)
        await self._tell_partner(by)

    async def remove(self, *, by: Member, expected_version: int | None = None) -> None:
        """Have it no longer. Refuses NOT_FOUND, and WRONG_STATE as `change` does."""
        await self._hold(expected_version)
        await self.delete()
        await self._tell_partner(by)

    async def _place_behind(self, id: str) -> int:
        mine = {self.OWNER: getattr(self, self.OWNER)}
        field = (f"after_{self.WORD}_id",)
        if id == self.id:
            raise Refusal(Reason.INVALID, f"Name another {self.WORD}, please.", field=field)
        other = await type(self).find(id, among=type(self).filter(**mine), field=field)
        return int(other.place) + 1

    async def _hold(self, expected_version: int | None = None) -> None:
        await self.together.hold()
        now = await type(self).get_or_none(id=self.id)
        if now is None:
            raise Refusal(Reason.NOT_FOUND, field=(f"{self.WORD}_id",))
        for name in self._meta.fields_db_projection:
            setattr(self, name, getattr(now, name))
        if expected_version not in (None, self.version):
            message = "This was changed meanwhile: please look at it again."
            raise Refusal(Reason.WRONG_STATE, message, field=("expected_version",))

    async def _save(self, **columns: Any) -> None:
        self.update_from_dict({**columns, "updated_at": clock.now()})
        await self.save(update_fields=[*columns, "updated_at"])

    async def _tell_partner(self, by: Member) -> None:
        partner_id = self.together.partner_id(by)
        await Event.of(self.together, EventKind.GOALS_CHANGED, to=partner_id, by=by.id)


def _checked(changes: Mapping[str, Any], due_on: date | None, by: Member) -> AimChanges:
    """What to write. Refuses all that is wrong at once; a day that stays may be past."""
    problems, tidy = Problems(), dict(changes)
    if "title" in tidy:
        line = text.line(tidy["title"] or "")
        tidy["title"] = text.bounded(
            line, problems, field=("title",), most=text.LINE, is_required=True
        )
    if tidy.get("description") is not None:
        words = text.bounded(
            tidy["description"], problems, field=("description",), most=text.PARAGRAPHS
        )
        tidy["description"] = words or None
    day, today = tidy.get("due_on"), clock.today(by.time_zone)
    if day and day != due_on and not today <= day <= today + FARTHEST:
        message = "Give a day from today on, within ten years; or none."
        problems.add(Reason.OUT_OF_RANGE, message, field=("due_on",))
    problems.refuse_any()
    return cast(AimChanges, tidy)
