"""GraphQL over HTTP: what is asked well is answered, and what is not hears what is wrong with it."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import process_time
from typing import Any

import graphql
import httpx
import pytest

from models.database import rows, transaction
from tests.client import Api
from tests.factories import PASSWORD, a_member, a_token
from tests.unchanged import everything

CODES = {
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "BAD_USER_INPUT",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "PERSISTED_QUERY_NOT_FOUND",
    "QUERY_TOO_COMPLEX",
    "INTERNAL_SERVER_ERROR",
}
JSON, RESPONSE = "application/json", "application/graphql-response+json"
VIEWER = "{ viewer { email } }"
SIGN_OUT = "mutation { signOut(input: {}) { endedSignInIds } }"
TWO = "query one { viewer { email } } query two { program { name } }"
MENTORS = "query($order: EnrollmentOrder) { mentors(orderBy: $order) { totalCount } }"
PREFERENCES = """
mutation($input: UpdateNotificationPreferencesInput!) {
  updateNotificationPreferences(input: $input) { errors { code } viewer { email } }
}"""
SIGN_IN = """
# a remark that is nobody's business
mutation($input: SignInInput!) { signIn(input: $input) { errors { code } token } }"""
FEED = "{ program { name } viewer { events { totalCount } } }"


def asking(document: object, **more: object) -> bytes:
    """The body of a request."""
    return json.dumps({"query": document, **more}).encode()


async def sent(
    ask: Api, content: bytes | AsyncIterator[bytes], method: str = "POST", **headers: str
) -> httpx.Response:
    given = {"Content-Type": JSON} | {it.replace("_", "-"): value for it, value in headers.items()}
    return await ask.http.request(method, "/graphql", content=content, headers=given)


def error_in(response: httpx.Response) -> dict[str, Any]:
    """The one error of a response that holds nothing else."""
    assert response.headers["content-type"].endswith("json; charset=utf-8")
    answer = response.json()
    assert answer.keys() == {"errors"}
    [error] = answer["errors"]
    assert error["extensions"]["code"] in CODES
    return dict(error)


@pytest.mark.parametrize(
    ("_case", "body", "says"),
    [
        ("a string", b'"x"', "must be a JSON object"),
        ("a number", b"1", "must be a JSON object"),
        ("null", b"null", "must be a JSON object"),
        ("a list", b"[]", "must be a JSON object"),
        ("a batch", b"[" + asking(VIEWER) + b"]", "must be a JSON object"),
        ("nothing", b"", "not valid JSON"),
        ("half an object", b'{"query": "{ viewer', "not valid JSON"),
        ("no UTF-8", b'{"query": "\xff"}', "not valid JSON in UTF-8"),
        ("half a character", b'{"query": "\\ud800"}', "not valid JSON in UTF-8"),
        ("deep lists", b"[" * 50_000, "not valid JSON"),
        ("deep objects", b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "not valid JSON"),
        ("a giant number", b"9" * 5_000, "not valid JSON"),
        (
            "a giant variable",
            asking(VIEWER)[:-1] + b', "variables": {"x": ' + b"9" * 5_000 + b"}}",
            "not valid JSON",
        ),
        ("no query", b"{}", "`query` must be a string"),
        ("no document", asking(""), "`query` must be a string"),
        ("blank", asking(" \n"), "`query` must be a string"),
        ("a query of numbers", asking(1), "`query` must be a string"),
        ("variables in a list", asking(VIEWER, variables=[]), "`variables` must be an object"),
        ("variables in a text", asking(VIEWER, variables="{}"), "`variables` must be an object"),
        ("a numbered operation", asking(VIEWER, operationName=1), "`operationName` must be a s"),
        ("extensions in a list", asking(VIEWER, extensions=[]), "`extensions` must be an object"),
        ("an unknown operation", asking(TWO, operationName="three"), "Unknown operation named"),
        ("no operation", asking("fragment it on Viewer { email }"), "Can't get GraphQL operation"),
    ],
)
async def test_a_body_that_is_no_graphql_request_hears_why(
    ask: Api, _case: str, body: bytes, says: str
) -> None:
    response = await sent(ask, body)

    assert response.status_code == 400
    assert says in error_in(response)["message"]


@pytest.mark.parametrize(
    ("_case", "method", "headers", "status", "says"),
    [
        ("text", "POST", {"Content_Type": "text/plain; x=application/json"}, 415, "Content-Type"),
        ("a form", "POST", {"Content_Type": "multipart/form-data; boundary=x"}, 415, "Content-"),
        ("no type", "POST", {"Content_Type": ""}, 415, "`Content-Type: application/json`"),
        ("a picture wanted", "POST", {"Accept": "image/png"}, 406, "Accept"),
        ("anything but JSON", "POST", {"Accept": f"{JSON};q=0"}, 406, "Accept"),
        ("put", "PUT", {}, 405, "Use GET or POST."),
        ("deleted", "DELETE", {}, 405, "Use GET or POST."),
    ],
)
async def test_a_request_of_another_kind_hears_what_is_meant(
    ask: Api, _case: str, method: str, headers: dict[str, str], status: int, says: str
) -> None:
    response = await sent(ask, asking(VIEWER), method, **headers)

    assert response.status_code == status
    assert says in error_in(response)["message"]
    assert response.headers.get("allow") == ("GET, POST" if status == 405 else None)


@pytest.mark.parametrize(
    ("method", "address", "status", "says"),
    [
        ("GET", "/nothing", 404, "nothing at this address"),
        ("POST", "/graphql/", 404, "nothing at this address"),
        ("POST", "/graphiql", 405, "Use GET or HEAD."),
    ],
)
async def test_what_is_asked_beside_the_api_is_answered_in_json_too(
    ask: Api, method: str, address: str, status: int, says: str
) -> None:
    response = await ask.http.request(method, address)

    assert response.status_code == status
    assert says in error_in(response)["message"]


@pytest.mark.parametrize("media", ["application/json", "Application/JSON ; charset=utf-8"])
async def test_the_type_of_a_body_may_be_written_in_several_ways(ask: Api, media: str) -> None:
    response = await sent(ask, asking(VIEWER), Content_Type=media)

    assert response.json()["data"] == {"viewer": None}


async def test_a_query_may_stand_in_the_address(ask: Api) -> None:
    document = "query one { viewer { email } } query two($id: ID!) { node(id: $id) { id } }"
    ada = await a_member()
    asked = {"query": document, "operationName": "two", "variables": json.dumps({"id": ada.id})}
    headers = {"Authorization": f"Bearer {await a_token(ada)}"}

    response = await ask.http.get("/graphql", params=asked, headers=headers)

    assert response.json()["data"] == {"node": {"id": ada.id}}


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({}, 400, "`query` must be a string"),
        ({"query": VIEWER, "variables": "{"}, 400, "`variables` is not valid JSON"),
        ({"query": VIEWER, "variables": "[]"}, 400, "`variables` must be an object"),
        ({"query": SIGN_OUT}, 405, "Mutations are not allowed when using GET."),
    ],
)
async def test_an_address_that_is_no_query_hears_why(
    ask: Api, asked: dict[str, str], status: int, says: str
) -> None:
    response = await ask.http.get("/graphql", params=asked)

    assert response.status_code == status
    assert says in error_in(response)["message"]
    assert response.headers.get("allow") == ("POST" if status == 405 else None)


async def test_opening_an_address_changes_nothing(ask: Api) -> None:
    ada = await a_member()
    headers = {"Authorization": f"Bearer {await a_token(ada)}"}

    await ask.http.get("/graphql", params={"query": SIGN_OUT}, headers=headers)

    answer = await ask.http.get("/graphql", params={"query": VIEWER}, headers=headers)
    assert answer.json()["data"]["viewer"] == {"email": ada.email}


async def test_a_body_of_a_hundred_kilobytes_is_read(ask: Api) -> None:
    body = asking(VIEWER)

    response = await sent(ask, body + b" " * (100_000 - len(body)))

    assert response.json()["data"] == {"viewer": None}


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_larger_body_is_not_read_to_its_end(ask: Api, is_chunked: bool) -> None:
    left = [b" " * 10_000 for _ in range(1_000)]

    async def chunks() -> AsyncIterator[bytes]:
        while left:
            yield left.pop()

    response = await sent(ask, chunks() if is_chunked else b" " * 100_001)

    assert response.status_code == 413
    assert "100000 bytes" in error_in(response)["message"]
    assert len(left) == 1_000 - 11 * is_chunked


async def test_a_length_in_thousands_of_digits_is_a_length(ask: Api) -> None:
    body = asking(VIEWER)

    response = await sent(ask, body, Content_Length=str(len(body)).zfill(5_000))

    assert response.json()["data"] == {"viewer": None}


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{JSON};q=0.5, {RESPONSE}", RESPONSE),
        (f"{JSON}, {RESPONSE}", JSON),
        (f"{RESPONSE}; charset=utf-8, {JSON}; charset=utf-8", RESPONSE),
        (f"{RESPONSE}, {JSON}, text/event-stream, multipart/mixed", RESPONSE),
        (f"image/png, {RESPONSE};q=0.1", RESPONSE),
    ],
)
async def test_the_answer_has_the_form_that_the_client_prefers(
    ask: Api, accept: str, media: str
) -> None:
    response = await sent(ask, asking(VIEWER), Accept=accept)

    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert response.json()["data"] == {"viewer": None}


@pytest.mark.parametrize(
    ("_case", "body", "code"),
    [
        ("does not parse", asking("{"), "GRAPHQL_PARSE_FAILED"),
        ("has no such field", asking("{ nothing }"), "GRAPHQL_VALIDATION_FAILED"),
        (
            "has an unused variable",
            asking("query($it: ID) { viewer { email } }"),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "has a wrong value",
            asking('{ mentors(first: "ten") { totalCount } }'),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "comes with a wrong variable",
            asking(MENTORS, variables={"order": {"field": "SHOE_SIZE"}}),
            "BAD_USER_INPUT",
        ),
        ("holds two operations", asking(TWO), "BAD_USER_INPUT"),
    ],
)
@pytest.mark.parametrize(("media", "status"), [(RESPONSE, 400), (JSON, 200)])
async def test_a_document_that_cannot_be_executed_is_answered_without_data(
    ask: Api, _case: str, body: bytes, code: str, media: str, status: int
) -> None:
    response = await sent(ask, body, Accept=media)

    assert response.status_code == status
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert error_in(response)["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ mentors(first: 101) { totalCount } }", "BAD_USER_INPUT"),
        ("{ mentees { totalCount } }", "FORBIDDEN"),
    ],
)
@pytest.mark.parametrize("media", [RESPONSE, JSON])
async def test_an_error_of_one_field_is_a_part_of_the_answer(
    ask: Api, document: str, code: str, media: str
) -> None:
    token = await a_token(await a_member())

    response = await sent(ask, asking(document), Accept=media, Authorization=f"Bearer {token}")

    answer = response.json()
    [field] = answer["data"]
    assert response.status_code == 200
    assert answer["data"] == {field: None}
    assert answer["errors"][0]["path"] == [field]
    assert answer["errors"][0]["extensions"] == {"code": code}


@pytest.mark.parametrize("body", [asking(VIEWER), asking("{"), b"1"])
async def test_no_answer_is_kept_for_others(ask: Api, body: bytes) -> None:
    headers = (await sent(ask, body)).headers

    assert headers["cache-control"] == "no-store"
    assert {"accept", "cookie", "authorization"} <= set(re.split(", *", headers["vary"].lower()))


@pytest.mark.parametrize("body", [asking(VIEWER), asking("{"), b"1"])
async def test_no_answer_is_taken_for_a_page(ask: Api, body: bytes) -> None:
    headers = (await sent(ask, body)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/graphql/", "/graphiql/", "//evil.test/graphql/"])
async def test_nobody_is_led_to_a_host_that_the_request_names(ask: Api, path: str) -> None:
    response = await ask.http.get(path, headers={"Host": "evil.test"})

    assert response.status_code == 404
    assert "location" not in response.headers


async def test_text_comes_as_utf_8(ask: Api) -> None:
    ada = await a_member(name="Åda Łovelace 🦉")

    response = await sent(
        ask,
        asking("{ viewer { member { name } } }"),
        Authorization=f"Bearer {await a_token(ada)}",
    )

    assert "Åda Łovelace 🦉".encode() in response.content


@pytest.mark.parametrize(
    ("document", "order"),
    [
        ("{ viewr { email } }", None),
        ("{ mentors(fist: 1) { totalCount } }", None),
        ("query($it: Enrolment) { viewer { email } }", None),
        ("{ mentors(orderBy: {field: NAM}) { totalCount } }", None),
        ("{ mentors(orderBy: {field: NAME, directon: ASC}) { totalCount } }", None),
        (MENTORS, {"field": "NAM"}),
        (MENTORS, {"field": "NAME", "directon": "ASC"}),
    ],
)
async def test_no_error_guesses_what_was_meant(
    ask: Api, document: str, order: dict[str, str] | None
) -> None:
    response = await sent(ask, asking(document, variables={"order": order}))

    assert response.json()["errors"]
    assert "Did you mean" not in response.text


@pytest.mark.parametrize(
    "body",
    [
        asking("{" + " ".join(f"nothing{it}" for it in range(90)) + "}"),
        asking(
            PREFERENCES,
            variables={"input": {"preferences": [{"kind": "NOTHING", "frequency": 1}] * 90}},
        ),
    ],
)
async def test_a_few_errors_are_enough_to_go_on_with(ask: Api, body: bytes) -> None:
    response = await sent(ask, body)

    assert len(response.json()["errors"]) == 5


def bomb(levels: int) -> str:
    """A short document whose fragments unfold to 2 to the power of its levels."""
    fragments = [f"fragment F{it} on Query {{ ...F{it + 1} ...F{it + 1} }}" for it in range(levels)]
    return f"{{ ...F0 }} {' '.join(fragments)} fragment F{levels} on Query {{ viewer {{ id }} }}"


def staircase(levels: int) -> str:
    """Nested by fragments that are spread on the ground, too, those of the upper floors first."""
    fragments = [
        f"fragment F{it} on Member {{ menteeEnrollment {{ member {{ ...F{it + 1} }} }} }}"
        for it in range(levels)
    ]
    spread = f"...F{levels // 2} ...F0"
    return (
        f"{{ viewer {{ member {{ {spread} }} }} }} {' '.join(fragments)}"
        f" fragment F{levels} on Member {{ id }}"
    )


@pytest.mark.parametrize(
    ("_case", "document"),
    [
        ("many fields", "{" + "viewer { id email } " * 200 + "}"),
        ("fields repeated", "{" + "...F " * 200 + "} fragment F on Query { viewer { id email } }"),
        ("fields nested", "{ viewer " * 40 + "{ id" + "}" * 41),
        ("fields nested beyond reason", "{ viewer " * 5_000),
        ("inline fragments nested", "{ ..." * 40 + "{ viewer { id } }" + "}" * 40),
        ("lists nested", "{ nodes(ids: " + "[" * 10_000 + "]" * 10_000 + ") { id } }"),
        ("objects nested", "{ mentors(filter: " + "{a: " * 5_000),
        (
            "types nested",
            "query($it: " + "[" * 10_000 + "ID" + "]" * 10_000 + ") { viewer { id } }",
        ),
        ("many remarks", "#\n" * 20_000 + VIEWER),
        ("many directives", "{ viewer" + " @skip(if: false)" * 4_000 + " { id } }"),
        ("fragments nested", staircase(16)),
        ("fragments in a circle", bomb(30).replace("viewer { id }", "...F0")),
        ("a small bomb", bomb(12)),
        ("a bomb", bomb(60)),
    ],
)
async def test_a_document_that_would_keep_us_busy_is_refused_quickly(
    ask: Api, _case: str, document: str
) -> None:
    began = process_time()

    response = await sent(ask, asking(document))

    assert error_in(response)["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert process_time() - began < 1


async def test_a_document_may_be_larger_than_those_of_clients(ask: Api) -> None:
    deep = "menteeEnrollment { member { " * 12 + "id" + " } }" * 12
    wide = "...F " * 100

    data = await ask(
        f"{{ viewer {{ member {{ {deep} }} }} {wide} }} fragment F on Query {{ viewer {{ id email }} }}"
    )

    assert data == {"viewer": None}


async def test_tools_learn_the_whole_schema(ask: Api) -> None:
    document = graphql.get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True
    )

    learned = graphql.build_client_schema(await ask(document))

    assert learned.description
    assert {"enroll", "request", "respond"} <= learned.mutation_type.fields.keys()


@asynccontextmanager
async def missing(table: str) -> AsyncIterator[None]:
    """A database that has lost a table, until it is found again."""
    await transaction(lambda: rows(f"ALTER TABLE {table} RENAME TO lost"))
    try:
        yield
    finally:
        await transaction(lambda: rows(f"ALTER TABLE lost RENAME TO {table}"))


async def test_a_crash_is_masked_and_noted_without_what_was_asked(
    ask: Api, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await a_member(username="ada.byron")
    credentials = {"username": "ada.byron", "password": PASSWORD}

    async with missing("sign_in"):
        response = await sent(ask, asking(SIGN_IN, variables={"input": credentials}))

    [error] = response.json()["errors"]
    id = error["extensions"]["id"]
    assert response.json()["data"] == {"signIn": None}
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["path"] == ["signIn"]
    assert id in error["message"]
    assert "sign_in" not in response.text
    assert f"crash {id}" in caplog.text
    assert "sign_in" in caplog.text
    assert not [
        it
        for it in (PASSWORD, "ada.byron", ada.email, "nobody's business", "SignInInput")
        if it in caplog.text
    ]


async def test_a_crash_of_one_field_leaves_the_others(ask: Api) -> None:
    ada = await a_member()

    async with missing("event"):
        answer = await ask.answer(FEED, as_=ada)

    [error] = answer["errors"]
    assert answer["data"]["program"]["name"]
    assert answer["data"]["viewer"] is None
    assert error["path"] == ["viewer", "events"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


async def test_a_mutation_that_crashes_changes_nothing(ask: Api) -> None:
    ada = await a_member(headline="Analyst")
    document = 'mutation { updateProfile(input: {headline: "Changed"}) { errors { code } } }'
    before = await everything()

    async with missing("enrollment"):
        answer = await ask.answer(document, as_=ada)

    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert await everything() == before


async def test_a_crash_before_anything_is_executed_is_masked_too(
    ask: Api, caplog: pytest.LogCaptureFixture
) -> None:
    token = await a_token(await a_member())

    async with missing("sign_in"):
        response = await sent(ask, asking(VIEWER), Accept=RESPONSE, Authorization=f"Bearer {token}")

    error = error_in(response)
    assert response.status_code == 500
    assert response.headers["content-type"] == f"{RESPONSE}; charset=utf-8"
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert f"crash {error['extensions']['id']}" in caplog.text
    assert token not in caplog.text + response.text
