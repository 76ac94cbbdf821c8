"""What becomes of waiting requests when somebody pauses, returns, leaves or is full."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models import clock
from models.database import dialect, rows
from models.enrollment import Enrollment, Role
from models.event import Event, EventKind
from models.member import Member
from models.mentoring_request.reminding import wait_for_mornings
from models.mentoring_request.request import MentoringRequest, settle
from models.mentoring_request.state import RequestState

MOST_AT_ONCE = 100  # requests that expire in one transaction, which must not take long

# Who moves while paused can return, in the new time zone, before the pause began: no time passed then.
_STOOD_STILL = "CASE WHEN held_since < :now THEN :now - held_since ELSE 0 END"


async def hold(enrollment: Enrollment) -> None:
    """Have the clock of the requests that wait for this person stand still."""
    await rows(
        "UPDATE mentoring_request SET held_since = :now"
        f" WHERE {_received(enrollment)} AND state = 'PENDING' AND held_since IS NULL AND expires_at > :now"
        " RETURNING id",
        member=enrollment.member_id,
        now=clock.now(),
    )


async def release(enrollment: Enrollment, *, at: datetime | None) -> None:
    """Have the clock of the requests that wait for this person run on, as much later.

    It stood still until now, or until `at` if that is past.
    """
    now = clock.now()
    released = await rows(
        f"""
        UPDATE mentoring_request
        SET expires_at = expires_at + {_STOOD_STILL},
            follow_up_from = follow_up_from + {_STOOD_STILL},
            held_since = NULL
        WHERE {_received(enrollment)} AND state = 'PENDING' AND held_since IS NOT NULL RETURNING id
        """,
        member=enrollment.member_id,
        now=min(now, at or now),
    )
    await wait_for_mornings([it["id"] for it in released])


class Settled(NamedTuple):
    """A request that somebody waited for, and who has to be told."""

    request: MentoringRequest
    reader: Member


async def decline_all(enrollment: Enrollment, reply: str) -> list[Settled]:
    """Decline the requests that wait for this person, with the same words."""
    ids = await settle(
        _received(enrollment),
        RequestState.DECLINED,
        reply=reply.strip() or None,
        member=enrollment.member_id,
    )
    declined = await _loaded(ids)
    for request in declined:
        kind = EventKind.REQUEST_DECLINED
        await Event.of(request, kind, to=request.sender_id, by=enrollment.member_id)
    return [Settled(it, it.sender) for it in declined]


async def close_all(enrollment: Enrollment) -> list[Settled]:
    """Close every waiting request of this person in this role, sent or received."""
    ids = await settle(_involved(enrollment), RequestState.CLOSED, member=enrollment.member_id)
    return await _closed([Settled(it, _other(it, enrollment)) for it in await _loaded(ids)])


async def close_between(by: Member, other: Member) -> list[Settled]:
    """Close every waiting request between two, because one wants nothing to do with the other."""
    both = "sender_id IN :both AND recipient_id IN :both"
    ids = await settle(both, RequestState.CLOSED, both=[by.id, other.id])
    return await _closed([Settled(it, other) for it in await _loaded(ids)])


async def expire_due() -> list[Settled]:
    """Have the requests expire that were not answered in time. Gives both sides of each, to be told."""
    # What another worker, or an answer, has in hand at this instant is left to it.
    lock = "FOR UPDATE SKIP LOCKED" if dialect() == "postgresql" else ""
    due = await rows(
        "SELECT id FROM mentoring_request"
        " WHERE state = 'PENDING' AND held_since IS NULL AND expires_at <= :now"
        f" ORDER BY expires_at LIMIT {MOST_AT_ONCE} {lock}",
        now=clock.now(),
    )
    expired = await settle("id IN :due", RequestState.EXPIRED, due=[it["id"] for it in due])
    requests = await _loaded(expired)
    settled = [Settled(it, who) for it in requests for who in (it.sender, it.recipient)]
    for request, reader in settled:
        await Event.of(request, EventKind.REQUEST_EXPIRED, to=reader.id, by=None)
    return settled


async def _closed(settled: list[Settled]) -> list[Settled]:
    for request, reader in settled:
        await Event.of(request, EventKind.REQUEST_CLOSED, to=reader.id, by=None)
    return settled


def _involved(enrollment: Enrollment) -> str:
    column = "mentor_id" if enrollment.role is Role.MENTOR else "mentee_id"
    return f"{column} = :member"


def _received(enrollment: Enrollment) -> str:
    return f"recipient_id = :member AND {_involved(enrollment)}"


def _other(request: MentoringRequest, enrollment: Enrollment) -> Member:
    return request.mentee if enrollment.role is Role.MENTOR else request.mentor


async def _loaded(ids: Sequence[str]) -> list[MentoringRequest]:
    requests = MentoringRequest.filter(id__in=ids).order_by("created_at", "id")
    return await requests.prefetch_related("mentor", "mentee", "sender", "recipient")
