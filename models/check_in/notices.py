"""Telling both of something in the morning of their day: once each, while it is still so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from models import clock
from models.check_in.check_in import CheckIn
from models.database import rows
from models.event import Event, EventKind
from models.member import Member
from models.mentoring_relationship import MentoringRelationship
from models.record import Record

_A_LITTLE = timedelta(hours=1)


class Notice(NamedTuple):
    """What one of the two is told: that a check-in or review is due, or else that it is quiet."""

    reader: Member
    relationship: MentoringRelationship
    kind: EventKind
    check_in: CheckIn | None


async def tell_both(
    relationship: MentoringRelationship,
    kind: EventKind,
    *,
    since: datetime,
    about: CheckIn | None = None,
) -> None:
    """Have both, who come loaded, told in the morning that follows an instant."""
    # Who looks a little later costs nobody a day; who was away for days writes to nobody at night.
    since = max(since, clock.now() - _A_LITTLE)
    for reader in (relationship.mentor, relationship.mentee):
        await rows(
            "INSERT INTO relationship_notice"
            " (relationship_id, reader_id, kind, check_in_id, since, due_at)"
            " VALUES (:relationship, :reader, :kind, :check_in, :since, :due)"
            " ON CONFLICT (relationship_id, reader_id, kind) DO UPDATE SET"
            " check_in_id = excluded.check_in_id, since = excluded.since, due_at = excluded.due_at"
            " RETURNING kind",
            relationship=relationship.id,
            reader=reader.id,
            kind=kind,
            check_in=about.id if about else None,
            since=since,
            due=clock.morning(since, reader.time_zone),
        )


async def wait_for_mornings_of(reader: Member) -> None:
    """Follow a member, whose time zone has changed."""
    waiting = await rows(
        "SELECT relationship_id, kind, since FROM relationship_notice WHERE reader_id = :reader",
        reader=reader.id,
    )
    for it in waiting:
        await rows(
            "UPDATE relationship_notice SET due_at = :due"
            " WHERE relationship_id = :relationship AND reader_id = :reader AND kind = :kind"
            " RETURNING kind",
            due=clock.morning(clock.moment(it["since"]), reader.time_zone),
            relationship=it["relationship_id"],
            reader=reader.id,
            kind=it["kind"],
        )


async def forget_check_in(check_in: CheckIn, *, reader: Member) -> None:
    """Tell somebody no more that it is due: they have filled it in."""
    await rows(
        "DELETE FROM relationship_notice WHERE check_in_id = :check_in AND reader_id = :reader"
        " RETURNING kind",
        check_in=check_in.id,
        reader=reader.id,
    )


async def forget(relationship: MentoringRelationship, kind: EventKind) -> None:
    """Tell neither any more."""
    await rows(
        "DELETE FROM relationship_notice WHERE relationship_id = :id AND kind = :kind"
        " RETURNING kind",
        id=relationship.id,
        kind=kind,
    )


async def tell_due() -> list[Notice]:
    """Note that some are told, whom nobody else is telling now. Gives them, each once."""
    now = clock.now()
    due = "SELECT reader_id FROM relationship_notice WHERE due_at <= :now"
    readers = await Member.lock_some(f"m.id IN ({due})", now=now)
    taken = await rows(
        "DELETE FROM relationship_notice WHERE reader_id IN :readers AND due_at <= :now"
        " RETURNING relationship_id, reader_id, kind, check_in_id",
        readers=readers,
        now=now,
    )
    notices = [it for it in await _loaded(taken) if _is_called_for(it)]
    for it in notices:
        subject: Record = it.check_in or it.relationship
        await Event.of(subject, it.kind, to=it.reader.id, by=None)
    return notices


async def _loaded(taken: Sequence[dict[str, Any]]) -> list[Notice]:
    ids = {it["relationship_id"] for it in taken}
    running = MentoringRelationship.running().filter(id__in=ids)
    relationships = {it.id: it for it in await running.prefetch_related("mentor", "mentee")}
    check_ins = await CheckIn.in_bulk(
        {it["check_in_id"] for it in taken if it["check_in_id"]}, "id"
    )
    return [
        Notice(
            _one_of(relationship, it["reader_id"]),
            relationship,
            EventKind[it["kind"]],
            check_ins.get(it["check_in_id"]),
        )
        for it in sorted(taken, key=lambda it: (it["relationship_id"], it["reader_id"]))
        if (relationship := relationships.get(it["relationship_id"]))
    ]


def _one_of(relationship: MentoringRelationship, id: str) -> Member:
    return relationship.mentor if id == relationship.mentor_id else relationship.mentee


def _is_called_for(notice: Notice) -> bool:
    if notice.check_in is None:
        return notice.reader.is_in_good_standing
    # With somebody who is gone there is nothing to look back on; but it is a time to complete.
    both = (notice.relationship.mentor, notice.relationship.mentee)
    return notice.check_in.closed_at is None and all(it.is_in_good_standing for it in both)
