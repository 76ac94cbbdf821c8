"""The databases that tests run on: a copy of a migrated file, and PostgreSQL where one answers."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from models.database import migrate

_SEEDED = ("program", "topic")


def postgres_server() -> str:
    """The address of a database on the server to test with. Skips the test if none answers."""
    address = os.environ.get("TEST_POSTGRES_URL", "postgres://root@127.0.0.1:5432/test")
    try:
        asyncio.run(_greet(address))
    except (OSError, asyncpg.PostgresError, TimeoutError) as trouble:
        _postgres_is_missing(f"nothing answers at {urlsplit(address).netloc} ({trouble})")
    return address


def _postgres_is_missing(why: str) -> NoReturn:
    if os.environ.get("REQUIRE_POSTGRES"):
        pytest.fail(f"PostgreSQL is required here, but {why}", pytrace=False)
    pytest.skip(f"PostgreSQL: {why}")


async def _greet(address: str) -> None:
    async with asyncio.timeout(5):
        await (await asyncpg.connect(address)).close()


def migrated_file(folder: Path) -> Path:
    """A SQLite database with the tables and texts of a new program."""
    file = folder / "template.db"
    asyncio.run(migrate(f"sqlite://{file}"))
    return file


@asynccontextmanager
async def migrated_database(server: str, name: str) -> AsyncIterator[str]:
    """A PostgreSQL database of this name for as long as it is needed."""
    await _execute(
        server,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name}",
        # Nobody needs what a test wrote after a power cut: it need not wait for the disk.
        f"ALTER DATABASE {name} SET synchronous_commit = off",
    )
    address = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    await migrate(address)
    copies = [f"CREATE TABLE seed.{it} AS TABLE public.{it}" for it in _SEEDED]
    await _execute(address, "CREATE SCHEMA seed", *copies)
    try:
        yield address
    finally:
        await _execute(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def make_new(connection: asyncpg.Connection) -> None:
    """Bring a database that a test has used back to a new program."""
    restored = "; ".join(f"INSERT INTO {it} SELECT * FROM seed.{it}" for it in _SEEDED)
    await connection.execute(f"{_EMPTY}; {restored}")


# Of the few rows of a test, deleting is done much sooner than truncating every table.
_EMPTY = """
    DO $$ DECLARE kept TEXT; BEGIN
        FOR kept IN SELECT tablename FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'schema_version'
        LOOP EXECUTE format('DELETE FROM %I', kept); END LOOP;
    END $$"""


async def _execute(address: str, *statements: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def copied(template: Path, folder: Path) -> str:
    """The address of a copy of a SQLite database."""
    return f"sqlite://{shutil.copy(template, folder / 'test.db')}"
