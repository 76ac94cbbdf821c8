"""A few people, brought back to where they began before each round of a fault test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from models import (
    Enrollment,
    Goal,
    MentoringRelationship,
    MentoringRequest,
    MentoringSession,
    clock,
)
from models.database import rows, transaction
from tests.factories import a_mentee, a_mentor
from tests.faults.operations import DONE, performed

_FORGET = (
    "DELETE FROM block RETURNING id",
    "DELETE FROM concern RETURNING id",
    "DELETE FROM gratitude_note RETURNING id",
    "DELETE FROM event RETURNING id",
    "DELETE FROM outgoing_email RETURNING id",
    "DELETE FROM mentoring_relationship RETURNING id",
    "DELETE FROM mentoring_request RETURNING id",
    "UPDATE enrollment SET status = 'ACTIVE', return_on = NULL, returns_at = NULL,"
    " capacity = :capacity, places_taken = 0 RETURNING id",
)


@dataclass(frozen=True)
class Stage:
    """Four mentors and four mentees who know nothing of each other."""

    mentors: Sequence[Enrollment]
    mentees: Sequence[Enrollment]

    @classmethod
    async def new(cls) -> Self:
        """Everybody enrolls."""

        async def everybody() -> Self:
            return cls(
                [await a_mentor(name=f"Mentor {n}") for n in range(4)],
                [await a_mentee(name=f"Mentee {n}") for n in range(4)],
            )

        return await transaction(everybody)

    async def begin(self, *, places: int = 1) -> None:
        """Everybody takes part, with this many free places; nothing has happened between them."""

        async def forget() -> None:
            for statement in _FORGET:
                await rows(statement, capacity=places)

        await transaction(forget)

    async def request(
        self, sender: Enrollment | None = None, recipient: Enrollment | None = None
    ) -> MentoringRequest:
        """One asks the other; the first mentee the first mentor unless told otherwise."""
        sender, recipient = sender or self.mentees[0], recipient or self.mentors[0]
        await self._must(sender, "request", enrollmentId=recipient.id, message="May I ask you?")
        return await MentoringRequest.get(
            sender_id=sender.member_id, recipient_id=recipient.member_id, state="PENDING"
        )

    async def overdue_request(self) -> MentoringRequest:
        """The first mentee has waited for an answer so long that following up is in order."""
        request = await self.request()
        # Not at this very moment: the clock of the machine may be set right meanwhile.
        long_ago = request.created_at - timedelta(minutes=10)
        await request.update_from_dict({"follow_up_from": long_ago}).save()
        return request

    async def relationship(self) -> MentoringRelationship:
        """The first mentor works with the first mentee."""
        request = await self.request()
        await self._must(self.mentors[0], "respond", requestId=request.id, answer="ACCEPT")
        return await MentoringRelationship.get(request_id=request.id)

    async def session(self) -> MentoringSession:
        """The first mentor and the first mentee mean to meet, in two days."""
        relationship = await self.relationship()
        start = (clock.now() + timedelta(days=2)).isoformat()
        plan = {"relationshipId": relationship.id, "startsAt": start, "channel": "VIDEO"}
        await self._must(self.mentees[0], "planSession", **plan)
        return await MentoringSession.get(relationship_id=relationship.id)

    async def agreement(self) -> MentoringRelationship:
        """The first mentee has proposed an agreement to the first mentor."""
        relationship = await self.relationship()
        terms = {"frequency": "MONTHLY", "durationMinutes": 60, "channel": "VIDEO"}
        await self._must(
            self.mentees[0], "proposeAgreement", relationshipId=relationship.id, **terms
        )
        return relationship

    async def goals(self, titles: str) -> list[Goal]:
        """Goals with these letters for titles, of the first mentor and the first mentee."""
        relationship = await self.relationship()
        for it in titles:
            await self._must(self.mentees[0], "addGoal", relationshipId=relationship.id, title=it)
        [goals] = await Goal.of_all([relationship.id])
        return goals

    async def _must(self, who: Enrollment, operation: str, **input: Any) -> None:
        outcome = await performed(who.member, operation, **input)
        assert outcome == DONE, f"{operation} was to be possible, but: {outcome}"
