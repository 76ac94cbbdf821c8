"""Tortoise's PostgreSQL client with a pool that survives cancelled transactions and never waits for ever.

Tortoise 1.1.9 loses a connection of the pool when a transaction is cancelled while it begins, and
waits without limit for a free one.
"""

from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    PoolConnectionWrapper,
    TransactionalDBClient,
    TransactionContextPooled,
)
from tortoise.connection import get_connections

from models import measures
from models.database.patience import to_the_end

MOST = 20  # connections of one process
MOST_HASTY = 5  # more of them; a statement there takes a fraction of a millisecond
PATIENCE = 5.0  # seconds to wait for a free connection, and for an answer
_LIMITS = {  # milliseconds
    "statement_timeout": "5000",
    "lock_timeout": "3000",
    "idle_in_transaction_session_timeout": "10000",
}

_HASTE = {"synchronous_commit": "off"}  # a crash of the server may take the last commits


class _Borrowed(PoolConnectionWrapper[Any]):
    """A connection of the pool for one statement."""

    async def __aenter__(self) -> Any:
        with measures.DATABASE_WAIT.timing():
            self.connection = await self.client._pool.acquire(timeout=PATIENCE)
        return self.connection


class _Transaction(TransactionContextPooled):
    """One transaction on one connection of the pool."""

    async def __aenter__(self) -> TransactionalDBClient:
        with measures.DATABASE_WAIT.timing():
            self.client._connection = await self._pool.acquire(timeout=PATIENCE)
        try:
            await self.client.begin()
        except BaseException:
            await to_the_end(self._give_up())
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    @property
    def _pool(self) -> Any:
        return self.client._parent._pool

    async def _give_up(self) -> None:
        # In an unknown state: closed, so that nobody gets it next.
        self.client._connection.terminate()
        await self._pool.release(self.client._connection)

    async def __aexit__(self, failure: Any, *about_it: Any) -> None:
        try:
            await to_the_end(self._end(is_failed=failure is not None))
        finally:
            get_connections().reset(self.token)

    async def _end(self, *, is_failed: bool) -> None:
        try:
            await (self.client.rollback() if is_failed else self.client.commit())
        except BaseException:
            self.client._connection.terminate()
            raise
        finally:
            await self._pool.release(self.client._connection)


class Client(AsyncpgDBClient):
    """A pool of connections."""

    def __init__(self, url: str, *, is_hasty: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._url = url
        self._is_hasty = is_hasty

    async def create_pool(self, **options: Any) -> asyncpg.Pool:
        """The pool; the URL means what it means to every PostgreSQL program, `sslmode` included."""
        return await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=MOST_HASTY if self._is_hasty else MOST,
            timeout=PATIENCE,
            command_timeout=PATIENCE,
            server_settings=_LIMITS | (_HASTE if self._is_hasty else {}),
        )

    def acquire_connection(self) -> _Borrowed:
        """A connection for one statement."""
        return _Borrowed(self, self._pool_init_lock)

    def _in_transaction(self) -> _Transaction:
        return _Transaction(TransactionWrapper(self), self._pool_init_lock)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Execute a statement for each of several lists of values, all or nothing."""
        async with self._in_transaction() as connection:
            await connection.execute_many(query, values)


client_class = Client
