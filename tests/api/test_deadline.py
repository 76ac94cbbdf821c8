"""Nobody waits for an answer without end, and no mutation is left half done."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress

import asyncpg
import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError

from models import Member
from models.database.address import dialect_of, file_of
from tests.client import Api, served
from tests.factories import a_member, a_token

HEADLINE = 'mutation { updateProfile(input: {headline: "Changed"}) { errors { code } } }'
PROGRAM = "{ program { name } }"
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@asynccontextmanager
async def written_by_another(url: str) -> AsyncIterator[None]:
    """Another program is in the middle of changing members."""
    if dialect_of(url) == "sqlite":
        with closing(sqlite3.connect(file_of(url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        async with locked(url, "SELECT id FROM member FOR UPDATE"):
            yield


@asynccontextmanager
async def unreadable(url: str) -> AsyncIterator[None]:
    """Nobody can read the program: its table is locked, or SQLite is busy with something long."""
    if dialect_of(url) == "postgresql":
        async with locked(url, "LOCK TABLE program IN ACCESS EXCLUSIVE MODE"):
            yield
        return
    reader = get_connection("reader")
    reading = asyncio.create_task(reader.execute_query(SLOW))
    try:
        yield
    finally:
        await reader._connection.interrupt()
        with suppress(OperationalError):
            await reading


@asynccontextmanager
async def locked(url: str, statement: str) -> AsyncIterator[None]:
    other = await asyncpg.connect(url)
    try:
        async with other.transaction():
            await other.execute(statement)
            yield
    finally:
        await other.close()


async def late(api: Api, document: str, token: str) -> str:
    """The sentence of the answer that the time is over. Fails the test if it is any other."""
    async with asyncio.timeout(5):
        response = await api.http.post(
            "/graphql", json={"query": document}, headers={"Authorization": f"Bearer {token}"}
        )
    [error] = response.json()["errors"]
    assert response.status_code == 503
    assert error["extensions"] == {"code": "TIMEOUT"}
    return str(error["message"])


async def test_a_mutation_goes_on_when_its_client_has_waited_long_enough(
    database_url: str, database: None
) -> None:
    ada = await a_member(headline="Analyst")
    token = await a_token(ada)
    async with served(DEADLINE="0.2") as api:
        async with written_by_another(database_url):
            sentence = await late(api, HEADLINE, token)
            meanwhile = (await Member.get(id=ada.id)).headline

        await api.app.state.deadline.finish()

    assert "outcome is unknown" in sentence
    assert (meanwhile, (await Member.get(id=ada.id)).headline) == ("Analyst", "Changed")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_crash_after_the_deadline_is_noted(
    database_url: str, database: None, caplog: pytest.LogCaptureFixture
) -> None:
    token = await a_token(await a_member())
    async with served(DEADLINE="0.2") as api:
        with closing(sqlite3.connect(file_of(database_url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await late(api, HEADLINE, token)
            other.execute("ALTER TABLE enrollment RENAME TO lost")
            other.execute("COMMIT")

        await api.app.state.deadline.finish()

    assert "crash" in caplog.text
    assert "no such table: enrollment" in caplog.text


async def test_a_query_is_given_up_and_the_next_one_answered(
    database_url: str, database: None
) -> None:
    async with served(DEADLINE="0.2") as api:
        async with unreadable(database_url):
            sentence = await late(api, PROGRAM, "")

        await api.app.state.deadline.finish()
        answer = await api(PROGRAM)

    assert "given up" in sentence
    assert answer["program"]["name"]


async def test_who_is_answered_in_time_does_not_hear_of_a_deadline(database: None) -> None:
    ada = await a_member()
    async with served(DEADLINE="5") as api:
        payload = (await api(HEADLINE, as_=ada))["updateProfile"]

    assert payload == {"errors": []}
