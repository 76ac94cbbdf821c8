"""Pausing to look how it goes: check-ins, reviews, and whether it goes on."""

from typing import NamedTuple

from context import Context, Info
from mailers import check_in_mailer
from models import (
    CheckIn,
    CheckInAnswer,
    CheckInRating,
    Goal,
    Member,
    MentoringRelationship,
    MentoringSession,
)
from models.check_in import quiet, review
from models.check_in.answer import Form
from resolvers.paging import Page, Window, pages


class Submitted(NamedTuple):
    """What filling in a check-in leads to."""

    check_in: CheckIn


async def submit_check_in(
    info: Info,
    check_in_id: str,
    rating: CheckInRating,
    went_well: str = "",
    next_steps: str = "",
    wants_help: bool = False,
) -> Submitted:
    """Fills in a check-in or a review; once more, and it is changed. Possible until the next is due.

    Coordinators hear that help is wanted, but not what was written.
    """
    viewer = info.context.viewer
    visible = CheckIn.visible_to(viewer)
    with_both = visible.prefetch_related("relationship__mentor", "relationship__mentee")
    check_in = await CheckIn.find(check_in_id, among=with_both, field=("check_in_id",))
    form = Form(rating, went_well, next_steps, wants_help)
    answer = await CheckInAnswer.submit(check_in, form, by=viewer)
    if answer.wants_help:
        await _call_for_help(answer, check_in.relationship)
    return Submitted(check_in)


async def _call_for_help(answer: CheckInAnswer, relationship: MentoringRelationship) -> None:
    two = [relationship.mentor_id, relationship.mentee_id]
    coordinators = Member.in_good_standing().filter(is_coordinator=True).exclude(id__in=two)
    for it in await coordinators:
        await check_in_mailer.help_wanted(answer, relationship, it).deliver_later()


async def continue_relationship(info: Info, relationship_id: str) -> MentoringRelationship:
    """Says that a quiet relationship goes on. The days until that is asked again begin anew."""
    viewer = info.context.viewer
    visible = MentoringRelationship.visible_to(viewer)
    relationship = await MentoringRelationship.find(
        relationship_id, among=visible, field=("relationship_id",)
    )
    await quiet.go_on(relationship, by=viewer)
    return relationship


async def of_relationship(
    relationship: MentoringRelationship, info: Info, window: Window
) -> Page[CheckIn]:
    """Check-ins and reviews that came due, latest first."""
    return await info.context.batched(_pages, (relationship.id, window))


async def open_check_in(relationship: MentoringRelationship, info: Info) -> CheckIn | None:
    """The check-in or review that the two may fill in now."""
    if not relationship.is_running:
        return None
    return await info.context.batched(_open, relationship.id)


async def viewer_can_continue(relationship: MentoringRelationship, info: Info) -> bool:
    """Whether both were asked if it goes on, and neither has answered."""
    return relationship.is_running and relationship.quiet_asked_at is not None


async def is_open(check_in: CheckIn, info: Info) -> bool:
    """Whether it may be filled in, or what was filled in be changed: until the next is due."""
    relationship = await info.context.load(MentoringRelationship, check_in.relationship_id)
    return relationship is not None and check_in.is_open_in(relationship)


async def viewer_answer(check_in: CheckIn, info: Info) -> CheckInAnswer | None:
    """What the viewer filled in."""
    answers = await info.context.batched(_answers, check_in.id)
    return next((it for it in answers if it.author_id == info.context.viewer.id), None)


async def partner_answer(check_in: CheckIn, info: Info) -> CheckInAnswer | None:
    """What the partner filled in; null until both have, or the next is due."""
    answers = await info.context.batched(_answers, check_in.id)
    if not CheckInAnswer.are_shown(answers, is_open=await is_open(check_in, info)):
        return None
    return next((it for it in answers if it.author_id != info.context.viewer.id), None)


async def has_partner_answered(check_in: CheckIn, info: Info) -> bool:
    """Whether the partner has filled it in."""
    answers = await info.context.batched(_answers, check_in.id)
    return any(it.author_id != info.context.viewer.id for it in answers)


async def wants_help(answer: CheckInAnswer, info: Info) -> bool | None:
    """Whether help of the coordinators is wanted; null in the answer of the partner."""
    return answer.wants_help if answer.author_id == info.context.viewer.id else None


async def review_of(check_in: CheckIn, info: Info) -> CheckIn | None:
    """What a review looks back on; null for a check-in."""
    return check_in if check_in.is_review else None


async def check_ins_of_review(check_in: CheckIn, info: Info) -> list[CheckIn]:
    """Check-ins of the period, oldest first."""
    return await info.context.batched(_check_ins_of_reviews, check_in.id)


async def goals_of_review(check_in: CheckIn, info: Info) -> list[Goal]:
    """Goals there were in the period, reached or not, in the order both chose, at most 20."""
    return await info.context.batched(_goals_of_reviews, check_in.id)


async def sessions_of_review(check_in: CheckIn, info: Info) -> list[MentoringSession]:
    """Mentoring sessions of the period, oldest first, at most 50."""
    return await info.context.batched(_sessions_of_reviews, check_in.id)


async def _pages(_: Context, wanted: list[tuple[str, Window]]) -> list[Page[CheckIn]]:
    return await pages(CheckIn.listed_for_each(), wanted, _counts)


async def _counts(_: Context, relationship_ids: list[str]) -> list[int]:
    counts = await CheckIn.listed_for_each().counts(relationship_ids)
    return [counts.get(it, 0) for it in relationship_ids]


async def _open(_: Context, relationship_ids: list[str]) -> list[CheckIn | None]:
    open_ones = CheckIn.filter(relationship_id__in=relationship_ids, closed_at=None)
    found = {it.relationship_id: it for it in await open_ones}
    return [found.get(it) for it in relationship_ids]


async def _answers(_: Context, check_in_ids: list[str]) -> list[list[CheckInAnswer]]:
    answers: dict[str, list[CheckInAnswer]] = {id: [] for id in check_in_ids}
    for it in await CheckInAnswer.filter(check_in_id__in=check_in_ids):
        answers[it.check_in_id].append(it)
    return [answers[id] for id in check_in_ids]


async def _check_ins_of_reviews(_: Context, review_ids: list[str]) -> list[list[CheckIn]]:
    return await review.check_ins_of(review_ids)


async def _goals_of_reviews(_: Context, review_ids: list[str]) -> list[list[Goal]]:
    return await review.goals_of(review_ids)


async def _sessions_of_reviews(_: Context, review_ids: list[str]) -> list[list[MentoringSession]]:
    return await review.sessions_of(review_ids)
