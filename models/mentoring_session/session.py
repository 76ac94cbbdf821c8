"""A mentoring session, and what can be done with it by either of the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock
from models.database import rows
from models.enrollment import SessionChannel
from models.event import Event, EventKind
from models.fields import MomentField, one_of
from models.member import Member
from models.mentoring_relationship import MentoringRelationship
from models.mentoring_session.mornings import forget_mornings, wait_for_mornings
from models.mentoring_session.notice import is_late, notices
from models.mentoring_session.times import (
    Plan,
    PlanChanges,
    SessionState,
    minutes_between,
)
from models.record import Record
from models.refusal import Problems, Reason, Refusal
from models.text import PARAGRAPHS, bounded


@dataclass(frozen=True)
class SessionChange:
    """What became of a plan: how it was before, and whether that was changed within the notice."""

    former: Plan
    is_moved: bool  # to another time, and not just to another place
    is_late: bool
    notice: timedelta  # that was due


class MentoringSession(Record):
    """Meeting of mentor and mentee, planned or held."""

    PREFIX = "ses"

    updated_at = MomentField()
    relationship: fields.ForeignKeyRelation[MentoringRelationship] = fields.ForeignKeyField(
        "models.MentoringRelationship", related_name="sessions"
    )
    relationship_id: str
    planned_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="planned_sessions", null=True
    )
    planned_by_id: str | None
    state = one_of(SessionState, default=SessionState.PLANNED)
    starts_at: datetime = MomentField()
    ends_at: datetime = MomentField()
    channel = one_of(SessionChannel)
    location = fields.TextField()
    agenda = fields.TextField()
    notes = fields.TextField(default="")
    version = fields.IntField(default=1)
    sequence = fields.IntField(default=0)
    late_changes = fields.IntField(default=0)

    class Meta:
        table = "mentoring_session"

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.updated_at = self.updated_at or self.created_at

    @classmethod
    def visible_to(cls, member: Member) -> QuerySet[Self]:
        """Sessions of the relationships that the member is part of."""
        theirs = Q(relationship__mentor_id=member.id) | Q(relationship__mentee_id=member.id)
        return cls.filter(theirs)

    @classmethod
    async def plan(
        cls, relationship: MentoringRelationship, plan: Plan, *, by: Member, agenda: str = ""
    ) -> Self:
        """Mean to meet. Refuses WRONG_STATE, OUT_OF_RANGE, TOO_LONG."""
        plan = plan.checked({"agenda": agenda})
        await relationship.hold()
        session = await cls.create(
            relationship=relationship,
            planned_by=by,
            agenda=agenda.strip(),
            **_columns(plan),
        )
        await session._tell_partner(EventKind.SESSION_PLANNED, by)
        await session._wait_for_mornings()
        return session

    @property
    def duration_minutes(self) -> int:
        """For how many minutes."""
        return minutes_between(self.starts_at, self.ends_at)

    @property
    def is_planned(self) -> bool:
        """Whether it is neither held nor called off."""
        return self.state is SessionState.PLANNED

    @property
    def has_begun(self) -> bool:
        """Whether it would run by now, or be over."""
        return self.starts_at <= clock.now()

    def would_be_late(self, notice: timedelta) -> bool:
        """Whether moving it, or calling it off, would be late by now."""
        return self.is_planned and is_late(self.starts_at, notice)

    async def move(
        self, changes: PlanChanges, *, by: Member, message: str = ""
    ) -> SessionChange | None:
        """Meet at another time or place; None if that is the plan already.

        Refuses WRONG_STATE, OUT_OF_RANGE, TOO_LONG.
        """
        await self._hold_planned()
        former = self._plan
        new = former.changed(changes).checked({"message": message})
        if new == former:
            return None
        is_moved = (new.starts_at, new.ends_at) != (former.starts_at, former.ends_at)
        change = await self._changing(is_moved=is_moved, is_off=False)
        await self._change(
            **_columns(new),
            sequence=self.sequence + 1,
            late_changes=self.late_changes + change.is_late,
        )
        await self._tell_partner(EventKind.SESSION_MOVED, by)
        if is_moved:
            await self._wait_for_mornings()
        return change

    async def call_off(self, *, by: Member, message: str = "") -> SessionChange:
        """Not meet. Refuses WRONG_STATE, TOO_LONG."""
        _bound({"message": message})
        await self._hold_planned()
        change = await self._changing(is_moved=False, is_off=True)
        await self._change(
            state=SessionState.CALLED_OFF,
            sequence=self.sequence + 1,
            late_changes=self.late_changes + change.is_late,
        )
        await forget_mornings([self.id])
        await self._tell_partner(EventKind.SESSION_CALLED_OFF, by)
        return change

    @classmethod
    async def call_off_coming(cls, relationship: MentoringRelationship) -> list[Self]:
        """Call off what was planned in a relationship that was just completed; soonest first.

        What has begun is left as it is: nobody knows whether it took place. What is
        called off so is not late, and no events tell of it: that of the completion does.
        """
        called_off = await rows(
            "UPDATE mentoring_session"
            " SET state = 'CALLED_OFF', sequence = sequence + 1, updated_at = :now"
            " WHERE relationship_id = :id AND state = 'PLANNED' AND starts_at > :now RETURNING id",
            id=relationship.id,
            now=clock.now(),
        )
        ids = [it["id"] for it in called_off]
        await forget_mornings(ids)
        found = await cls.filter(id__in=ids).order_by("starts_at", "id")
        for session in found:
            session.relationship = relationship
        return found

    async def hold(self) -> None:
        """Note that it took place. Refuses WRONG_STATE, also before it begins."""
        await self._hold_planned()
        if not self.has_begun:
            raise Refusal(Reason.WRONG_STATE, "It has not begun yet.")
        await self._change(state=SessionState.HELD)
        await forget_mornings([self.id])

    async def note(self, words: Mapping[str, str], *, expected_version: int | None = None) -> None:
        """Write `agenda` or `notes`, which both see; what is not given stays as it is.

        Refuses WRONG_STATE, also if they are of another version than expected: somebody else has
        written meanwhile, whose words would be lost.
        """
        _bound(words)
        await self.relationship.hold()
        await self._renew()
        if expected_version not in (None, self.version):
            message = "This was changed meanwhile: please look at it again."
            raise Refusal(Reason.WRONG_STATE, message, field=("expected_version",))
        tidy = {name: it.strip() for name, it in words.items()}
        await self._change(**tidy, version=self.version + 1)

    @property
    def _plan(self) -> Plan:
        return Plan(self.starts_at, self.duration_minutes, self.channel, self.location)

    async def _changing(self, *, is_moved: bool, is_off: bool) -> SessionChange:
        [notice] = await notices([self.relationship_id])
        is_late = (is_moved or is_off) and self.would_be_late(notice)  # another place never is
        return SessionChange(self._plan, is_moved, is_late, notice)

    async def _hold_planned(self) -> None:
        await self.relationship.hold()
        await self._renew()
        if not self.is_planned:
            raise Refusal(Reason.WRONG_STATE, f"It has been {_BEEN[self.state]} already.")

    async def _renew(self) -> None:
        await self.refresh_from_db(fields=_CHANGING)

    async def _change(self, **columns: Any) -> None:
        self.update_from_dict({**columns, "updated_at": clock.now()})
        await self.save(update_fields=[*columns, "updated_at"])

    async def _tell_partner(self, kind: EventKind, by: Member) -> None:
        await Event.of(self, kind, to=self.relationship.partner_id(by), by=by.id)

    async def _wait_for_mornings(self) -> None:
        both = (self.relationship.mentor, self.relationship.mentee)
        await wait_for_mornings(self.id, both, starts_at=self.starts_at)


_BEEN = {SessionState.HELD: "held", SessionState.CALLED_OFF: "called off"}
_CHANGING = (
    "state",
    "starts_at",
    "ends_at",
    "channel",
    "location",
    "agenda",
    "notes",
    "version",
    "sequence",
    "late_changes",
    "updated_at",
)


def _columns(plan: Plan) -> dict[str, Any]:
    return {
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "channel": plan.channel,
        "location": plan.location,
    }


def _bound(words: Mapping[str, str]) -> None:
    problems = Problems()
    for name, it in words.items():
        bounded(it, problems, field=(name,), most=PARAGRAPHS)
    problems.refuse_any()
