"""Which events a member also wants by e-mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.database import rows
from models.event import EventKind
from models.member import Member
from models.refusal import Problems, Reason


@dataclass(frozen=True)
class Wish:
    """Whether a member wants one kind of event by e-mail."""

    kind: EventKind
    by_email: bool


@dataclass(frozen=True)
class NotificationPreference:
    """Whether one kind of event is sent by e-mail."""

    kind: EventKind
    by_email: bool

    @property
    def is_required(self) -> bool:
        """Whether it cannot be switched off."""
        return self.kind.is_essential

    @classmethod
    async def of(cls, member: Member) -> list["NotificationPreference"]:
        """Every kind with the member's choice; without one, it is sent."""
        chosen = await rows(
            "SELECT kind, by_email FROM notification_preference WHERE member_id = :id", id=member.id
        )
        off = {it["kind"] for it in chosen if not it["by_email"]}
        return [cls(kind, kind.is_essential or kind.name not in off) for kind in EventKind]

    @classmethod
    async def choose(cls, member: Member, wanted: Sequence[Wish]) -> None:
        """Keep the member's choices. Refuses NOT_ALLOWED for what cannot be switched off."""
        problems = Problems()
        for place, wish in enumerate(wanted):
            if wish.kind.is_essential and not wish.by_email:
                message = "This tells you what became of your own request, and is always sent."
                problems.add(Reason.NOT_ALLOWED, message, field=("preferences", str(place)))
        problems.refuse_any()
        for wish in wanted:
            await cls._keep(member, wish)

    @staticmethod
    async def _keep(member: Member, wish: Wish) -> None:
        await rows(
            """
            INSERT INTO notification_preference (member_id, kind, by_email)
            VALUES (:member, :kind, :by_email)
            ON CONFLICT (member_id, kind) DO UPDATE SET by_email = excluded.by_email
            RETURNING kind
            """,
            member=member.id,
            kind=wish.kind,
            by_email=wish.by_email,
        )
