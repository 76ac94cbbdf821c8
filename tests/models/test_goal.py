"""Goals and milestones: added, changed, moved, reached, reopened and removed, by two people at once."""

from datetime import date, timedelta
from typing import Any

import pytest

from models import (
    Event,
    EventKind,
    Goal,
    Member,
    MentoringRelationship,
    Milestone,
    Reason,
    clock,
)
from models.database import transaction
from models.goal import progress as counted
from models.goal.aim import Aim
from models.goal.progress import Steps, progress_of
from tests.conftest import Time
from tests.factories import (
    a_completed_relationship,
    a_goal,
    a_member,
    a_milestone,
    a_relationship,
)
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)
KINDS = pytest.mark.parametrize("kind", ["goal", "milestone"])


async def some(kind: str, number: int) -> tuple[list[Any], MentoringRelationship]:
    """So many goals, or milestones of one goal: A, B, C, …"""
    relationship = await a_relationship()
    titles = [chr(ord("A") + it) for it in range(number)]
    if kind == "goal":
        return [await a_goal(relationship, title=it) for it in titles], relationship
    goal = await a_goal(relationship)
    return [await a_milestone(goal, title=it) for it in titles], relationship


async def one(kind: str) -> tuple[Any, MentoringRelationship]:
    [aim], relationship = await some(kind, 1)
    return aim, relationship


async def titles(of: Aim) -> str:
    """The titles of all in one order, in that order."""
    if isinstance(of, Milestone):
        [found] = await Milestone.of_all([of.goal_id])
        return "".join(it.title for it in found)
    assert isinstance(of, Goal)
    [goals] = await Goal.of_all([of.relationship_id])
    return "".join(it.title for it in goals)


async def kept(aim: Aim) -> Any:
    """What the database has, as the other of the two loads it."""
    if isinstance(aim, Milestone):
        return await Milestone.get(id=aim.id).prefetch_related("goal__relationship")
    return await Goal.get(id=aim.id).prefetch_related("relationship")


async def done(work: Any) -> None:
    await transaction(lambda: work)


async def news_for(reader: Member) -> int:
    return await Event.filter(reader_id=reader.id, kind=EventKind.GOALS_CHANGED).count()


@KINDS
async def test_what_is_added_comes_last(kind: str) -> None:
    aims, _ = await some(kind, 3)

    assert await titles(aims[0]) == "ABC"


@KINDS
@pytest.mark.parametrize(
    ("moved", "after", "order"),
    [
        (0, 2, "BCA"),
        (2, None, "CAB"),
        (1, 2, "ACB"),
        (2, 0, "ACB"),
        (0, None, "ABC"),
        (1, 0, "ABC"),
    ],
)
async def test_each_is_moved_behind_another_or_to_the_front(
    kind: str, moved: int, after: int | None, order: str
) -> None:
    aims, relationship = await some(kind, 3)

    behind = None if after is None else aims[after].id
    await done(aims[moved].move(by=relationship.mentor, after=behind))

    assert await titles(aims[0]) == order


@KINDS
async def test_who_moves_from_an_old_view_moves_nothing_else(kind: str) -> None:
    (a, b, c), relationship = await some(kind, 3)
    old = await kept(a)

    await done(c.move(by=relationship.mentor))
    await done(old.move(by=relationship.mentee, after=b.id))

    assert await titles(a) == "CBA"


@KINDS
async def test_nothing_is_moved_behind_itself_or_what_is_elsewhere(kind: str) -> None:
    aim, relationship = await one(kind)
    elsewhere, _ = await one(kind)

    itself = await refusal_of(lambda: aim.move(by=relationship.mentor, after=aim.id))
    stray = await refusal_of(lambda: aim.move(by=relationship.mentor, after=elsewhere.id))

    assert (itself.reason, stray.reason) == (Reason.INVALID, Reason.NOT_FOUND)
    assert stray.problems[0].field == (f"after_{kind}_id",)


