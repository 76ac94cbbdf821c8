"""New programs for commands that measure: one on SQLite, and one on PostgreSQL where it answers."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from models.database import connect, disconnect, migrate
from tests import databases

KINDS = ("sqlite", "postgresql")


@asynccontextmanager
async def new_program(kind: str) -> AsyncIterator[str]:
    """The address of its database, which is connected. Raises LookupError where there is none."""
    async with AsyncExitStack() as stack:
        if kind == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite://{Path(folder) / 'measured.db'}"
            await migrate(url)
        else:
            server = await asyncio.to_thread(_server)
            url = await stack.enter_async_context(
                databases.migrated_database(server, f"mentor_match_measured_{os.getpid()}")
            )
        await connect(url)
        stack.push_async_callback(disconnect)
        yield url


def _server() -> str:
    try:
        return databases.postgres_server()
    except pytest.skip.Exception as why:
        raise LookupError(str(why)) from None
