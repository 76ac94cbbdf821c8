"""The one way to open a transaction."""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TypeVar

import asyncpg
from tortoise.exceptions import BaseORMException
from tortoise.transactions import in_transaction

from models import measures

T = TypeVar("T")

TRIES = 4  # of one transaction that others get in the way of
_open: ContextVar[bool] = ContextVar("open", default=False)
_afterwards: ContextVar[list[Callable[[], None]]] = ContextVar("afterwards")


async def transaction(work: Callable[[], Awaitable[T]]) -> T:
    """Do some work wholly or not at all; inside another transaction, as a part of it.

    The work may be done several times, because others got in its way: it must be nothing but
    statements. Nothing in it may wait for anything but the database, or start a task.
    """
    if is_open():
        return await work()
    for _ in range(TRIES - 1):
        try:
            return await _once(work)
        except Exception as trouble:
            if not is_passing(trouble):
                raise
            measures.RETRIES.add()
            await asyncio.sleep(random.uniform(0.01, 0.1))  # noqa: S311 (nothing secret)
    return await _once(work)


def is_open() -> bool:
    """Whether a transaction is open here."""
    return _open.get()


def when_committed(do: Callable[[], None]) -> None:
    """Call this once what is being written here is there for others: after the transaction, if one is open.

    If the transaction fails, or the process ends, nothing is called: who must know looks for itself, too.
    """
    if is_open():
        _afterwards.get().append(do)
    else:
        do()


async def _once(work: Callable[[], Awaitable[T]]) -> T:
    afterwards: list[Callable[[], None]] = []
    async with in_transaction("default"):
        opened, collected = _open.set(True), _afterwards.set(afterwards)
        try:
            outcome = await work()
        finally:
            _open.reset(opened)
            _afterwards.reset(collected)
    for it in afterwards:
        it()
    return outcome


def is_passing(trouble: BaseException) -> bool:
    """Whether the same work may succeed a moment later: a deadlock, or somebody else writing."""
    if isinstance(trouble, BaseORMException) and trouble.args:
        trouble = trouble.args[0] if isinstance(trouble.args[0], Exception) else trouble
    if isinstance(trouble, sqlite3.OperationalError):
        return is_busy(trouble)
    return isinstance(trouble, asyncpg.SerializationError | asyncpg.DeadlockDetectedError)


def is_busy(trouble: sqlite3.Error) -> bool:
    """Whether SQLite gave up because somebody else writes."""
    # Python has errors of its own, without a code.
    return getattr(trouble, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