@KINDS
async def test_two_who_change_different_things_from_old_views_lose_nothing(kind: str) -> None:
    aim, relationship = await one(kind)
    mine, theirs, third = await kept(aim), await kept(aim), await kept(aim)
    tomorrow = clock.today("UTC") + DAY

    await done(mine.change({"title": "Another title"}, by=relationship.mentor))
    await done(theirs.change({"due_on": tomorrow}, by=relationship.mentee))
    await done(third.reach(by=relationship.mentee))

    now = await kept(aim)
    assert (now.title, now.due_on, now.is_reached) == ("Another title", tomorrow, True)
    assert now.version == 3
    assert third.title == "Another title"


@KINDS
async def test_who_expects_a_version_does_not_write_over_another(kind: str) -> None:
    aim, relationship = await one(kind)
    old = await kept(aim)
    await done(aim.change({"title": "Mine"}, by=relationship.mentor, expected_version=1))

    changing = await refusal_of(
        lambda: old.change({"title": "Theirs"}, by=relationship.mentee, expected_version=1)
    )
    removing = await refusal_of(lambda: old.remove(by=relationship.mentee, expected_version=1))

    assert (changing.reason, removing.reason) == (Reason.WRONG_STATE, Reason.WRONG_STATE)
    assert changing.problems[0].field == ("expected_version",)


@KINDS
async def test_it_is_reached_once_and_reopened_once(time: Time, kind: str) -> None:
    aim, relationship = await one(kind)

    early = await refusal_of(lambda: aim.reopen(by=relationship.mentor))
    await done(aim.reach(by=relationship.mentor))
    reached_at = (await kept(aim)).reached_at
    again = await refusal_of(lambda: aim.reach(by=relationship.mentee))
    await done(aim.reopen(by=relationship.mentee))

    assert reached_at == clock.now()
    assert (early.reason, again.reason) == (Reason.WRONG_STATE, Reason.WRONG_STATE)
    assert not (await kept(aim)).is_reached


@KINDS
async def test_what_is_removed_is_changed_no_more(kind: str) -> None:
    aim, relationship = await one(kind)
    old = await kept(aim)
    await done(aim.remove(by=relationship.mentor))

    for work in (
        lambda: old.change({"title": "Still there"}, by=relationship.mentee),
        lambda: old.reach(by=relationship.mentee),
        lambda: old.move(by=relationship.mentee),
        lambda: old.remove(by=relationship.mentee),
    ):
        refusal = await refusal_of(work)
        assert refusal.reason is Reason.NOT_FOUND
        assert refusal.problems[0].field == (f"{kind}_id",)


async def test_the_milestones_of_a_goal_go_with_it() -> None:
    relationship = await a_relationship()
    goal = await a_goal(relationship)
    await a_milestone(goal)

    await done(goal.remove(by=relationship.mentor))
    refusal = await refusal_of(lambda: Milestone.add(goal, {"title": "X"}, by=relationship.mentee))

    assert refusal.reason is Reason.NOT_FOUND
    assert await Milestone.all().count() == 0


@KINDS
async def test_of_each_there_are_at_most_twenty(kind: str) -> None:
    aims, relationship = await some(kind, 20)
    add: Any = (
        (lambda: Goal.add(relationship, {"title": "One more"}, by=relationship.mentor))
        if kind == "goal"
        else (lambda: Milestone.add(aims[0].goal, {"title": "One more"}, by=relationship.mentor))
    )

    refusal = await refusal_of(add)
    await done(aims[7].remove(by=relationship.mentor))
    await transaction(add)

    assert refusal.reason is Reason.OUT_OF_RANGE
    assert (await titles(aims[0])).endswith("TOne more")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": " \n"}, Reason.REQUIRED),
        ({"title": "x" * 121}, Reason.TOO_LONG),
        ({"description": "x" * 4001}, Reason.TOO_LONG),
        ({"due_on": date(2020, 1, 1)}, Reason.OUT_OF_RANGE),
        ({"due_on": date.max}, Reason.OUT_OF_RANGE),
    ],
)
async def test_what_nobody_can_keep_is_neither_added_nor_changed(
    changes: Any, reason: Reason
) -> None:
    relationship = await a_relationship()
    goal, mia = await a_goal(relationship), relationship.mentee

    adding = await refusal_of(lambda: Goal.add(relationship, {"title": "X", **changes}, by=mia))
    changing = await refusal_of(lambda: goal.change(changes, by=mia))

    assert (adding.reason, changing.reason) == (reason, reason)
    assert adding.problems[0].field == (next(iter(changes)),)


