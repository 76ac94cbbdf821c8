"""Connecting to the database, and which connection a statement takes."""

import logging
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection, get_connections

from models.database import transaction
from models.database.address import dialect_of, file_of

WRITER, READER = "default", "reader"
HASTY = "hasty"  # commits without waiting for the disk

# At DEBUG these log statements together with their values; at INFO they have no news.
_INDISCREET = ("tortoise", "aiosqlite")

_SQLITE_OPTIONS = {
    "busy_timeout": 10_000,  # milliseconds to wait for another process that writes; asked for first
    "journal_mode": "WAL",
    "synchronous": "FULL",  # what is committed survives a power cut
    "foreign_keys": "ON",
    "secure_delete": "ON",  # what is deleted is written over
}
_HASTY_SQLITE_OPTIONS = {
    "busy_timeout": 1_000,
    "synchronous": "NORMAL",  # a power cut may take the last commits, and leaves nothing half done
}


async def connect(url: str) -> None:
    """Connect this process to a database that `migrate` has seen. Raises Unusable."""
    for it in _INDISCREET:
        logging.getLogger(it).setLevel(logging.WARNING)
    # It remembers statements by the name of the connection, whatever kind of database that was.
    EXECUTOR_CACHE.clear()
    await Tortoise.init(
        config={
            "connections": _connections(url),
            "apps": {"models": {"models": ["models"], "default_connection": WRITER}},
            "routers": [_Router],
        },
        _enable_global_fallback=True,
    )
    try:
        for connection in get_connections().all():
            # Now, because a request that is cancelled while it connects would keep the lock.
            await connection.create_connection(with_db=True)
    except BaseException:
        await disconnect()  # one that stays open keeps the process from ending
        raise


async def disconnect() -> None:
    """Close every connection of this process."""
    await Tortoise.close_connections()


def dialect() -> str:
    """`sqlite` or `postgresql`, as connected."""
    return "postgresql" if get_connection(WRITER).capabilities.dialect == "postgres" else "sqlite"


def connection_for(*, writing: bool) -> BaseDBAsyncClient:
    """The transaction that is open here, or else the connection for reading or writing."""
    return get_connection(WRITER if writing else _for_reading())


def hasty_connection() -> BaseDBAsyncClient:
    """The connection for what may be forgotten in a power cut. It is never in a transaction."""
    return get_connection(HASTY)


def _for_reading() -> str:
    is_alone = READER not in get_connections().db_config
    return WRITER if is_alone or transaction.is_open() else READER


class _Router:
    """Where Tortoise's models are read and written."""

    def db_for_read(self, model: Any) -> str:
        return _for_reading()

    def db_for_write(self, model: Any) -> str:
        return WRITER


def _connections(url: str) -> dict[str, Any]:
    if dialect_of(url) == "postgresql":
        engine = "models.database.postgresql_engine"
        return {
            WRITER: {"engine": engine, "credentials": {"url": url}},
            HASTY: {"engine": engine, "credentials": {"url": url, "is_hasty": True}},
        }
    file = {"file_path": str(file_of(url)), **_SQLITE_OPTIONS}
    engine = "models.database.sqlite_engine"
    # SQLite's writer may wait for another process; readers shall not wait with it.
    return {
        WRITER: {"engine": engine, "credentials": file},
        READER: {"engine": engine, "credentials": {**file, "query_only": "ON"}},
        HASTY: {"engine": engine, "credentials": {**file, **_HASTY_SQLITE_OPTIONS}},
    }
