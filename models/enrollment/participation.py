"""Whether somebody takes part in a role at present, and how many more they can work with."""

from datetime import date, datetime, timedelta
from typing import Self

from tortoise import fields

from models import clock
from models.choice import Choice
from models.database import rows
from models.fields import MomentField, one_of
from models.member import Member
from models.record import Record
from models.refusal import Reason, Refusal

# In SQL, of an `enrollment e` at `:now`. A pause ends on its day, whether or not anybody noted it yet.
PARTICIPATING = "(e.status = 'ACTIVE' OR (e.status = 'PAUSED' AND e.returns_at <= :now))"
LONGEST_PAUSE = timedelta(days=2 * 365)


class Role(Choice):
    """Side of a mentoring relationship."""

    MENTOR = "Gives guidance."
    MENTEE = "Receives guidance."

    @property
    def other(self) -> "Role":
        """The role of the partner."""
        return Role.MENTEE if self is Role.MENTOR else Role.MENTOR


class ParticipationStatus(Choice):
    """Whether someone participates in a role."""

    ACTIVE = "Participating."
    PAUSED = "Temporarily not participating: hidden from search, keeps existing relationships."
    LEFT = "Left the role; enrolling again is the way back."


class WaitingRequests(Choice):
    """What becomes of the requests one received and has not answered when one pauses."""

    KEEP = "They wait, and their clock stands still."
    DECLINE = "They are declined, with the message as the answer."


class Participation(Record):
    """The part of an enrollment that says whether, and for how many, one takes part."""

    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="enrollments"
    )
    member_id: str
    role = one_of(Role)
    updated_at = MomentField()
    noted_status = one_of(
        ParticipationStatus, source_field="status", default=ParticipationStatus.ACTIVE
    )
    noted_return_on: date | None = fields.DateField(source_field="return_on", null=True)
    returns_at: datetime | None = MomentField(null=True)
    returned_on: date | None = fields.DateField(null=True)
    welcome_at: datetime | None = MomentField(null=True)
    pause_told_at: datetime | None = MomentField(null=True)
    capacity = fields.IntField()
    places_taken = fields.IntField(default=0)

    class Meta:
        abstract = True

    @property
    def status(self) -> ParticipationStatus:
        """The status now: a pause with a day of return ends on that day by itself."""
        is_over = self.returns_at is not None and self.returns_at <= clock.now()
        return ParticipationStatus.ACTIVE if is_over else self.noted_status

    @property
    def return_on(self) -> date | None:
        """Expected date of return while paused, if the person gave one."""
        return self.noted_return_on if self.status is ParticipationStatus.PAUSED else None

    @property
    def is_participating(self) -> bool:
        """Whether the person takes part now."""
        return self.status is ParticipationStatus.ACTIVE

    @property
    def open_places(self) -> int:
        """Places still free."""
        return max(0, self.capacity - self.places_taken)

    @property
    def is_accepting_requests(self) -> bool:
        """Whether the person takes requests: participating and with a free place."""
        return self.is_participating and self.open_places > 0

    async def pause(self, *, until: date | None = None) -> None:
        """Take no part for a while. Refuses WRONG_STATE, OUT_OF_RANGE."""
        self._require_enrolled()
        await self.fetch_related("member")
        self._check_return(until)
        self.returned_on, self.welcome_at = None, None
        self.noted_status, self.noted_return_on = ParticipationStatus.PAUSED, until
        self.returns_at = clock.beginning_of(until, self.member.time_zone) if until else None
        await self._save_status()

    async def resume(self) -> None:
        """Take part again. Refuses WRONG_STATE."""
        self._require_enrolled()
        self._return_to(ParticipationStatus.ACTIVE)
        await self._save_status()

    async def return_on_its_day(self) -> None:
        """Take part again, because the day of return has come. Its owner, loaded, is due a welcome."""
        told_at, returns_at = self.pause_told_at, self.returns_at or clock.now()
        day = returns_at.astimezone(self.member.clock_zone).date()
        self._return_to(ParticipationStatus.ACTIVE)
        self.pause_told_at, self.returned_on = told_at, day
        self.welcome_at = clock.morning(returns_at, self.member.time_zone)
        await self._save_status()

    async def welcomed(self) -> None:
        """Note that the owner is welcome back, and whoever has to know knows."""
        self._owe_nothing()
        await self._save_status()

    async def partners_told(self) -> None:
        """Note that partners know of the pause, from this moment on."""
        self.pause_told_at = self.pause_told_at or clock.now()
        await self._save_status()

    async def leave(self) -> None:
        """Take no part any more."""
        self._return_to(ParticipationStatus.LEFT)
        await self._save_status()

    @classmethod
    async def due_to_return(cls) -> list[Self]:
        """A few whose day of return has come and who are noted as paused; locked, with their members."""
        return await cls._due("returns_at")

    @classmethod
    async def due_a_welcome(cls) -> list[Self]:
        """A few who came back on their day and are to be welcomed now; locked, with their members."""
        return await cls._due("welcome_at")

    @classmethod
    async def _due(cls, instant: str) -> list[Self]:
        members = await Member.lock_some(
            f"m.id IN (SELECT member_id FROM enrollment WHERE {instant} <= :now)", now=clock.now()
        )
        # Only now, when nobody else can change them: some may have paused again in the meantime.
        due = cls.filter(**{f"{instant}__lte": clock.now(), "member_id__in": members})
        return await due.order_by("member_id", "-role").prefetch_related("member")

    async def take_place(self) -> None:
        """Fill one of the places. Refuses NO_CAPACITY."""
        # The WHERE clause is the lock: of two who want the last place, one gets no row back.
        taken = await rows(
            "UPDATE enrollment SET places_taken = places_taken + 1"
            " WHERE id = :id AND places_taken < capacity RETURNING places_taken",
            id=self.id,
        )
        if not taken:
            raise Refusal(Reason.NO_CAPACITY)
        self.places_taken = taken[0]["places_taken"]

    async def free_place(self) -> None:
        """Have one place more again."""
        await rows(
            "UPDATE enrollment SET places_taken = places_taken - 1"
            " WHERE id = :id AND places_taken > 0 RETURNING places_taken",
            id=self.id,
        )

    def _require_enrolled(self) -> None:
        if self.noted_status is ParticipationStatus.LEFT:
            raise Refusal(Reason.WRONG_STATE, "You left this role; enroll again to take part.")

    def _check_return(self, day: date | None) -> None:
        if day is None:
            return
        today = clock.today(self.member.time_zone)
        if not today < day <= today + LONGEST_PAUSE:
            message = "Give a day of return from tomorrow on, within two years."
            raise Refusal(Reason.OUT_OF_RANGE, message, field=("return_on",))

    def _return_to(self, status: ParticipationStatus) -> None:
        self.noted_status, self.noted_return_on, self.returns_at = status, None, None
        self._owe_nothing()

    def _owe_nothing(self) -> None:
        self.returned_on, self.welcome_at, self.pause_told_at = None, None, None

    async def _save_status(self) -> None:
        self.updated_at = clock.now()
        dates = ["noted_return_on", "returns_at", "returned_on", "welcome_at", "pause_told_at"]
        await self.save(update_fields=["noted_status", "updated_at", *dates])
