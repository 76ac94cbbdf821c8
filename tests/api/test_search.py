"""`mentors` and `mentees`: finding each other."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from models import (
    CareerStage,
    Daypart,
    Enrollment,
    Member,
    ParticipationStatus,
    SessionChannel,
    SessionFrequency,
)
from schema.enrollments import EnrollmentFilter
from tests.client import Api
from tests.conftest import Time
from tests.factories import (
    a_coordinator,
    a_member,
    a_mentee,
    a_mentor,
    a_request,
)
from tests.statements import statements

MENTORS = """
query($filter: EnrollmentFilter, $orderBy: EnrollmentOrder) {
  mentors(filter: $filter, orderBy: $orderBy) { nodes { member { name } } }
}"""
MENTEES = "{ mentees { nodes { member { name } } } }"
CARD = """
{
  mentors {
    nodes {
      openPlaces usualResponseHours isAcceptingRequests viewerCanRequest viewerCannotRequestReasons
    }
  }
}"""
FIT = """
{ mentors { nodes { member { name } match { score reasons { kind points text } } } } }"""

DAY = timedelta(days=1)
FULL = {"capacity": 1, "places_taken": 1}
DELEGATING = "top_01kdvdna00vf28x0cq7r5ysnxg"

CRITERIA = [to_camel_case(it.name) for it in fields(EnrollmentFilter)]
NARROWING: dict[str, tuple[Any, dict[str, Any]]] = {
    "text": ("ockham", {"person": {"name": "Ada", "organization": "Ockham Park"}}),
    "topicIds": ([DELEGATING], {"topics": ["Delegating"]}),
    "careerStages": (["LEADER"], {"person": {"name": "Ada", "career_stage": CareerStage.LEADER}}),
    "channels": (["PHONE"], {"channels": (SessionChannel.PHONE,)}),
    "frequencies": (["WEEKLY"], {"frequency": SessionFrequency.WEEKLY}),
    "availability": (["WEEKEND"], {"availability": (Daypart.WEEKEND,)}),
    "languages": (["pt-BR"], {"person": {"name": "Ada", "languages": "de pt-BR"}}),
    "minMatchScore": (60, {"topics": ["Writing"]}),
    "isAcceptingRequests": (False, FULL),
}


async def mentor(name: str, **details: Any) -> Enrollment:
    return await a_mentor(**{"person": {"name": name}, **details})


async def found(ask: Api, by: Member | Enrollment, **variables: Any) -> list[str]:
    """The names of the mentors who are found, in order."""
    return names(await ask(MENTORS, as_=by, **variables))


def names(data: dict[str, Any]) -> list[str]:
    [connection] = data.values()
    return [it["member"]["name"] for it in connection["nodes"]]


async def test_a_mentee_finds_a_mentor_by_topic_and_format(ask: Api) -> None:
    mia = await a_mentee()
    await mentor("Ada", topics=["Delegating"], channels=(SessionChannel.VIDEO,))
    await mentor("Grace", topics=["Delegating"], channels=(SessionChannel.PHONE,))
    await mentor("Hedy", topics=["Writing"], channels=(SessionChannel.VIDEO,))

    wanted = {"topicIds": [DELEGATING], "channels": ["VIDEO", "IN_PERSON"]}

    assert await found(ask, mia, filter=wanted) == ["Ada"]


async def test_no_criteria_list_everybody(ask: Api) -> None:
    mia = await a_mentee()
    for name in ("Ada", "Grace", "Hedy"):
        await mentor(name)

    assert sorted(await found(ask, mia)) == ["Ada", "Grace", "Hedy"]
    assert sorted(await found(ask, mia, filter=None)) == ["Ada", "Grace", "Hedy"]
    assert sorted(await found(ask, mia, filter={})) == ["Ada", "Grace", "Hedy"]


@pytest.mark.parametrize("empty", [None, []])
async def test_an_empty_criterion_is_none(ask: Api, empty: list[str] | None) -> None:
    mia = await a_mentee()
    await mentor("Ada")

    assert await found(ask, mia, filter={"topicIds": empty, "languages": empty}) == ["Ada"]


@pytest.mark.parametrize("criterion", CRITERIA)
async def test_every_criterion_narrows_to_the_right_person(ask: Api, criterion: str) -> None:
    wanted, details = NARROWING[criterion]
    mia = await a_mentee(topics=["Writing"])
    await mentor("Ada", **details)
    await mentor("Somebody else")

    assert await found(ask, mia, filter={criterion: wanted}) == ["Ada"]


async def test_an_unknown_topic_finds_nobody(ask: Api) -> None:
    mia = await a_mentee()
    await mentor("Ada")

    assert await found(ask, mia, filter={"topicIds": ["top_unknown"]}) == []


async def test_the_best_fit_comes_first_with_its_reasons(ask: Api) -> None:
    mia = await a_mentee(topics=["Delegating", "Feedback"])
    await mentor("None", topics=["Sales"])
    await mentor("Two", topics=["Delegating", "Feedback"])
    await mentor("One", topics=["Feedback"])

    data = await ask(FIT, as_=mia)

    fits = [it["match"] for it in data["mentors"]["nodes"]]
    assert names(data) == ["Two", "One", "None"]
    assert fits[0]["reasons"][0]["text"] == "Both chose Delegating and Feedback."
    assert [it["score"] for it in fits] == [
        sum(reason["points"] for reason in it["reasons"]) for it in fits
    ]


async def test_the_newest_come_first_for_who_is_no_mentee(ask: Api, time: Time) -> None:
    visitor = await a_member()
    for name in ("Ada", "Grace", "Hedy"):
        await mentor(name)
        time.passes(DAY)

    data = await ask(FIT, as_=visitor)

    assert names(data) == ["Hedy", "Grace", "Ada"]
    assert [it["match"] for it in data["mentors"]["nodes"]] == [None, None, None]


async def test_names_are_listed_both_ways(ask: Api) -> None:
    mia = await a_mentee()
    for name in ("Grace", "ada", "Émilie"):
        await mentor(name)

    ascending = await found(ask, mia, orderBy={"field": "NAME"})
    descending = await found(ask, mia, orderBy={"field": "NAME", "direction": "DESC"})

    assert ascending == ["ada", "Émilie", "Grace"]
    assert descending == ["Grace", "Émilie", "ada"]


async def test_a_card_shows_free_places_and_the_usual_time_to_answer(ask: Api, time: Time) -> None:
    grace = await a_mentor(capacity=3, places_taken=1)
    request = await a_request(recipient=grace)
    time.passes(timedelta(hours=12))
    await request.decline(by=grace.member)

    data = await ask(CARD, as_=await a_mentee())

    [card] = data["mentors"]["nodes"]
    assert (card["openPlaces"], card["usualResponseHours"]) == (2, 12)
    assert (card["isAcceptingRequests"], card["viewerCanRequest"]) == (True, True)


async def test_nobody_knows_how_fast_they_are_before_the_first_answer(ask: Api) -> None:
    await a_request()

    data = await ask(CARD, as_=await a_mentee())

    assert [it["usualResponseHours"] for it in data["mentors"]["nodes"]] == [None]


async def test_people_without_a_free_place_are_found_and_marked(ask: Api) -> None:
    await a_mentor(**FULL)

    data = await ask(CARD, as_=await a_mentee())

    assert data["mentors"]["nodes"] == [
        {
            "openPlaces": 0,
            "usualResponseHours": None,
            "isAcceptingRequests": False,
            "viewerCanRequest": False,
            "viewerCannotRequestReasons": ["NO_CAPACITY"],
        }
    ]


async def test_people_without_a_free_place_can_be_left_out(ask: Api) -> None:
    mia = await a_mentee()
    await mentor("Full", **FULL)
    await mentor("Free")

    assert await found(ask, mia, filter={"isAcceptingRequests": True}) == ["Free"]


async def test_who_paused_is_in_neither_list(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    for enrollment in (grace, mia):
        enrollment.noted_status = ParticipationStatus.PAUSED
        await enrollment.save()

    assert names(await ask(MENTORS, as_=mia)) == []
    assert names(await ask(MENTEES, as_=grace)) == []


async def test_mentees_are_found_by_mentors_and_coordinators(ask: Api) -> None:
    await a_mentee(person={"name": "Mia"})

    assert names(await ask(MENTEES, as_=await a_mentor())) == ["Mia"]
    assert names(await ask(MENTEES, as_=await a_coordinator())) == ["Mia"]


async def test_a_mentor_on_leave_may_look_for_mentees(ask: Api) -> None:
    grace = await a_mentor(noted_status=ParticipationStatus.PAUSED)
    await a_mentee(person={"name": "Mia"})

    assert names(await ask(MENTEES, as_=grace)) == ["Mia"]


async def test_mentees_are_hidden_from_who_is_no_mentor(ask: Api) -> None:
    mia = await a_mentee()
    former = await a_mentor(noted_status=ParticipationStatus.LEFT)

    for viewer in (mia, former):
        answer = await ask.answer(MENTEES, as_=viewer)

        [error] = answer["errors"]
        assert answer["data"] == {"mentees": None}
        assert error["extensions"]["code"] == "FORBIDDEN"
        assert error["message"] == "Enroll as a mentor to find mentees."


@pytest.mark.parametrize("document", [MENTORS, MENTEES])
async def test_nobody_is_found_by_who_is_not_signed_in(ask: Api, document: str) -> None:
    await a_mentor()
    await a_mentee()

    answer = await ask.answer(document)

    [error] = answer["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert set(answer["data"].values()) == {None}


async def test_how_many_there_are_is_told_over_all_pages(ask: Api) -> None:
    mia = await a_mentee()
    await a_mentor(topics=["Delegating", "Writing"])
    await a_mentor(topics=["Writing"])
    document = "{ mentors(first: 1) { totalCount topicCounts { count topic { name } } } }"

    mentors = (await ask(document, as_=mia))["mentors"]

    assert mentors["totalCount"] == 2
    assert mentors["topicCounts"] == [
        {"count": 2, "topic": {"name": "Writing"}},
        {"count": 1, "topic": {"name": "Delegating"}},
    ]


@pytest.mark.parametrize(
    ("fields", "counting"),
    [
        ("nodes { id }", 0),
        ("nodes { id } totalCount", 1),
        ("nodes { id } totalCount topicCounts { count }", 2),
    ],
)
async def test_what_nobody_asks_for_is_not_counted(ask: Api, fields: str, counting: int) -> None:
    visitor = await a_member()
    await a_mentor()

    with statements() as sent:
        await ask(f"{{ mentors {{ {fields} }} }}", as_=visitor)

    assert len([it for it in sent if "count(*)" in it]) == counting


@pytest.mark.parametrize(
    "criteria",
    [
        {"minMatchScore": -1},
        {"minMatchScore": 101},
        {"topicIds": ["top_unknown"] * 101},
        {"channels": ["VIDEO"] * 101},
        {"languages": ["en"] * 101},
        {"text": "x" * 101},
        {"text": "a\0b"},
        {"topicIds": ["top_\0"]},
    ],
)
async def test_a_criterion_that_cannot_be_meant_is_refused_with_a_sentence(
    ask: Api, criteria: dict[str, Any]
) -> None:
    mia = await a_mentee()

    answer = await ask.answer(MENTORS, as_=mia, filter=criteria)

    [error] = answer["errors"]
    assert answer["data"] == {"mentors": None}
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].endswith(".")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minMatchScore", 2**31),
        ("minMatchScore", 0.5),
        ("channels", ["PIGEON"]),
        ("languages", ["?"]),
    ],
)
async def test_a_criterion_of_another_kind_is_named(ask: Api, field: str, value: Any) -> None:
    mia = await a_mentee()

    answer = await ask.answer(MENTORS, as_=mia, filter={field: value})

    [error] = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert field in error["message"]
