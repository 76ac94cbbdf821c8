"""Asking both whether it goes on, once, when they have not met for long and plan nothing."""

from collections.abc import Sequence
from datetime import datetime

from models import clock
from models.check_in import notices
from models.database import rows
from models.event import Event, EventKind
from models.member import Member
from models.mentoring_relationship import MentoringRelationship
from models.program import Program


async def ask_due() -> int:
    """Look at a few relationships in which nothing was seen for long. Gives how many they are."""
    now = clock.now()
    await _begin(now)
    latest = now - (await Program.current()).quiet_after
    which = "SELECT mentor_id FROM mentoring_relationship WHERE state = 'ACTIVE' AND quiet_since <= :latest"
    mentors = await Member.lock_some(f"m.id IN ({which})", latest=latest)
    quiet = MentoringRelationship.running().filter(mentor_id__in=mentors, quiet_since__lte=latest)
    relationships = await quiet.prefetch_related("mentor", "mentee")
    met = await _last_meetings([it.id for it in relationships])
    for it in relationships:
        await _look(it, met.get(it.id), now)
    return len(relationships)


async def go_on(relationship: MentoringRelationship, *, by: Member) -> None:
    """Say that it goes on, asked or not: the days are counted anew. Refuses WRONG_STATE."""
    await Member.lock([relationship.mentor_id, relationship.mentee_id])
    await relationship.hold()
    await relationship.refresh_from_db(["updated_at", "quiet_since", "quiet_asked_at"])
    if relationship.quiet_asked_at:
        kind = EventKind.RELATIONSHIP_CONTINUED
        await Event.of(relationship, kind, to=relationship.partner_id(by), by=by.id)
    await _count_from(relationship, clock.now(), asked_at=None)
    await notices.forget(relationship, EventKind.RELATIONSHIP_QUIET)


async def _last_meetings(relationship_ids: Sequence[str]) -> dict[str, datetime]:
    """When the last session that was held, or is planned, is over; of those that have any."""
    found = await rows(
        "SELECT relationship_id, max(ends_at) AS met FROM mentoring_session"
        " WHERE relationship_id IN :ids AND state IN ('PLANNED', 'HELD') GROUP BY relationship_id",
        ids=relationship_ids,
    )
    return {it["relationship_id"]: clock.moment(it["met"]) for it in found}


async def _begin(now: datetime) -> None:
    """Count from now on in relationships that began before anybody was asked."""
    await rows(
        "UPDATE mentoring_relationship SET quiet_since = :now"
        " WHERE state = 'ACTIVE' AND quiet_since IS NULL RETURNING id",
        now=now,
    )


async def _look(relationship: MentoringRelationship, met: datetime | None, now: datetime) -> None:
    if met and relationship.quiet_since and met > relationship.quiet_since:
        await _count_from(relationship, met, asked_at=None)
    elif relationship.quiet_asked_at:
        # They have been asked: another look after as many days, for they may meet again.
        await _count_from(relationship, now, asked_at=relationship.quiet_asked_at)
    else:
        await _count_from(relationship, now, asked_at=now)
        await notices.tell_both(relationship, EventKind.RELATIONSHIP_QUIET, since=now)


async def _count_from(
    relationship: MentoringRelationship, since: datetime, *, asked_at: datetime | None
) -> None:
    relationship.quiet_since, relationship.quiet_asked_at = since, asked_at
    await relationship.save(update_fields=["quiet_since", "quiet_asked_at"])
