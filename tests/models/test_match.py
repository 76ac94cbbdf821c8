"""How well two people fit, and why."""

import pytest

from models import (
    CareerStage,
    Daypart,
    Enrollment,
    Match,
    MatchReasonKind,
    Role,
    SessionChannel,
    SessionFrequency,
    Topic,
)
from models.match import Side
from tests.factories import an_enrollment

pytestmark = pytest.mark.usefixtures("database")

KINDS = MatchReasonKind


async def side(role: Role = Role.MENTOR, **details: object) -> Side:
    """Somebody who has nothing in common with anybody, except for what is named."""
    nothing = {"channels": (), "partner_career_stages": (CareerStage.RETIRED,)}
    person = {"languages": "", **details.pop("person", {})}  # type: ignore[dict-item]
    enrollment = await an_enrollment(
        role, person=person, **{**nothing, "topics": ["Sales"], **details}
    )
    [topics] = await Topic.chosen("enrollment_topic", "enrollment_id", [enrollment.id])
    return Side(enrollment.member, await Enrollment.get(id=enrollment.id), topics)


async def between(mine: dict[str, object], theirs: dict[str, object]) -> Match:
    mine, theirs = {"topics": ["Writing"], **mine}, {"topics": ["Sales"], **theirs}
    return Match.between(await side(Role.MENTEE, **mine), await side(Role.MENTOR, **theirs))


async def reasons(mine: dict[str, object], theirs: dict[str, object]) -> list[tuple[object, ...]]:
    return [(it.kind, it.points, it.text) for it in (await between(mine, theirs)).reasons]


async def test_two_without_anything_in_common_do_not_fit() -> None:
    match = await between({}, {})

    assert match.score == 0
    assert match.reasons == ()


@pytest.mark.parametrize(
    ("names", "points", "text"),
    [
        (["Delegating"], 24, "Both chose Delegating."),
        (["Delegating", "Feedback"], 32, "Both chose Delegating and Feedback."),
        (
            ["Delegating", "Feedback", "Marketing"],
            40,
            "Both chose Delegating, Feedback and Marketing.",
        ),
        (
            ["Delegating", "Feedback", "Marketing", "Portfolio"],
            40,
            "Both chose Delegating, Feedback, Portfolio and Marketing.",
        ),
    ],
)
async def test_topics_in_common_weigh_most(names: list[str], points: int, text: str) -> None:
    found = await reasons({"topics": names}, {"topics": [*names, "Sales"]})

    kind, given, said = found[0]
    assert (kind, given) == (KINDS.TOPIC, points)
    assert set(said.rstrip(".").replace(" and ", ", ").removeprefix("Both chose ").split(", ")) == {
        *names
    }


async def test_a_way_to_meet_in_common_is_a_reason() -> None:
    both = {"channels": (SessionChannel.VIDEO, SessionChannel.PHONE)}

    found = await reasons(both, {"channels": (*both["channels"], SessionChannel.TEXT)})

    assert found == [(KINDS.CHANNEL, 15, "You can meet by video call and telephone.")]


async def test_the_same_rhythm_is_a_reason() -> None:
    both = {"frequency": SessionFrequency.MONTHLY}

    assert await reasons(both, both) == [
        (KINDS.FREQUENCY, 10, "Both would like to meet every month.")
    ]


async def test_different_rhythms_are_none() -> None:
    mine, theirs = SessionFrequency.MONTHLY, SessionFrequency.WEEKLY

    assert await reasons({"frequency": mine}, {"frequency": theirs}) == []


async def test_no_wish_for_a_rhythm_is_no_rhythm_in_common() -> None:
    assert await reasons({"frequency": None}, {"frequency": None}) == []


@pytest.mark.parametrize(
    ("mine_wishes", "theirs_wishes", "points", "text"),
    [
        (CareerStage.SENIOR, CareerStage.EARLY, 15, "Your career stages suit each other."),
        (CareerStage.SENIOR, CareerStage.MID, 8, "Their career stage is one you wish for."),
        (CareerStage.MID, CareerStage.EARLY, 7, "Your career stage is one they wish for."),
    ],
)
async def test_a_stage_that_is_wished_for_is_a_reason(
    mine_wishes: CareerStage, theirs_wishes: CareerStage, points: int, text: str
) -> None:
    mine = {
        "person": {"career_stage": CareerStage.EARLY},
        "partner_career_stages": (mine_wishes,),
    }
    theirs = {
        "person": {"career_stage": CareerStage.SENIOR},
        "partner_career_stages": (theirs_wishes,),
    }

    assert await reasons(mine, theirs) == [(KINDS.CAREER_STAGE, points, text)]


async def test_who_wishes_for_no_stage_takes_any_even_an_unknown_one() -> None:
    anybody = {"partner_career_stages": ()}

    assert [points for _, points, _ in await reasons(anybody, anybody)] == [15]


async def test_a_language_in_common_is_a_reason() -> None:
    found = await reasons({"person": {"languages": "pt-BR en"}}, {"person": {"languages": "en de"}})

    assert found == [(KINDS.LANGUAGE, 10, "Both speak English.")]


async def test_hours_are_compared_in_both_time_zones() -> None:
    # Nine hours apart: a morning in California is an evening in Germany.
    morning = {"availability": (Daypart.WEEKDAY_MORNING,)}
    evening = {"availability": (Daypart.WEEKDAY_EVENING,)}
    california = {"person": {"time_zone": "America/Los_Angeles"}}
    germany = {"person": {"time_zone": "Europe/Berlin"}}

    apart = await reasons({**morning, **germany}, {**morning, **california})
    together = await reasons({**evening, **germany}, {**morning, **california})

    assert apart == []
    assert together == [(KINDS.AVAILABILITY, 10, "You are free at the same hours.")]


async def test_a_weekend_is_no_weekday() -> None:
    weekend = {"availability": (Daypart.WEEKEND,)}
    weekdays = {"availability": (Daypart.WEEKDAY_MORNING, Daypart.WEEKDAY_AFTERNOON)}

    assert await reasons(weekend, weekdays) == []


async def test_a_perfect_fit_has_a_hundred_points_weightiest_first() -> None:
    same = {
        "topics": ["Delegating", "Feedback", "Marketing"],
        "channels": (SessionChannel.VIDEO,),
        "frequency": SessionFrequency.WEEKLY,
        "availability": (Daypart.WEEKEND,),
        "partner_career_stages": (),
        "person": {"languages": "en"},
    }

    match = await between(same, same)

    assert match.score == 100
    assert [it.points for it in match.reasons] == [40, 15, 15, 10, 10, 10]


async def test_a_language_with_two_tags_is_named_once() -> None:
    both = {"person": {"languages": "en en-GB"}}

    [(*_, text)] = await reasons(both, both)

    assert text == "Both speak English."
