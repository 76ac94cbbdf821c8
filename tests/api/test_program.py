"""`program`: its texts, its rules and its vocabulary, for everybody."""

from typing import Any

from models import ParticipationStatus, Program, Topic
from tests.client import Api
from tests.factories import a_member, a_mentee, a_mentor

PROGRAM = """
{
  program {
    name welcome guide expectations languages emailLanguages
    maxOpenRequests followUpAfterDays requestExpiryDays coolOffDays mentorCapacity menteeCapacity
  }
}"""
TOPICS = """
{ program { topics { id name category description isArchived mentorCount menteeCount } } }"""


async def topics(ask: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await ask(TOPICS))["program"]["topics"]
    return found


async def counts(ask: Api, name: str) -> tuple[int, int]:
    """How many mentors and mentees the vocabulary counts for a topic."""
    found = (await ask(TOPICS, as_=await a_member()))["program"]["topics"]
    [topic] = [it for it in found if it["name"] == name]
    return topic["mentorCount"], topic["menteeCount"]


async def test_the_program_introduces_itself_to_everybody(ask: Api) -> None:
    program = (await ask(PROGRAM))["program"]

    assert program["name"] == "Mentor Match"
    assert program["languages"][:3] == ["en", "de", "fr"]
    assert program["emailLanguages"] == ["en", "de"]
    assert program["welcome"].startswith("# Welcome")
    assert program["guide"].startswith("# How it works")
    assert "I answer requests within a week." in program["expectations"]


async def test_the_rules_are_those_that_the_program_goes_by(ask: Api) -> None:
    await Program.filter(id="program").update(max_open_requests=9, cool_off_days=0)

    program = (await ask(PROGRAM))["program"]

    assert (program["maxOpenRequests"], program["coolOffDays"]) == (9, 0)
    assert (program["followUpAfterDays"], program["requestExpiryDays"]) == (7, 14)
    assert (program["mentorCapacity"], program["menteeCapacity"]) == (3, 2)


async def test_topics_come_in_display_order(ask: Api) -> None:
    await Topic.filter(name="Writing").update(place=1, description="Reports and letters.")

    first, second, *_ = await topics(ask)

    assert (first["name"], first["description"]) == ("Writing", "Reports and letters.")
    assert (second["name"], second["category"]) == ("Choosing a path", "Career direction")


async def test_archived_topics_come_last(ask: Api) -> None:
    await Topic.filter(name="Choosing a path").update(is_archived=True)

    *others, last = await topics(ask)

    assert (last["name"], last["isArchived"]) == ("Choosing a path", True)
    assert not any(it["isArchived"] for it in others)


async def test_a_topic_counts_who_offers_it_and_who_looks_for_it(ask: Api) -> None:
    await a_mentor(topics=["Delegating", "Writing"])
    await a_mentor(topics=["Delegating"])
    await a_mentee(topics=["Writing"])

    assert await counts(ask, "Delegating") == (2, 0)
    assert await counts(ask, "Writing") == (1, 1)
    assert await counts(ask, "Sales") == (0, 0)


async def test_how_many_there_are_is_told_to_members_alone(ask: Api) -> None:
    await a_mentor(topics=["Delegating"])

    counted = {(it["mentorCount"], it["menteeCount"]) for it in await topics(ask)}

    assert counted == {(None, None)}


async def test_a_topic_counts_only_mentors_who_take_requests(ask: Api) -> None:
    full, paused = {"capacity": 1, "places_taken": 1}, ParticipationStatus.PAUSED
    await a_mentor(topics=["Delegating"], **full)
    await a_mentor(topics=["Delegating"], noted_status=paused)
    await a_mentee(topics=["Delegating"], **full)
    await a_mentee(topics=["Delegating"], noted_status=paused)

    assert await counts(ask, "Delegating") == (0, 1)
