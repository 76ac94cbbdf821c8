"""Changing whether one takes part, with what it means for the requests that wait."""

from dataclasses import dataclass
from datetime import date

from models import text
from models.enrollment import Enrollment, ParticipationStatus, Role, WaitingRequests
from models.event import Event, EventKind
from models.member import Member
from models.mentoring_request import waiting
from models.refusal import Problems, Reason, Refusal


@dataclass(frozen=True)
class StatusChange:
    """What a member wants: a status, and for a pause its end and what becomes of waiting requests."""

    status: ParticipationStatus
    return_on: date | None = None
    waiting_requests: WaitingRequests = WaitingRequests.KEEP
    message: str = ""

    async def apply_to(self, member: Member, role: Role | None) -> list["Changed"]:
        """Change one role, or every role that the member has not left.

        Refuses NOT_ENROLLED, WRONG_STATE, OUT_OF_RANGE, INVALID, TOO_LONG.
        """
        self._check()
        await Member.lock([member.id])
        enrollments = await self._concerned(member, role)
        return [await self._changed(it) for it in enrollments]

    def _check(self) -> None:
        problems = Problems()
        text.bounded(self.message, problems, field=("message",), most=text.PARAGRAPHS)
        if self.return_on and self.status is not ParticipationStatus.PAUSED:
            message = "Only a pause has a day of return."
            problems.add(Reason.INVALID, message, field=("return_on",))
        problems.refuse_any()

    async def _concerned(self, member: Member, role: Role | None) -> list[Enrollment]:
        left = ParticipationStatus.LEFT
        own = await Enrollment.of(member).prefetch_related("member")
        enrollments = [it for it in own if role in (None, it.role)]
        if role is None:
            enrollments = [it for it in enrollments if it.status is not left] or enrollments
        if not enrollments:
            raise Refusal(Reason.NOT_ENROLLED, "You are not enrolled.", field=role and ("role",))
        return enrollments

    async def _changed(self, enrollment: Enrollment) -> "Changed":
        # A pause may be told of later than it was begun; who is here already comes back from nowhere.
        is_pause = self.status is ParticipationStatus.PAUSED
        is_news = is_pause or enrollment.noted_status is not self.status
        return Changed(enrollment, await self._change(enrollment), is_news)

    async def _change(self, enrollment: Enrollment) -> list[waiting.Settled]:
        match self.status:
            case ParticipationStatus.ACTIVE:
                await resume(enrollment)
                return []
            case ParticipationStatus.LEFT:
                await enrollment.leave()
                return await waiting.close_all(enrollment)
        if enrollment.is_participating:
            # A pause that ended by its day, and nobody noted: the clocks have run since.
            await waiting.release(enrollment, at=enrollment.returns_at)
        await enrollment.pause(until=self.return_on)
        if self.waiting_requests is WaitingRequests.DECLINE:
            return await waiting.decline_all(enrollment, self.message)
        await waiting.hold(enrollment)
        return []


@dataclass(frozen=True)
class Changed:
    """An enrollment, the requests declined or closed with it, and whether there is news for partners."""

    enrollment: Enrollment
    settled: list[waiting.Settled]
    is_news: bool


async def resume(enrollment: Enrollment) -> None:
    """Take part again; the clocks of waiting requests run on. Refuses WRONG_STATE."""
    # A pause that ended by its day of return held the clocks until then, not until somebody noted it.
    await waiting.release(enrollment, at=enrollment.returns_at)
    await enrollment.resume()


async def end_due_pauses() -> list[Enrollment]:
    """Note the returns of a few whose day has come. Gives them."""
    due = await Enrollment.due_to_return()
    for enrollment in due:
        await waiting.release(enrollment, at=enrollment.returns_at)
        await enrollment.return_on_its_day()
        await Event.of(enrollment, EventKind.PAUSE_ENDED, to=enrollment.member_id, by=None)
    return due
