"""Tortoise's SQLite client with transactions that begin by writing and survive being cancelled.

Tortoise 1.1.9 keeps its lock for ever when a transaction is cancelled while it begins, begins
transactions so that they fail when another process writes, and leaves rows behind a failed commit.
"""

import sqlite3
from typing import Any

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from models import measures
from models.database.patience import to_the_end


class _Connection(SqliteTransactionWrapper):
    """The connection while a transaction has it."""

    async def begin(self) -> None:
        try:
            # Taken at once, the lock can be waited for; a reader that wants to write later cannot wait.
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as trouble:
            raise OperationalError(trouble) from trouble


class _Transaction(SqliteTransactionContext):
    """One transaction; the lock of the connection is held from before it begins until it has ended."""

    async def __aenter__(self) -> TransactionalDBClient:
        with measures.DATABASE_WAIT.timing():
            await self._begin()
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection  # type: ignore[no-any-return]

    async def _begin(self) -> None:
        await self._trxlock.acquire()
        try:
            await self.connection.begin()
        except BaseException:
            await to_the_end(self._give_up())
            raise

    async def _give_up(self) -> None:
        try:
            # The statement may have begun a transaction although nobody waited for it.
            await self.connection._connection.rollback()
        finally:
            self._trxlock.release()

    async def __aexit__(self, failure: Any, *about_it: Any) -> None:
        try:
            await to_the_end(self._end(is_failed=failure is not None))
        finally:
            get_connections().reset(self.token)
            self._trxlock.release()

    async def _end(self, *, is_failed: bool) -> None:
        if is_failed:
            await self.connection._connection.rollback()
            return
        try:
            await self.connection._connection.commit()
        except sqlite3.OperationalError as trouble:
            # Its rows would be committed with the next transaction.
            await self.connection._connection.rollback()
            raise OperationalError(trouble) from trouble


class Client(SqliteClient):
    """A connection to a file, opened once."""

    def _in_transaction(self) -> _Transaction:
        return _Transaction(_Connection(self), self._lock)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Execute a statement for each of several lists of values, all or nothing."""
        async with self._in_transaction() as connection:
            await connection.execute_many(query, values)


client_class = Client
