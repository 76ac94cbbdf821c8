"""How far two people have come."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from models.database import rows


class Steps(NamedTuple):
    """Whether a goal is reached, and how many of its milestones are, of how many."""

    is_reached: bool
    reached: int
    number: int


async def progress(relationship_ids: Sequence[str]) -> list[float | None]:
    """How far each of these relationships has come: see `progress_of`."""
    found = await rows(
        """
        SELECT g.relationship_id, g.reached_at,
               count(m.reached_at) AS reached, count(m.id) AS number
        FROM goal g LEFT JOIN milestone m ON m.goal_id = g.id
        WHERE g.relationship_id IN :ids GROUP BY g.id, g.relationship_id, g.reached_at
        """,
        ids=relationship_ids,
    )
    goals: dict[str, list[Steps]] = {it: [] for it in relationship_ids}
    for it in found:
        steps = Steps(it["reached_at"] is not None, it["reached"], it["number"])
        goals[it["relationship_id"]].append(steps)
    return [progress_of(goals[it]) for it in relationship_ids]


def progress_of(goals: Iterable[Steps]) -> float | None:
    """The part of the goals that is reached, from 0 to 1; None without goals.

    All goals count alike. One that is not reached counts by its milestones, and wholly only once
    it is reached itself: the last step is to say so.
    """
    parts = [1 if it.is_reached else it.reached / (it.number + 1) for it in goals]
    return sum(parts) / len(parts) if parts else None
