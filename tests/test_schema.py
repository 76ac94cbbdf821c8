"""The API as committed in `schema.graphql`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import graphql
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull, build_schema

from schema.sdl import sdl

COMMITTED = Path(__file__).parent.parent / "schema.graphql"


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == sdl(), "`make schema` writes it anew"


def test_every_element_has_a_description() -> None:
    schema = build_schema(sdl())

    undescribed = [name for name, it in elements(schema) if not it.description]

    assert not undescribed
    assert schema.description


def test_every_mutation_takes_one_input_and_returns_its_own_payload() -> None:
    schema = build_schema(sdl())
    mutations = schema.mutation_type.fields
    payload = schema.type_map["MutationPayload"]

    for name, field in mutations.items():
        own = name[0].upper() + name[1:]

        assert list(field.args) == ["input"], name
        assert str(field.args["input"].type) == f"{own}Input!"
        assert str(field.type) == f"{own}Payload"
        assert schema.is_sub_type(payload, field.type)


def test_the_five_operations_that_the_program_turns_on_have_their_names() -> None:
    schema = build_schema(sdl())

    assert {
        "enroll",
        "request",
        "respond",
        "setStatus",
        "complete",
    } <= schema.mutation_type.fields.keys()


def test_no_argument_is_required_and_has_a_default() -> None:
    schema = build_schema(sdl())

    torn = [
        name
        for name, it in elements(schema)
        if isinstance(it, graphql.GraphQLArgument | graphql.GraphQLInputField)
        and isinstance(it.type, GraphQLNonNull)
        and it.default_value is not graphql.Undefined
    ]

    assert not torn, "Relay's compiler refuses a nullable variable there"


def elements(schema: graphql.GraphQLSchema) -> Iterator[tuple[str, Any]]:
    for name, type_ in schema.type_map.items():
        if graphql.is_introspection_type(type_) or graphql.is_specified_scalar_type(type_):
            continue
        yield name, type_
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{name}.{it}", value) for it, value in type_.values.items())
        for field_name, field in getattr(type_, "fields", {}).items():
            yield f"{name}.{field_name}", field
            if not isinstance(type_, GraphQLInputObjectType):
                yield from ((f"{name}.{field_name}({it})", arg) for it, arg in field.args.items())
