"""Goals and milestones, changed one at a time by both."""

from datetime import timedelta
from typing import Any

import pytest

from models import Goal, MentoringRelationship, Milestone, clock
from models.database import postgresql_engine
from tests.client import Api
from tests.factories import (
    a_completed_relationship,
    a_coordinator,
    a_goal,
    a_member,
    a_mentor,
    a_milestone,
    a_relationship,
    an_agreement,
)
from tests.outbox import told
from tests.statements import statements

GOAL = "goal { id title description dueOn reachedAt version milestones { title } }"
MILESTONE = "milestone { id title dueOn reachedAt version } goal { id milestones { title } }"
READ = """
query($id: ID!) {
  node(id: $id) {
    ... on MentoringRelationship {
      progress
      goals { id title dueOn reachedAt relationship { id } milestones { id title reachedAt goal { id } } }
    }
  }
}"""
KINDS = pytest.mark.parametrize("kind", ["Goal", "Milestone"])


def mutation(verb: str, kind: str) -> str:
    """The document of such an operation, such as `reachGoal`."""
    shown = GOAL if kind == "Goal" else MILESTONE
    if verb == "remove":
        shown = "relationship { goals { title } }" if kind == "Goal" else "goal { id }"
    return (
        f"mutation($input: {verb.capitalize()}{kind}Input!) {{ {verb}{kind}(input: $input)"
        f" {{ errors {{ code message field }} {shown} }} }}"
    )


async def one(kind: str) -> tuple[Goal | Milestone, MentoringRelationship]:
    relationship = await a_relationship()
    goal = await a_goal(relationship)
    return (goal if kind == "Goal" else await a_milestone(goal)), relationship


def naming(aim: Goal | Milestone) -> dict[str, Any]:
    return {f"{aim.WORD}Id": aim.id}


async def goals_of(ask: Api, relationship: MentoringRelationship) -> dict[str, Any]:
    shown: dict[str, Any] = (await ask(READ, as_=relationship.mentor, id=relationship.id))["node"]
    return shown


async def test_both_add_goals_and_steps_towards_them(ask: Api) -> None:
    relationship = await a_relationship()
    due_on = (clock.today("UTC") + timedelta(days=30)).isoformat()
    mia, grace = relationship.mentee, relationship.mentor

    goal = (
        await ask.does(
            mutation("add", "Goal"),
            as_=mia,
            relationshipId=relationship.id,
            title=" Speak in public ",
            description="Without notes.",
            dueOn=due_on,
        )
    )["goal"]
    milestone = await ask.does(
        mutation("add", "Milestone"), as_=grace, goalId=goal["id"], title="Find a stage"
    )

    assert goal["id"].startswith("goa_")
    assert (goal["title"], goal["description"]) == ("Speak in public", "Without notes.")
    assert (goal["dueOn"], goal["reachedAt"], goal["version"]) == (due_on, None, 1)
    assert milestone["milestone"]["title"] == "Find a stage"
    assert milestone["goal"]["milestones"] == [{"title": "Find a stage"}]
    shown = await goals_of(ask, relationship)
    assert [it["title"] for it in shown["goals"]] == ["Speak in public"]
    assert shown["goals"][0]["relationship"] == {"id": relationship.id}
    assert shown["goals"][0]["milestones"][0]["goal"] == {"id": goal["id"]}
    assert shown["progress"] == 0


@KINDS
async def test_fields_that_are_not_given_stay_and_null_clears(ask: Api, kind: str) -> None:
    aim, relationship = await one(kind)
    today = clock.today("UTC").isoformat()
    update = mutation("update", kind)

    await ask.does(update, as_=relationship.mentor, **naming(aim), dueOn=today)
    titled = await ask.does(update, as_=relationship.mentee, **naming(aim), title="Sing")
    cleared = await ask.does(update, as_=relationship.mentee, **naming(aim), dueOn=None)

    titled, cleared = titled[kind.lower()], cleared[kind.lower()]
    assert (titled["title"], titled["dueOn"], titled["version"]) == ("Sing", today, 3)
    assert (cleared["title"], cleared["dueOn"], cleared["version"]) == ("Sing", None, 4)


@KINDS
async def test_reaching_it_moves_the_progress_and_reopening_it_back(ask: Api, kind: str) -> None:
    aim, relationship = await one(kind)

    reached = await ask.does(mutation("reach", kind), as_=relationship.mentor, **naming(aim))
    far = (await goals_of(ask, relationship))["progress"]
    [again] = await ask.refused(mutation("reach", kind), as_=relationship.mentee, **naming(aim))
    await ask.does(mutation("reopen", kind), as_=relationship.mentee, **naming(aim))

    assert reached[kind.lower()]["reachedAt"]
    assert far == {"Goal": 1, "Milestone": 0.5}[kind]
    assert again["code"] == "WRONG_STATE"
    assert (await goals_of(ask, relationship))["progress"] == 0


@KINDS
async def test_it_is_moved_behind_another_or_to_the_front(ask: Api, kind: str) -> None:
    first, relationship = await one(kind)
    goal = first.goal if isinstance(first, Milestone) else None
    second = await a_milestone(goal, title="B") if goal else await a_goal(relationship, title="B")

    async def order() -> list[str]:
        [shown, *more] = (await goals_of(ask, relationship))["goals"]
        return [it["id"] for it in (shown["milestones"] if goal else [shown, *more])]

    before = await order()
    behind = {f"after{kind}Id": second.id}
    await ask.does(mutation("move", kind), as_=relationship.mentor, **naming(first), **behind)
    after = await order()
    await ask.does(mutation("move", kind), as_=relationship.mentor, **naming(first))

    assert before == [first.id, second.id] == await order()
    assert after == [second.id, first.id]


