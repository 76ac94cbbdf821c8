"""When the day comes on which an agreement ends: asking both, once, whether to complete or go on."""

from datetime import date, datetime
from typing import NamedTuple

from models import clock, day
from models.database import rows
from models.event import Event, EventKind
from models.member import IN_GOOD_STANDING, Member
from models.mentoring_relationship import MentoringRelationship


class Ending(NamedTuple):
    """A relationship whose agreed day has come, and whom to ask what becomes of it."""

    relationship: MentoringRelationship
    ends_on: date
    reader: Member


async def wait_for_day(
    agreement_id: str, relationship: MentoringRelationship, ends_on: date | None
) -> None:
    """Have both asked in the morning of this day, each of their own; and not on that of a former agreement."""
    await rows(
        "DELETE FROM agreement_ending WHERE agreement_id IN"
        " (SELECT id FROM agreement WHERE relationship_id = :id) RETURNING agreement_id",
        id=relationship.id,
    )
    if ends_on is None:
        return
    for reader in (relationship.mentor, relationship.mentee):
        await rows(
            "INSERT INTO agreement_ending (agreement_id, reader_id, due_at)"
            " VALUES (:agreement, :reader, :due) RETURNING agreement_id",
            agreement=agreement_id,
            reader=reader.id,
            due=_morning_of(ends_on, reader),
        )


async def wait_for_days_of(reader: Member) -> None:
    """Follow a member, whose time zone has changed."""
    waiting = await rows(
        "SELECT a.id, a.ends_on FROM agreement_ending w JOIN agreement a ON a.id = w.agreement_id"
        " WHERE w.reader_id = :reader",
        reader=reader.id,
    )
    for it in waiting:
        await rows(
            "UPDATE agreement_ending SET due_at = :due"
            " WHERE agreement_id = :agreement AND reader_id = :reader RETURNING agreement_id",
            due=_morning_of(_day(it["ends_on"]), reader),
            agreement=it["id"],
            reader=reader.id,
        )


async def ask_due() -> list[Ending]:
    """Note that some are asked, whom nobody else is asking now. Gives them, each once."""
    now = clock.now()
    due = "SELECT reader_id FROM agreement_ending WHERE due_at <= :now"
    readers = await Member.lock_some(f"m.id IN ({due}) AND {IN_GOOD_STANDING}", now=now)
    taken = await rows(
        "DELETE FROM agreement_ending WHERE reader_id IN :readers AND due_at <= :now"
        " RETURNING agreement_id, reader_id",
        readers=readers,
        now=now,
    )
    endings = await _endings({(it["agreement_id"], it["reader_id"]) for it in taken})
    for it in endings:
        await Event.of(it.relationship, EventKind.AGREED_DAY_CAME, to=it.reader.id, by=None)
    return endings


async def _endings(taken: set[tuple[str, str]]) -> list[Ending]:
    """Of what was taken, that which is still to be asked: nobody is, of what is completed."""
    found = await rows(
        "SELECT id, relationship_id, ends_on FROM agreement WHERE id IN :ids ORDER BY id",
        ids={agreement_id for agreement_id, _ in taken},
    )
    running = MentoringRelationship.running().prefetch_related("mentor", "mentee")
    known = {
        it.id: it for it in await running.filter(id__in=[it["relationship_id"] for it in found])
    }
    return [
        Ending(relationship, _day(it["ends_on"]), reader)
        for it in found
        if (relationship := known.get(it["relationship_id"]))
        for reader in (relationship.mentor, relationship.mentee)
        if (it["id"], reader.id) in taken
    ]


def _morning_of(ends_on: date, reader: Member) -> datetime:
    return clock.morning(clock.beginning_of(ends_on, reader.time_zone), reader.time_zone)


def _day(kept: date | str) -> date:
    """SQLite keeps days as they are written."""
    return day.parsed(kept) if isinstance(kept, str) else kept
