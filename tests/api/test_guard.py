"""What one document may ask for, and what it costs."""

from pathlib import Path
from typing import Any

import graphql
import pytest

from schema.graphiql.examples import examples
from tests.client import Api
from tests.factories import a_member
from tests.unchanged import everything

PAGES = sorted((Path(__file__).parent / "pages").glob("*.graphql"))
INTROSPECTION = graphql.get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)
CARDS = "nodes { id topics { name } member { name } }"
HEADLINE = 'updateProfile(input: {headline: "Changed"}) { errors { code } }'
PAGE_OF_N = "query($n: Int = 3) { mentors(first: $n) { nodes { id } } }"
TWO = "query one { viewer { id } } query two { mentors(first: 50) { nodes { id } } }"


def several(text: str, times: int) -> str:
    """The text that often, each time with another number in the place of its `#`."""
    return " ".join(text.replace("#", str(it)) for it in range(times))


def nested(levels: int) -> str:
    return "{ ..." * (levels - 1) + "{ __typename" + " }" * levels


def ladder(levels: int) -> str:
    steps = ["member { ", "menteeEnrollment { "] * levels
    return "".join(steps[:levels]) + "id" + " }" * levels


def fragments(number: int) -> str:
    return (
        f"{{ {several('...F#', number)} }} {several('fragment F# on Query { __typename }', number)}"
    )


async def answered(ask: Api, document: str, **variables: Any) -> dict[str, Any]:
    """The answer to a document that a member asks."""
    return await ask.answer(document, as_=await a_member(), **variables)


async def limit_beyond(ask: Api, document: str, **variables: Any) -> str:
    """The limit that a document is beyond, as the one error of its answer names it."""
    answer = await answered(ask, document, **variables)
    [error] = answer["errors"]
    assert answer.keys() == {"errors"}
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    limit = error["extensions"]["limit"]
    assert limit["found"] > limit["most"]
    assert f"at most {limit['most']}" in error["message"]
    return str(limit["name"])


async def cost(ask: Api, document: str, **variables: Any) -> int:
    """What a document costs, as its answer says."""
    answer = await answered(ask, document, **variables)
    return int(answer["extensions"]["cost"]["requested"])


@pytest.mark.parametrize(
    ("limit", "within", "beyond"),
    [
        ("depth", nested(30), nested(31)),
        (
            "fields",
            f"{{ {'...F ' * 100} }} fragment F on Query {{ viewer {{ id email member {{ id }} }} }}",
            f"{{ {'...F ' * 101} }} fragment F on Query {{ viewer {{ id email member {{ id }} }} }}",
        ),
        ("aliases", f"{{ {several('a#: __typename', 30)} }}", f"{{ {several('a#: id', 31)} }}"),
        ("fragments", fragments(10), fragments(41)),
        (
            "directives",
            f"{{ {several('...@skip(if: true) { __typename }', 10)} }}",
            f"{{ {several('...@skip(if: true) { __typename }', 21)} }}",
        ),
        (
            "directivesOfOne",
            "query @a @b @c { __typename }",
            "query @a @b @c @d { __typename }",
        ),
        ("repeats", f"{{ {'__typename ' * 10} }}", f"{{ {'__typename ' * 11} }}"),
        (
            "repeats",
            f"{{ {'program { id name }' * 5} }}",
            f"{{ {'program { id id id }' * 4} }}",
        ),
        (
            "comparisons",
            f"{{ {f'viewer {{ {ladder(14)} }} ' * 9} }}",
            f"{{ {f'viewer {{ {ladder(15)} }} ' * 9} }}",
        ),
        ("mutations", f"mutation {{ {HEADLINE} }}", f"mutation {{ {HEADLINE} b: {HEADLINE} }}"),
        (
            "cost",
            f"{{ {several(f'a#: mentors(first: 100) {{ {CARDS} }}', 2)} }}",
            f"{{ {several(f'a#: mentors(first: 100) {{ {CARDS} }}', 3)} }}",
        ),
    ],
)  # fmt: skip
async def test_a_document_has_so_much_of_something_and_no_more(
    ask: Api, limit: str, within: str, beyond: str
) -> None:
    answer = await answered(ask, within)

    assert "QUERY_TOO_COMPLEX" not in str(answer)
    assert await limit_beyond(ask, beyond) == limit


async def test_what_is_not_executed_is_weighed_too_for_it_is_validated(ask: Api) -> None:
    many = several("a#: __typename", 31)

    assert await limit_beyond(ask, f"{{ __typename }} query other {{ {many} }}") == "aliases"
    assert (
        await limit_beyond(ask, f"{{ __typename }} fragment F on Query {{ {many} }}") == "aliases"
    )


