"""Being told by PostgreSQL that something happened, on a connection of its own."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from models.database.address import dialect_of

PATIENCE = 5.0  # seconds to wait for a connection
REST = 1.0  # seconds before another try

log = logging.getLogger(__name__)


@asynccontextmanager
async def listening(url: str, channel: str, heard: Callable[[], None]) -> AsyncIterator[None]:
    """Have `heard` called whenever a transaction that notifies the channel is committed.

    Nothing is promised: SQLite tells nothing, and a connection may be lost. Who must not miss
    anything looks from time to time, too.
    """
    if dialect_of(url) == "sqlite":
        yield
        return
    listening = asyncio.create_task(_listen(url, channel, heard))
    try:
        yield
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def _listen(url: str, channel: str, heard: Callable[[], None]) -> None:
    while True:
        try:
            await _listen_once(url, channel, heard)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as trouble:
            log.info("not listening to the database: %s", trouble)
        await asyncio.sleep(REST)


async def _listen_once(url: str, channel: str, heard: Callable[[], None]) -> None:
    connection = await asyncpg.connect(url, timeout=PATIENCE)
    try:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda *_: lost.set())
        await connection.add_listener(channel, _calling(heard))
        heard()  # whatever happened while nobody listened
        await lost.wait()
    finally:
        connection.terminate()


def _calling(heard: Callable[[], None]) -> Callable[..., Any]:
    return lambda *_: heard()