@KINDS
async def test_what_is_removed_is_gone(ask: Api, kind: str) -> None:
    aim, relationship = await one(kind)

    await ask.does(mutation("remove", kind), as_=relationship.mentor, **naming(aim))
    [error] = await ask.refused(mutation("remove", kind), as_=relationship.mentee, **naming(aim))

    assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", f"{aim.WORD}Id"])


@KINDS
async def test_words_that_were_changed_meanwhile_are_not_written_over(ask: Api, kind: str) -> None:
    aim, relationship = await one(kind)
    update, seen = mutation("update", kind), {"expectedVersion": 1}
    await ask.does(update, as_=relationship.mentor, **naming(aim), title="Mine", **seen)

    [changing] = await ask.refused(
        update, as_=relationship.mentee, **naming(aim), title="Theirs", **seen
    )
    [removing] = await ask.refused(
        mutation("remove", kind), as_=relationship.mentee, **naming(aim), **seen
    )

    for error in (changing, removing):
        assert (error["code"], error["field"]) == ("WRONG_STATE", ["input", "expectedVersion"])


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"title": " "}, "REQUIRED"),
        ({"title": "x" * 121}, "TOO_LONG"),
        ({"title": "\0"}, "INVALID"),
        ({"description": "x" * 4001}, "TOO_LONG"),
        ({"dueOn": "2020-01-01"}, "OUT_OF_RANGE"),
    ],
)
async def test_what_nobody_can_keep_is_refused(
    ask: Api, details: dict[str, Any], code: str
) -> None:
    relationship = await a_relationship()
    goal, mia = await a_goal(relationship), relationship.mentee
    adding = {"relationshipId": relationship.id, "title": "Goal", **details}

    errors = [
        *await ask.refused(mutation("add", "Goal"), as_=mia, **adding),
        *await ask.refused(mutation("update", "Goal"), as_=mia, goalId=goal.id, **details),
    ]

    assert [(it["code"], it["field"]) for it in errors] == [(code, ["input", *details])] * 2


async def test_a_twenty_first_is_refused(ask: Api) -> None:
    relationship = await a_relationship()
    for _ in range(20):
        await a_goal(relationship)

    [error] = await ask.refused(
        mutation("add", "Goal"),
        as_=relationship.mentor,
        relationshipId=relationship.id,
        title="One more",
    )

    assert error["code"] == "OUT_OF_RANGE"


async def test_a_completed_relationship_keeps_its_goals_as_they_are(ask: Api) -> None:
    relationship = await a_completed_relationship()

    [error] = await ask.refused(
        mutation("add", "Goal"),
        as_=relationship.mentor,
        relationshipId=relationship.id,
        title="Too late",
    )

    assert error["code"] == "WRONG_STATE"
    assert await goals_of(ask, relationship) == {"progress": None, "goals": []}


@KINDS
@pytest.mark.parametrize("verb", ["update", "move", "reach", "reopen", "remove"])
@pytest.mark.parametrize("who", [a_member, a_coordinator])
async def test_others_neither_see_nor_change_them(ask: Api, kind: str, verb: str, who: Any) -> None:
    aim, _ = await one(kind)
    stranger = await who()

    theirs = await ask.refused(mutation(verb, kind), as_=stranger, **naming(aim))

    unknown = await ask.refused(
        mutation(verb, kind), as_=stranger, **{f"{aim.WORD}Id": "goa_unknown"}
    )
    assert theirs == unknown
    assert (theirs[0]["code"], theirs[0]["field"]) == ("NOT_FOUND", ["input", f"{aim.WORD}Id"])


async def test_changes_stand_in_the_feed_and_in_no_email(ask: Api) -> None:
    relationship = await a_relationship()
    before = await told(relationship.mentor)

    await ask.does(
        mutation("add", "Goal"),
        as_=relationship.mentee,
        relationshipId=relationship.id,
        title="Sing",
    )

    feed = "{ viewer { events(first: 1) { nodes { kind text relationship { id } } } } }"
    [event] = (await ask(feed, as_=relationship.mentor))["viewer"]["events"]["nodes"]
    assert event == {
        "kind": "GOALS_CHANGED",
        "text": f"{relationship.mentee.name} changed your goals.",
        "relationship": {"id": relationship.id},
    }
    assert await told(relationship.mentor) == before


async def test_no_email_of_them_can_be_asked_for(ask: Api) -> None:
    update = """mutation($input: UpdateNotificationPreferencesInput!) {
      updateNotificationPreferences(input: $input) { errors { code message field } viewer { id } }
    }"""
    wish = {"kind": "GOALS_CHANGED", "frequency": "WEEKLY"}

    [error] = await ask.refused(update, as_=await a_member(), preferences=[wish])

    assert (error["code"], error["field"]) == ("NOT_ALLOWED", ["input", "preferences", "0"])


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over several, it is chance which answers come together and what is then loaded at once."""
    monkeypatch.setattr(postgresql_engine, "MOST", 1)


async def test_reading_takes_no_more_for_many_relationships_than_for_one(
    one_connection: None, ask: Api
) -> None:
    grace = await a_mentor(capacity=5)
    page = """{ viewer { relationships { nodes {
      progress goals { title milestones { title } }
      agreement { version viewerCanConfirm } proposedAgreement { viewerCanConfirm }
      agreements(first: 3) { totalCount nodes { version } }
    } } } }"""
    taken = []

    for _ in range(3):
        relationship = await a_relationship(mentor=grace)
        await an_agreement(relationship)
        for _ in range(2):
            await a_milestone(await a_goal(relationship))
        with statements() as sent:
            await ask(page, as_=grace)
        taken.append(len([it for it in sent if "INSERT INTO" not in it]))

    assert taken == [10] * 3
