"""How soon a member hears of events by e-mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models import clock
from models.choice import Choice
from models.database import rows
from models.event import EventKind
from models.member import Member
from models.refusal import Problems, Reason

_MONDAY = 0


class EmailFrequency(Choice):
    """How soon a kind of event is told by e-mail."""

    AT_ONCE = "As it happens."
    DAILY = (
        "In one e-mail with all else that happened, at nine in the morning where the member lives."
    )
    WEEKLY = "Likewise, on Mondays."
    NEVER = "Not by e-mail."

    def due(self, zone: ZoneInfo) -> datetime | None:
        """When what happens now is told in a digest; None if it is told at once, or not at all."""
        if self not in (EmailFrequency.DAILY, EmailFrequency.WEEKLY):
            return None
        morning = clock.morning(clock.now(), zone.key)
        while self is EmailFrequency.WEEKLY and morning.astimezone(zone).weekday() != _MONDAY:
            morning = clock.morning(morning + timedelta(hours=1), zone.key)
        return morning


@dataclass(frozen=True)
class Wish:
    """How soon a member wants to hear of one kind of event by e-mail."""

    kind: EventKind
    frequency: EmailFrequency


@dataclass(frozen=True)
class NotificationPreference:
    """How soon one kind of event is told by e-mail."""

    kind: EventKind
    frequency: EmailFrequency

    @property
    def is_required(self) -> bool:
        """Whether it is always sent, and at once."""
        return self.kind.is_essential

    @classmethod
    async def of(cls, member: Member) -> list["NotificationPreference"]:
        """Every kind that is told by e-mail, with the member's choice; without one, it is sent at once."""
        found = await rows(
            "SELECT kind, by_email, frequency FROM notification_preference WHERE member_id = :id",
            id=member.id,
        )
        chosen = {it["kind"]: _frequency(it["by_email"], it["frequency"]) for it in found}
        at_once = EmailFrequency.AT_ONCE
        return [
            cls(it, at_once if it.is_essential else chosen.get(it.name, at_once))
            for it in EventKind
            if it.is_emailed
        ]

    @classmethod
    async def frequency_for(cls, member: Member, kind: EventKind) -> EmailFrequency:
        """How soon the member wants to hear of one kind."""
        return next(it.frequency for it in await cls.of(member) if it.kind is kind)

    @classmethod
    async def choose(cls, member: Member, wanted: Sequence[Wish]) -> None:
        """Keep the member's choices. Refuses NOT_ALLOWED for what is always sent at once, or never."""
        problems = Problems()
        for place, wish in enumerate(wanted):
            if not wish.kind.is_emailed:
                message = "This is not told by e-mail."
                problems.add(Reason.NOT_ALLOWED, message, field=("preferences", str(place)))
            elif wish.kind.is_essential and wish.frequency is not EmailFrequency.AT_ONCE:
                message = "This cannot wait, and is always sent."
                problems.add(Reason.NOT_ALLOWED, message, field=("preferences", str(place)))
        problems.refuse_any()
        for wish in wanted:
            await cls._keep(member, wish)

    @staticmethod
    async def _keep(member: Member, wish: Wish) -> None:
        await rows(
            """
            INSERT INTO notification_preference (member_id, kind, by_email, frequency)
            VALUES (:member, :kind, :by_email, :frequency)
            ON CONFLICT (member_id, kind)
            DO UPDATE SET by_email = excluded.by_email, frequency = excluded.frequency
            RETURNING kind
            """,
            member=member.id,
            kind=wish.kind,
            # The release before, which may run beside this one, knows nothing else.
            by_email=wish.frequency is not EmailFrequency.NEVER,
            frequency=wish.frequency,
        )


def _frequency(by_email: bool, frequency: str) -> EmailFrequency:
    """What counts where the release before, which knows only the first, changed it."""
    if not by_email:
        return EmailFrequency.NEVER
    is_torn = frequency == EmailFrequency.NEVER.name
    return EmailFrequency.AT_ONCE if is_torn else EmailFrequency[frequency]
