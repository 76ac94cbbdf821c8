"""Reminding the person asked, and telling the sender that following up is in order: once each.

Both are due from `follow_up_from` on, and wait for the morning of their reader's day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from models import clock
from models.database import rows
from models.event import Event, EventKind
from models.member import IN_GOOD_STANDING, Member
from models.mentoring_request.request import MentoringRequest

LEAST_TIME = timedelta(hours=12)  # to answer in; with less left, it is too late for either


class Reminder(NamedTuple):
    """One reader, and the requests to remind them of: the one that expires first comes first."""

    reader: Member
    requests: list[MentoringRequest]


async def remind_due() -> list[Reminder]:
    """Remind those asked of what waits for them. Gives who has to be told, each once."""
    return await _REMINDING.take_due()


async def suggest_due() -> list[Reminder]:
    """Note that following up is in order. Gives the senders who have to be told, each once."""
    return await _SUGGESTING.take_due()


async def wait_for_mornings(request_ids: Sequence[str]) -> None:
    """Follow these requests, of which the days have moved."""
    for note in (_REMINDING, _SUGGESTING):
        await note.wait_for_morning("q.id IN :ids", ids=request_ids)


async def wait_for_mornings_of(reader: Member) -> None:
    """Follow a member, whose time zone has changed."""
    for note in (_REMINDING, _SUGGESTING):
        await note.wait_for_morning(f"q.{note.reader} = :reader", reader=reader.id)


@dataclass(frozen=True)
class _Note:
    """One of the two: whom it tells, by which columns, and as what it stands in their feed."""

    reader: str
    due_at: str
    done_at: str
    kind: EventKind

    @property
    def _is_due(self) -> str:
        # `follow_up_from` is the rule, and the morning only puts it off: whatever moved the days
        # without finding a new morning, nothing comes early.
        good = f"(SELECT m.id FROM member m WHERE {IN_GOOD_STANDING})"
        return (
            f"state = 'PENDING' AND held_since IS NULL AND {self.done_at} IS NULL"
            " AND follow_up_sent_at IS NULL"  # which does for the one what the other suggests
            f" AND follow_up_from <= :now AND ({self.due_at} IS NULL OR {self.due_at} <= :now)"
            f" AND expires_at > :latest AND sender_id IN {good} AND recipient_id IN {good}"
        )

    async def take_due(self) -> list[Reminder]:
        """Note all that is due for some readers, whom nobody else is telling now."""
        times = {"now": clock.now(), "latest": clock.now() + LEAST_TIME}
        due = f"SELECT {self.reader} FROM mentoring_request WHERE {self._is_due}"
        readers = await Member.lock_some(f"m.id IN ({due})", **times)
        noted = await rows(
            f"UPDATE mentoring_request SET {self.done_at} = :now"
            f" WHERE {self.reader} IN :readers AND {self._is_due} RETURNING id",
            readers=readers,
            **times,
        )
        return await self._reminders([it["id"] for it in noted])

    async def _reminders(self, ids: Sequence[str]) -> list[Reminder]:
        requests = MentoringRequest.filter(id__in=ids).order_by(self.reader, "expires_at", "id")
        noted = await requests.prefetch_related("mentor", "mentee", "sender", "recipient")
        for request in noted:
            await Event.of(request, self.kind, to=self._reader_of(request).id, by=None)
        by_reader = groupby(noted, key=self._reader_of)
        return [Reminder(reader, list(requests)) for reader, requests in by_reader]

    def _reader_of(self, request: MentoringRequest) -> Member:
        return request.recipient if self.reader == "recipient_id" else request.sender

    async def wait_for_morning(self, which: str, **values: object) -> None:
        """Find the mornings anew, for requests `q` of which this is true and that nobody noted."""
        waiting = await rows(
            "SELECT q.id, q.follow_up_from, m.time_zone"
            f" FROM mentoring_request q JOIN member m ON m.id = q.{self.reader}"
            f" WHERE q.state = 'PENDING' AND q.{self.done_at} IS NULL AND {which}",
            **values,
        )
        for it in waiting:
            await rows(
                f"UPDATE mentoring_request SET {self.due_at} = :morning WHERE id = :id RETURNING id",
                morning=clock.morning(clock.moment(it["follow_up_from"]), it["time_zone"]),
                id=it["id"],
            )


_REMINDING = _Note("recipient_id", "remind_at", "reminded_at", EventKind.REQUEST_WAITING)
_SUGGESTING = _Note("sender_id", "suggest_at", "suggested_at", EventKind.FOLLOW_UP_DUE)
