"""Databases that nobody has migrated yet."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from models.database import migrate
from tests.databases import postgres_server


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any tables."""
    if request.param == "sqlite":
        yield f"sqlite://{tmp_path / 'new.db'}"
        return
    server, name = postgres_server(), f"mentor_match_new_{os.getpid()}"
    asyncio.run(execute(server, f"CREATE DATABASE {name}"))
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    asyncio.run(execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def own_database_url(new_database_url: str) -> str:
    """The address of a new program's database to which no other test is connected."""
    asyncio.run(migrate(new_database_url))
    return new_database_url


async def make_empty(url: str) -> None:
    """Remove everything from a database."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite://"))
        for it in file.parent.glob(f"{file.name}*"):
            it.unlink()
        return
    await execute(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


async def execute(address: str, *statements: str) -> None:
    """Execute statements on a PostgreSQL database."""
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
