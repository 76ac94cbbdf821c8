"""Whoever is not signed in reads the program's own texts, and changes nothing: a walk of the schema."""

import json
from typing import Any

import graphql
import pytest
from graphql import GraphQLField, GraphQLInputObjectType, GraphQLObjectType, build_schema

from models import CalendarFeed, Event, SignIn, clock
from models.database import rows
from schema.sdl import sdl
from tests.client import Api
from tests.factories import (
    a_check_in,
    a_completed_relationship,
    a_concern,
    a_mentor,
    a_request,
    a_session,
    a_token,
    some_topics,
)
from tests.unchanged import everything

SCHEMA = build_schema(sdl())
QUERIES: dict[str, GraphQLField] = SCHEMA.query_type.fields
MUTATIONS: dict[str, GraphQLField] = SCHEMA.mutation_type.fields

OPEN_QUERIES = {"viewer", "program"}  # the viewer of a stranger is null
OPEN_MUTATIONS = {"signIn", "signInWithCode", "requestPasswordReset", "resetPassword"}
OPEN_TYPES = {"Program", "Topic"}

CLOSED_QUERIES = sorted(QUERIES.keys() - OPEN_QUERIES)
CLOSED_MUTATIONS = sorted(MUTATIONS.keys() - OPEN_MUTATIONS)
SCALARS = {
    "Boolean": True,
    "Int": 1,
    "String": "Let me in",
    "Date": clock.today("UTC").isoformat(),
    "DateTime": "2030-01-01T12:00:00Z",
    "TimeZone": "Europe/Berlin",
    "LanguageTag": "en",
}


async def ids_by_argument() -> dict[str, str]:
    """Ids of what there is, by the names of the arguments that take them."""
    mentor = await a_mentor()
    request = await a_request(recipient=mentor)
    relationship = await a_completed_relationship()
    session = await a_session()
    await CalendarFeed.begin(mentor.member)
    await a_token(mentor.member)
    [topic] = await some_topics(["Delegating"])
    return {
        "id": mentor.member_id,
        "memberId": mentor.member_id,
        "subjectId": request.id,
        "concernId": (await a_concern()).id,
        "ids": mentor.member_id,
        "enrollmentId": mentor.id,
        "requestId": request.id,
        "relationshipId": relationship.id,
        "sessionId": session.id,
        "checkInId": (await a_check_in(relationship)).id,
        "calendarFeedId": (await CalendarFeed.get(member_id=mentor.member_id)).id,
        "topicIds": topic.id,
        "goalId": "goa_unknown",
        "afterGoalId": "goa_unknown",
        "milestoneId": "mil_unknown",
        "afterMilestoneId": "mil_unknown",
        "signInId": (await SignIn.get(member_id=mentor.member_id)).id,
        "upToEventId": (await Event.get(reader_id=mentor.member_id)).id,
    }


def call(name: str, field: GraphQLField, ids: dict[str, str]) -> str:
    """The field, asked with the arguments that it needs."""
    needed = {it: arg.type for it, arg in field.args.items() if graphql.is_required_argument(arg)}
    given = ", ".join(f"{it}: {literal(type_, it, ids)}" for it, type_ in needed.items())
    return f"{name}{f'({given})' if given else ''} {{ __typename }}"


def literal(type_: Any, name: str, ids: dict[str, str]) -> str:
    """Something that an argument or a field of an input may be; inputs with all of their fields."""
    if graphql.is_non_null_type(type_):
        return literal(type_.of_type, name, ids)
    if graphql.is_list_type(type_):
        return f"[{literal(type_.of_type, name, ids)}]"
    if isinstance(type_, GraphQLInputObjectType):
        inner = (f"{it}: {literal(field.type, it, ids)}" for it, field in type_.fields.items())
        return f"{{{', '.join(inner)}}}"
    if graphql.is_enum_type(type_):
        return next(iter(type_.values))
    return json.dumps(ids[name] if type_.name == "ID" else SCALARS[type_.name])


def codes(answer: dict[str, Any]) -> list[str]:
    return [it["extensions"]["code"] for it in answer.get("errors", [])]


async def all_that_is_kept() -> dict[str, list[str]]:
    sign_ins = await rows("SELECT * FROM sign_in ORDER BY id")
    return {**await everything(), "sign_in": [str(it) for it in sign_ins]}


@pytest.mark.parametrize("name", CLOSED_QUERIES)
async def test_who_asks_is_asked_to_sign_in_first(ask: Api, name: str) -> None:
    ids = await ids_by_argument()

    answer = await ask.answer(f"{{ {call(name, QUERIES[name], ids)} }}")

    assert answer["data"] == {name: None}
    assert codes(answer) == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("name", CLOSED_MUTATIONS)
async def test_who_wants_to_change_something_is_asked_to_sign_in_first(ask: Api, name: str) -> None:
    ids = await ids_by_argument()
    before = await all_that_is_kept()

    answer = await ask.answer(f"mutation {{ {call(name, MUTATIONS[name], ids)} }}")

    assert answer["data"] == {name: None}
    assert codes(answer) == ["UNAUTHENTICATED"]
    assert await all_that_is_kept() == before


async def test_what_a_mutation_answers_is_no_way_around(ask: Api) -> None:
    ids = await ids_by_argument()
    before = await all_that_is_kept()
    asked = " ".join(call(it, QUERIES[it], ids) for it in CLOSED_QUERIES)
    credentials = literal(SCHEMA.type_map["SignInInput"], "input", ids)

    answer = await ask.answer(
        f"mutation {{ signIn(input: {credentials}) {{ errors {{ code }} query {{ {asked} }} }} }}"
    )

    payload = answer["data"]["signIn"]
    assert payload["errors"] == [{"code": "BAD_CREDENTIALS"}]
    assert payload["query"] == dict.fromkeys(CLOSED_QUERIES)
    assert codes(answer) == ["UNAUTHENTICATED"] * len(CLOSED_QUERIES)
    assert await all_that_is_kept() == before


async def test_a_stranger_is_nobody(ask: Api) -> None:
    await ids_by_argument()

    assert await ask("{ viewer { __typename } }") == {"viewer": None}


async def test_the_program_is_open_to_everybody(ask: Api) -> None:
    await ids_by_argument()

    program = (await ask(f"{{ program {whole(SCHEMA.type_map['Program'])} }}"))["program"]

    assert program["expectations"]
    assert program["topics"]


def test_no_person_is_reached_from_what_is_open() -> None:
    program = graphql.get_named_type(QUERIES["program"].type)

    assert {it.name for it in reached(program)} == OPEN_TYPES


def whole(type_: Any) -> str:
    """A selection of all that a type has, and of all that this has."""
    types = {it: graphql.get_named_type(field.type) for it, field in type_.fields.items()}
    fields = (
        f"{it} {whole(inner) if graphql.is_composite_type(inner) else ''}"
        for it, inner in types.items()
    )
    return f"{{ {' '.join(fields)} }}"


def reached(type_: Any, known: frozenset[Any] = frozenset()) -> set[GraphQLObjectType]:
    """The type with all that can be reached from it."""
    inner = {graphql.get_named_type(field.type) for field in type_.fields.values()}
    new = {it for it in inner if graphql.is_composite_type(it)} - known - {type_}
    return {type_}.union(*(reached(it, known | new | {type_}) for it in new))
