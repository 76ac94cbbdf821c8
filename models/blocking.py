"""Blocking somebody, with what it means for the requests that wait between the two."""

from typing import NamedTuple

from tortoise.expressions import Q

from models.block import Block
from models.member import Member
from models.mentoring_relationship import MentoringRelationship
from models.mentoring_request import waiting
from models.refusal import Reason, Refusal

MOST = 500  # members whom one blocks


class Blocked(NamedTuple):
    """A block, and the requests that were closed with it, with who has to be told of each."""

    block: Block
    closed: list[waiting.Settled]


async def block(other: Member, *, by: Member) -> Blocked:
    """Have the two find and hear nothing of each other any more. To do it again changes nothing.

    Refuses SELF, WRONG_STATE while they work together, and OUT_OF_RANGE.
    """
    if other.id == by.id:
        raise Refusal(Reason.SELF, field=("member_id",))
    await Member.lock([by.id, other.id])
    known = await Block.get_or_none(blocker_id=by.id, blocked_id=other.id)
    if known:
        return Blocked(known, [])
    await _check(other, by)
    made = await Block.create(blocker=by, blocked=other)
    return Blocked(made, await waiting.close_between(by, other))


async def unblock(other: Member, *, by: Member) -> None:
    """Be there for each other again, unless the other blocked, too. To do it again changes nothing."""
    await Block.filter(blocker_id=by.id, blocked_id=other.id).delete()


async def _check(other: Member, by: Member) -> None:
    together = Q(mentor_id=by.id, mentee_id=other.id) | Q(mentor_id=other.id, mentee_id=by.id)
    if await MentoringRelationship.running().filter(together).exists():
        message = "You are working together: complete your relationship first."
        raise Refusal(Reason.WRONG_STATE, message, field=("member_id",))
    if await Block.filter(blocker_id=by.id).count() >= MOST:
        message = f"You have blocked {MOST} people, which is as many as one can."
        raise Refusal(Reason.OUT_OF_RANGE, message, field=("member_id",))
