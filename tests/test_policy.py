"""Who sees what: the table, held against the schema and against what the API answers to each reader."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import graphql
import pytest
from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, build_schema

from models import ContactVisibility, Member
from schema.sdl import sdl
from tests.client import Api, served
from tests.conftest import Time
from tests.policy import AROUND, CONTACT, MEMBERS, OF_PAYLOADS, POLICY, Reader, Who
from tests.story import readers_of_ada
from tests.test_strangers import OPEN_MUTATIONS

SCHEMA = build_schema(sdl())
TYPES: dict[str, Any] = {
    name: it
    for name, it in SCHEMA.type_map.items()
    if isinstance(it, GraphQLObjectType) and not name.startswith("__")
}
NODES = [it for it in TYPES.values() if "Node" in {of.name for of in it.interfaces}]
NOTHING = (None, [], "UTC")  # the time zone of whom only the name is known
# Where no two readers would differ, or no object is: these are tested where they are made.
ELSEWHERE = {"Mutation", "Subscription", "ViewerEvent", "UserError"}

Place = tuple[str, str]  # type and field


def rows() -> Iterator[tuple[Place, Who]]:
    for name, fields in POLICY.items():
        for row, who in fields.items():
            yield from (((name, field), who) for field in row.split())


def around(name: str) -> str | None:
    """The kind of type that has nothing of its own, if it is one."""
    return next((it for it in AROUND if name.endswith(it)), None)


def declared(name: str, field: str) -> bool:
    if kind := around(name):
        return field in AROUND[kind].split()
    if name.endswith("Payload"):
        is_object = graphql.is_composite_type(
            graphql.get_named_type(TYPES[name].fields[field].type)
        )
        return is_object or field in OF_PAYLOADS.get(name, "").split()
    return any(place == (name, field) for place, _ in rows())


def test_every_field_of_every_type_stands_in_the_table() -> None:
    found = {(name, field) for name, it in TYPES.items() for field in it.fields}

    assert {it for it in found if not declared(*it)} == set()


def test_nothing_else_stands_in_the_table_and_nothing_twice() -> None:
    places = [place for place, _ in rows()]
    payloads = [(name, it) for name, row in OF_PAYLOADS.items() for it in row.split()]

    assert [it for it in places + payloads if it[1] not in TYPES[it[0]].fields] == []
    assert len({*places}) == len(places)


def test_what_is_open_to_strangers_is_what_they_are_tested_with() -> None:
    policy = dict(rows())

    open_to_all = {it for (name, it), who in policy.items() if name == "Mutation" and who > MEMBERS}

    assert open_to_all == OPEN_MUTATIONS


@pytest.fixture
async def unlimited(database: None, tmp_path: Path) -> AsyncIterator[Api]:
    """The API, to be asked for everything at once."""
    much = {"COST_LIMIT": "1000000", "COST_BURST": "100000000"}
    async with served(
        MAIL_FOLDER=str(tmp_path), PICTURES=str(tmp_path / "pictures"), **much
    ) as api:
        yield api


def selection(type_: Any) -> str:
    """All that there is in a type, down to other objects: those are asked for by their ids."""
    return f"{{ {' '.join(asked(name, it) for name, it in type_.fields.items())} }}"


def asked(name: str, field: GraphQLField) -> str:
    inner = graphql.get_named_type(field.type)
    paging = "(first: 1)" if "first" in field.args else ""
    if not graphql.is_composite_type(inner):
        return name
    is_object = isinstance(inner, GraphQLInterfaceType) or inner in NODES
    return f"{name}{paging} {'{ __typename }' if is_object else selection(inner)}"


def documents() -> Iterator[str]:
    """Together, these ask for all: each kind of object, the program, the searches, a concern."""
    for it in NODES:
        fields = f"nodes(ids: $ids) {{ __typename ... on {it.name} {selection(it)} }}"
        yield f"query($ids: [ID!]!) {{ {fields} }}"
    program = selection(TYPES["Program"])
    topics = program.replace("topics { __typename }", f"topics {selection(TYPES['Topic'])}")
    found = selection(TYPES["EnrollmentConnection"])
    yield f"{{ viewer {{ __typename }} program {topics} }}"
    yield f"query($id: ID!) {{ node(id: $id) {{ __typename }} mentors {found} mentees {found} }}"
    concern = f"concern {selection(TYPES['Concern'])}"
    yield f"mutation($concern: UpdateConcernInput!) {{ updateConcern(input: $concern) {{ {concern} }} }}"


def seen_in(value: Any, type_: Any) -> Iterator[Place]:
    """The fields that have something in them."""
    for it in value if isinstance(value, list) else [value]:
        actual = TYPES[it["__typename"]] if it and "__typename" in it else type_
        for name in (it or {}).keys() & actual.fields.keys():
            if it[name] in NOTHING:
                continue
            yield actual.name, name
            inner = graphql.get_named_type(actual.fields[name].type)
            if graphql.is_composite_type(inner):
                yield from seen_in(it[name], inner)


async def seen_by(reader: Member | None, ids: list[str], ask: Api) -> set[Place]:
    [id] = [it for it in ids if it.startswith("mem_")]
    [concern] = [it for it in ids if it.startswith("con_")]
    given = {"ids": ids, "id": id, "concern": {"concernId": concern}}
    seen: set[Place] = set()
    for it in documents():
        answer = await ask.answer(it, as_=reader, **given)
        refused = {it["extensions"]["code"] for it in answer.get("errors", [])}
        assert refused <= {"UNAUTHENTICATED", "FORBIDDEN"}, answer["errors"]
        root = SCHEMA.mutation_type if it.startswith("mutation") else SCHEMA.query_type
        seen |= {*seen_in(answer["data"], root)}
    return seen


@pytest.mark.parametrize("visibility", ContactVisibility)
async def test_each_reader_sees_what_the_table_says_and_nothing_else(
    unlimited: Api, time: Time, visibility: ContactVisibility
) -> None:
    address, draft = CONTACT[visibility]
    table = dict(rows()) | {
        ("Member", "email"): address,
        ("MentoringRequest", "followUpEmail"): draft,
    }
    table |= {place: draft for place in table if place[0] == "EmailDraft"}

    readers, ids = await readers_of_ada(time, visibility)
    seen = {it: await seen_by(readers[it], ids[it], unlimited) for it in Reader}

    for place, who in table.items():
        if place[0] not in ELSEWHERE:
            assert {it.name for it in Reader if place in seen[it]} == {it.name for it in who}, place