async def test_a_refused_document_changes_nothing(ask: Api) -> None:
    ada = await a_member(headline="Analyst")
    before = await everything()

    await ask.answer(f"mutation {{ a: {HEADLINE} b: {HEADLINE} }}", as_=ada)

    assert await everything() == before


@pytest.mark.parametrize("document", [pytest.param(it.read_text(), id=it.stem) for it in PAGES])
async def test_a_page_is_within_half_of_what_a_document_may_cost(ask: Api, document: str) -> None:
    assert 0 < await cost(ask, document) < 500


@pytest.mark.parametrize("document", examples())
async def test_every_example_is_within_the_limits(ask: Api, document: str) -> None:
    for operation in graphql.parse(document).definitions:
        if isinstance(operation, graphql.OperationDefinitionNode):
            asked = {"query": document, "operationName": operation.name.value}
            response = await ask.http.post("/graphql", json=asked)
            assert "QUERY_TOO_COMPLEX" not in response.text


async def test_tools_may_ask_for_the_schema(ask: Api) -> None:
    assert 0 < await cost(ask, INTROSPECTION) < 500


@pytest.mark.parametrize(
    ("document", "points"),
    [
        ("{ __typename }", 0),
        ("{ viewer { email } }", 1),
        ("{ viewer { member { name } } program { name } }", 3),
        ("{ mentors(first: 10) { totalCount } }", 100),
        ("{ mentors(first: 10) { nodes { id } } }", 100 + 10),
        ("{ mentors(first: 10) { edges { cursor node { id } } pageInfo { endCursor } } }", 100 + 10 + 1),
        ("{ mentors(last: 5) { nodes { topics { name } member { name } } } }", 100 + 5 * (1 + 2)),
        ("{ mentors { nodes { id } } }", 100 + 20),
        ("{ mentors { ...Page } } fragment Page on EnrollmentConnection { nodes { id } }", 100 + 20),
        ("{ viewer { requests(first: 4) { nodes { id } } } }", 1 + 2 + 4),
        ('{ nodes(ids: ["mem_1", "mem_2"]) { id } }', 2),
        ("{ program { topics { name } } }", 1 + 60),
        (f"mutation {{ {HEADLINE} }}", 10 + 1 + 1),
    ],
)  # fmt: skip
async def test_objects_cost_a_point_and_connections_as_many_as_asked_for(
    ask: Api, document: str, points: int
) -> None:
    assert await cost(ask, document) == points


@pytest.mark.parametrize(
    ("variables", "points"), [({"n": 7}, 100 + 7), ({}, 100 + 3), ({"n": None}, 100 + 20)]
)
async def test_the_size_of_a_page_may_be_a_variable(
    ask: Api, variables: dict[str, Any], points: int
) -> None:
    assert await cost(ask, PAGE_OF_N, **variables) == points


@pytest.mark.parametrize("size", [-1, 101, 10**8, 10**18, 10**4_000])
async def test_what_is_no_size_of_a_page_hears_so_from_its_field(ask: Api, size: int) -> None:
    answer = await answered(ask, f"{{ mentors(first: {size}) {{ {CARDS} }} }}")

    assert answer["errors"]
    assert "QUERY_TOO_COMPLEX" not in str(answer)


@pytest.mark.parametrize(("name", "points"), [("one", 1), ("two", 100 + 50)])
async def test_only_the_operation_that_is_executed_is_paid(
    ask: Api, name: str, points: int
) -> None:
    response = await ask.http.post("/graphql", json={"query": TWO, "operationName": name})

    assert response.json()["extensions"]["cost"]["requested"] == points


async def test_nobody_is_searched_for_very_often_at_once(ask: Api) -> None:
    counted = several("a#: mentors(first: 0) { totalCount }", 11)

    assert await limit_beyond(ask, f"{{ {counted} }}") == "cost"


@pytest.mark.parametrize("size", [50.0, 1e1])
async def test_a_size_costs_the_same_however_it_is_written(ask: Api, size: float) -> None:
    assert await cost(ask, PAGE_OF_N, n=size) == await cost(ask, PAGE_OF_N, n=int(size))


async def test_a_list_that_a_document_brings_along_costs_what_a_given_one_costs(ask: Api) -> None:
    ids = '["top_1", "top_2", "top_3"]'
    brought = f"query($ids: [ID!]! = {ids}) {{ nodes(ids: $ids) {{ id }} }}"

    given = await cost(ask, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["top_1"] * 3)

    assert await cost(ask, brought) == given
