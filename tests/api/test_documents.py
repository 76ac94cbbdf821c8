"""Clients may name a document instead of sending it, and operators decide which there are."""

import json
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from main import application
from schema import documents
from settings import Settings, WrongSetting
from tests.client import Api, served
from tests.factories import a_member, a_token

PROGRAM = "query Program { program { name } }"
VIEWER = "query Viewer { viewer { email } }"
NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"


def hash_of(document: str) -> str:
    return sha256(document.encode()).hexdigest()


def persisted(document: str, version: int = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": hash_of(document)}}}


def named(document: str) -> dict[str, str]:
    return {"documentId": f"sha256:{hash_of(document)}"}


async def posted(ask: Api, **parameters: Any) -> httpx.Response:
    return await ask.http.post("/graphql", json=parameters)


async def got(ask: Api, **parameters: Any) -> httpx.Response:
    plain = {name: it if isinstance(it, str) else json.dumps(it) for name, it in parameters.items()}
    return await ask.http.get("/graphql", params=plain)


def code_of(response: httpx.Response) -> str:
    [error] = response.json()["errors"]
    return str(error["extensions"]["code"])


@pytest.fixture
def listed(tmp_path: Path) -> str:
    """A file with one document, under the hash that a client's tools may have chosen."""
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({sha1(PROGRAM.encode()).hexdigest(): PROGRAM}))
    return str(file)


@pytest.mark.parametrize("asking", [posted, got])
async def test_a_document_that_is_sent_once_is_known_by_its_hash(ask: Api, asking: Any) -> None:
    first = await asking(ask, **persisted(PROGRAM))
    second = await asking(ask, query=PROGRAM, **persisted(PROGRAM))
    third = await asking(ask, **persisted(PROGRAM))
    by_id = await asking(ask, **named(PROGRAM))

    assert (first.status_code, code_of(first)) == (200, NOT_FOUND)
    assert first.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    for response in (second, third, by_id):
        assert response.json()["data"]["program"]["name"]


async def test_a_named_document_takes_variables_and_is_answered_to_who_asks(ask: Api) -> None:
    ada = await a_member()
    document = "query($id: ID!) { node(id: $id) { id } }"
    headers = {"Authorization": f"Bearer {await a_token(ada)}"}
    await ask.http.post("/graphql", json={"query": document, **persisted(document)})
    await posted(ask, query=document, variables={"id": ada.id}, **persisted(document))

    asked = {"variables": {"id": ada.id}, **persisted(document)}
    response = await ask.http.post("/graphql", json=asked, headers=headers)

    assert response.json()["data"] == {"node": {"id": ada.id}}


async def test_a_mutation_cannot_be_had_by_opening_an_address(ask: Api) -> None:
    sign_out = "mutation { signOut(input: {}) { endedSignInIds } }"
    await posted(ask, query=sign_out, **persisted(sign_out))

    response = await got(ask, **persisted(sign_out))

    assert response.status_code == 405


@pytest.mark.parametrize(
    ("_case", "asked", "says"),
    [
        ("of another document", {"query": VIEWER, **persisted(PROGRAM)}, "not the hash of `query`"),
        ("of another version", persisted(PROGRAM, version=2), "`version` 1"),
        ("not there", {"extensions": {"persistedQuery": {"version": 1}}}, "`sha256Hash` must be"),
        ("no object", {"extensions": {"persistedQuery": "x"}}, "`persistedQuery` must be an object"),
        ("unknown", named(PROGRAM), "no document with this `documentId`"),
        ("a number", {"documentId": 1}, "`documentId` must be a string"),
        ("beside a document", {"query": PROGRAM, **named(PROGRAM)}, "not beside it"),
    ],
)  # fmt: skip
async def test_a_hash_that_is_wrong_hears_why(
    ask: Api, _case: str, asked: dict[str, Any], says: str
) -> None:
    response = await posted(ask, **asked)

    assert response.status_code == 400
    assert says in response.json()["errors"][0]["message"]


async def test_what_cannot_be_executed_is_not_kept(ask: Api) -> None:
    wrong = "query { nothing }"
    await posted(ask, query=wrong, **persisted(wrong))

    assert code_of(await posted(ask, **persisted(wrong))) == NOT_FOUND


@pytest.mark.parametrize(("most", "number"), [("MOST", 2), ("MOST_BYTES", 2 * len(PROGRAM) + 2)])
async def test_of_many_documents_the_longest_unused_is_forgotten(
    ask: Api, monkeypatch: pytest.MonkeyPatch, most: str, number: int
) -> None:
    monkeypatch.setattr(documents, most, number)
    first, second, third = (f"{PROGRAM}{blank}" for blank in ("", " ", "\n"))

    for document in (first, second):
        await posted(ask, query=document, **persisted(document))
    await posted(ask, **persisted(first))
    await posted(ask, query=third, **persisted(third))

    assert "data" in (await posted(ask, **persisted(first))).json()
    assert "data" in (await posted(ask, **persisted(third))).json()
    assert code_of(await posted(ask, **persisted(second))) == NOT_FOUND


async def test_a_listed_document_need_never_be_sent(database: None, listed: str) -> None:
    hash = sha1(PROGRAM.encode()).hexdigest()
    async with served(PERSISTED_DOCUMENTS=listed) as ask:
        by_hash = await posted(
            ask, extensions={"persistedQuery": {"version": 1, "sha256Hash": hash}}
        )
        by_id = await posted(ask, documentId=hash)
        other = await posted(ask, query=VIEWER)

    for response in (by_hash, by_id):
        assert response.json()["data"]["program"]["name"]
    assert other.json()["data"] == {"viewer": None}


async def test_where_only_listed_documents_are_executed_no_others_are(
    database: None, listed: str
) -> None:
    only = {"PERSISTED_DOCUMENTS": listed, "ONLY_PERSISTED_DOCUMENTS": "yes"}
    async with served(**only) as ask:
        sent = await posted(ask, query=PROGRAM)
        other = await posted(ask, query=VIEWER)
        registered = await posted(ask, query=VIEWER, **persisted(VIEWER))
        named = await posted(ask, **persisted(VIEWER))

    assert sent.json()["data"]["program"]["name"]
    for response in (other, registered):
        assert (response.status_code, code_of(response)) == (403, "FORBIDDEN")
    assert code_of(named) == NOT_FOUND


@pytest.mark.parametrize("content", ["[]", "{", '{"x": 1}', "null", None])
def test_a_file_that_lists_no_documents_stops_the_start(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "documents.json"
    if content is not None:
        file.write_text(content)

    with pytest.raises(
        WrongSetting, match=r"^PERSISTED_DOCUMENTS cannot be used: .*documents\.json"
    ):
        application(Settings(persisted_documents=file))


def test_a_program_that_would_execute_nothing_does_not_start() -> None:
    with pytest.raises(WrongSetting, match=r"^ONLY_PERSISTED_DOCUMENTS cannot"):
        application(Settings(only_persisted_documents=True))
