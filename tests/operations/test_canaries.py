"""Whatever is logged, and however much: nothing of what people wrote, and no secret, is in it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from models import password
from models.database.connection import connection_for
from tests.factories import a_mentee, a_mentor
from tests.server import Server, running

PASSWORD = "canary-in-the-coal-mine"
ADDRESS = "canary@birds.example.org"
MESSAGE = "Would the canary sing for me?"
LITERAL = "canary-literal"
REQUEST = "mutation($i: RequestInput!) { request(input: $i) { request { id } errors { code } } }"
SIGN_IN = "mutation($i: SignInInput!) { signIn(input: $i) { token errors { code } } }"


@pytest.mark.parametrize(("level", "format"), [("INFO", "text"), ("DEBUG", "json")])
async def test_no_canary_is_in_the_log(
    database: None, database_url: str, tmp_path: Path, level: str, format: str
) -> None:
    mentor = await a_mentor(person={"email": ADDRESS})
    await a_mentee(person={"username": "canary", "password_hash": await password.hashed(PASSWORD)})
    environment = {
        "DATABASE_URL": database_url,
        "MAIL_FOLDER": str(tmp_path / "mail"),
        "LOG_LEVEL": level,
        "LOG_FORMAT": format,
    }

    async with running("serve", environment) as server:
        token = await all_that_may_go_wrong(server, mentor.id)
        await server.prints("e-mail ", " is in ")

    log = "".join(server.printed)
    assert "crash" in log
    assert ("DEBUG" in log) == (level == "DEBUG")
    for canary in (PASSWORD, ADDRESS, MESSAGE, LITERAL, token):
        assert canary not in log
    if format == "json":
        assert [json.loads(it) for it in log.splitlines()]


async def all_that_may_go_wrong(server: Server, mentor_id: str) -> str:
    """Things that go right, things that go wrong, and a crash. Gives a token that was seen."""
    async with httpx.AsyncClient(base_url=server.address) as http:
        await answer(http, SIGN_IN, {"username": ADDRESS, "password": PASSWORD + "?"})
        signed_in = await answer(http, SIGN_IN, {"username": "canary", "password": PASSWORD})
        token: str = signed_in["data"]["signIn"]["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        for document in (
            f'{{ node(id: "{LITERAL}") {{ id }} }}',
            f'{{ node(id: {LITERAL.replace("-", "_")}, x: "{LITERAL}") {{ id }} }}',
            f'{{ mentors(first: "{LITERAL}") {{ edges {{ cursor }} }} }}',
            f'{{ mentors(filter: {{text: "{LITERAL}\\u0000"}}) {{ edges {{ cursor }} }} }}',
            f'{{ "{LITERAL}" }}',
        ):
            await answer(http, document, {})
        await answer(http, REQUEST, {"enrollmentId": mentor_id, "message": MESSAGE})
        await http.get(f"/{LITERAL}", params={"token": token})
        await crash(http, mentor_id)
    return token


async def crash(http: httpx.AsyncClient, mentor_id: str) -> None:
    await rename("mentoring_request", "gone")
    try:
        crashed = await answer(http, REQUEST, {"enrollmentId": mentor_id, "message": MESSAGE})
    finally:
        await rename("gone", "mentoring_request")
    assert crashed["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


async def rename(table: str, name: str) -> None:
    await connection_for(writing=True).execute_script(f"ALTER TABLE {table} RENAME TO {name}")


async def answer(http: httpx.AsyncClient, query: str, input: Mapping[str, Any]) -> dict[str, Any]:
    response = await http.post("/graphql", json={"query": query, "variables": {"i": input}})
    content: dict[str, Any] = response.json()
    return content
