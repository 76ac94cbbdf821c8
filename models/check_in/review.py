"""What a review looks back on, side by side: what there was in its period."""

from collections.abc import Sequence
from typing import TypeVar

from models.check_in.check_in import CheckIn
from models.database import rows
from models.goal import Goal
from models.mentoring_session import MentoringSession
from models.record import Record

MOST = 50  # of each, for one review

R = TypeVar("R", bound=Record)


async def check_ins_of(review_ids: Sequence[str]) -> list[list[CheckIn]]:
    """The check-ins of the period of each review, oldest first."""
    within = "it.kind = 'CHECK_IN' AND it.ends_at > c.starts_at AND it.ends_at <= c.ends_at"
    return await _found(CheckIn, "check_in", within, "it.ends_at", review_ids)


async def goals_of(review_ids: Sequence[str]) -> list[list[Goal]]:
    """The goals there were in the period of each review, in the order both chose."""
    within = "it.created_at < c.ends_at AND (it.reached_at IS NULL OR it.reached_at >= c.starts_at)"
    return await _found(Goal, "goal", within, "it.place", review_ids)


async def sessions_of(review_ids: Sequence[str]) -> list[list[MentoringSession]]:
    """The sessions of the period of each review, oldest first; also those that were called off."""
    within = "it.starts_at >= c.starts_at AND it.starts_at < c.ends_at"
    return await _found(MentoringSession, "mentoring_session", within, "it.starts_at", review_ids)


async def _found(
    noun: type[R], table: str, within: str, order: str, review_ids: Sequence[str]
) -> list[list[R]]:
    found = await rows(
        "SELECT review_id, id FROM (SELECT c.id AS review_id, it.id, ROW_NUMBER() OVER ("
        f"PARTITION BY c.id ORDER BY {order}, it.id) AS place FROM check_in c"
        f" JOIN {table} it ON it.relationship_id = c.relationship_id AND {within}"
        " WHERE c.id IN :ids) placed WHERE place <= :most ORDER BY place",
        ids=review_ids,
        most=MOST,
    )
    records = await noun.in_bulk({it["id"] for it in found}, "id")
    by_review: dict[str, list[R]] = {id: [] for id in review_ids}
    for it in found:
        if it["id"] in records:
            by_review[it["review_id"]].append(records[it["id"]])
    return [by_review[id] for id in review_ids]