async def test_a_day_that_is_past_by_now_may_stay(time: Time) -> None:
    relationship = await a_relationship()
    due_on = clock.today("UTC") + DAY
    goal = await a_goal(relationship, due_on=due_on)
    time.passes(30 * DAY)

    await done(goal.change({"title": "Late", "due_on": due_on}, by=relationship.mentee))

    assert (await kept(goal)).title == "Late"


async def test_what_may_be_empty_can_be_cleared() -> None:
    relationship = await a_relationship()
    goal = await a_goal(relationship, description=" Why? ", due_on=clock.today("UTC"))
    before = goal.description

    await done(goal.change({"description": " ", "due_on": None}, by=relationship.mentee))

    now = await kept(goal)
    assert before == "Why?"
    assert (now.description, now.due_on) == (None, None)


async def test_the_goals_of_a_completed_relationship_stay_as_they_are() -> None:
    relationship = await a_completed_relationship()

    refusal = await refusal_of(
        lambda: Goal.add(relationship, {"title": "Too late"}, by=relationship.mentee)
    )

    assert refusal.reason is Reason.WRONG_STATE


async def test_the_partner_hears_of_each_change_in_the_feed_alone() -> None:
    relationship = await a_relationship()
    goal = await a_goal(relationship)
    milestone = await a_milestone(goal)
    await done(milestone.reach(by=relationship.mentee))

    assert await news_for(relationship.mentor) == 3
    assert await news_for(relationship.mentee) == 0


async def test_goals_are_visible_to_the_two_alone() -> None:
    relationship = await a_relationship()
    goal = await a_goal(relationship)
    milestone = await a_milestone(goal)

    for person in (relationship.mentor, relationship.mentee):
        assert await Goal.visible_to(person) == [goal]
        assert await Milestone.visible_to(person) == [milestone]
    coordinator = await a_member(is_coordinator=True)
    assert await Goal.visible_to(coordinator) == []
    assert await Milestone.visible_to(coordinator) == []


@pytest.mark.parametrize(
    ("goals", "progress"),
    [
        ([], None),
        ([(False, [])], 0),
        ([(True, [])], 1),
        ([(True, [False])], 1),
        ([(False, [True])], 1 / 2),
        ([(False, [True, True, False])], 1 / 2),
        ([(True, []), (False, [])], 1 / 2),
        ([(True, []), (False, [True])], 3 / 4),
    ],
)
def test_progress_is_the_part_of_the_goals_that_is_reached(
    goals: list[tuple[bool, list[bool]]], progress: float | None
) -> None:
    steps_of = [Steps(is_reached, sum(steps), len(steps)) for is_reached, steps in goals]

    assert progress_of(steps_of) == progress


async def test_progress_counts_what_is_kept() -> None:
    none, some_of_it = await a_relationship(), await a_relationship()
    first, second = await a_goal(some_of_it), await a_goal(some_of_it)
    step, _ = await a_milestone(second), await a_milestone(second)
    await done(first.reach(by=some_of_it.mentor))
    await done(step.reach(by=some_of_it.mentor))

    assert await counted([none.id, some_of_it.id]) == [None, pytest.approx(2 / 3)]
