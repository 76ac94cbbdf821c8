"""Taking what the rhythm brings: a row for each check-in and review that is due, once."""

from datetime import datetime

from models import clock
from models.check_in.check_in import CheckIn
from models.check_in.notices import tell_both
from models.check_in.periods import Period, due, next_due
from models.check_in.rhythm import rhythm_of
from models.database import rows
from models.member import Member
from models.mentoring_relationship import MentoringRelationship


async def take_due() -> int:
    """Take what is due in a few relationships. Gives how many they are.

    What was missed while no worker ran is there afterwards, but closed: only the newest may still
    be filled in, and is told.
    """
    now = clock.now()
    await _begin(now)
    which = "SELECT mentor_id FROM mentoring_relationship WHERE state = 'ACTIVE' AND check_in_at <= :now"
    mentors = await Member.lock_some(f"m.id IN ({which})", now=now)
    waiting = MentoringRelationship.running().filter(mentor_id__in=mentors, check_in_at__lte=now)
    relationships = await waiting.prefetch_related("mentor", "mentee")
    for it in relationships:
        await _take(it, now)
    return len(relationships)


async def _begin(now: datetime) -> None:
    """Count from now on in relationships that began before there were check-ins."""
    await rows(
        "UPDATE mentoring_relationship SET check_in_at = :now"
        " WHERE state = 'ACTIVE' AND check_in_at IS NULL RETURNING id",
        now=now,
    )


async def _take(relationship: MentoringRelationship, now: datetime) -> None:
    began, since = relationship.created_at, relationship.check_in_at or now
    rhythm = await rhythm_of(relationship)
    await _keep(relationship, due(began, rhythm, since=since, until=now), now)
    # Where nothing will be due, it is looked at again all the same.
    following = next_due(began, rhythm, after=now) or clock.months_after(now, 1)
    # Unless another rhythm was agreed on meanwhile, of which nothing is known here.
    await rows(
        "UPDATE mentoring_relationship SET check_in_at = :following"
        " WHERE id = :id AND check_in_at = :since RETURNING id",
        following=following,
        id=relationship.id,
        since=since,
    )


async def _keep(relationship: MentoringRelationship, periods: list[Period], now: datetime) -> None:
    newest = await CheckIn.filter(relationship_id=relationship.id).order_by("-ends_at").first()
    periods = [it for it in periods if newest is None or it.ends_at > newest.ends_at]
    if not periods:
        return
    await CheckIn.filter(relationship_id=relationship.id, closed_at=None).update(closed_at=now)
    *missed, last = periods
    for it in missed:
        await CheckIn.create(relationship=relationship, closed_at=now, **it._asdict())
    check_in = await CheckIn.create(relationship=relationship, **last._asdict())
    await tell_both(relationship, last.kind.event_kind, since=last.ends_at, about=check_in)
