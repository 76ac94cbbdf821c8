"""Statements in SQL, written once for both databases."""

import re
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from models import clock
from models.database.connection import connection_for, dialect, hasty_connection
from models.database.transaction import is_passing

_NAME = re.compile(r"(?<![:\w]):([a-z_]\w*)")  # :name, but not the cast in ::text
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE)\b")  # FOR UPDATE, too


class Busy(Exception):
    """Somebody else has been writing for too long for what is done in haste."""


async def rows(statement: str, **values: Any) -> list[dict[str, Any]]:
    """Execute one statement, and give the rows it finds or, with RETURNING, the rows it changed.

    Values are named `:name`. Moments become milliseconds, choices their names, and lists
    `(…, …)`, so that `x IN :list` can be said of an empty one, too. What a statement has changed
    is known by the rows it returns: counts of rows are not to be relied on.
    """
    connection = connection_for(writing=bool(_WRITES.search(statement)))
    return await _executed(connection, statement, values)


async def hasty_rows(statement: str, **values: Any) -> list[dict[str, Any]]:
    """The same for what a power cut may make us forget: it does not wait for the disk.

    It is a transaction of its own, even where one is open. Raises Busy where others write for long.
    """
    try:
        return await _executed(hasty_connection(), statement, values)
    except Exception as trouble:
        if is_passing(trouble):
            raise Busy from None
        raise


async def _executed(
    connection: BaseDBAsyncClient, statement: str, values: dict[str, Any]
) -> list[dict[str, Any]]:
    text, arguments = _bound(_parts(statement), values, _PLACEHOLDERS[dialect()])
    return await connection.execute_query_dict(text, arguments)


@lru_cache(maxsize=500)
def _parts(statement: str) -> list[str]:
    """Text and names in turns, beginning with text."""
    return _NAME.split(statement)


_PLACEHOLDERS = {  # of the value with a number
    "sqlite": "?",
    "postgresql": "${}",
}


def _bound(parts: list[str], values: dict[str, Any], placeholder: str) -> tuple[str, list[Any]]:
    text, arguments = [parts[0]], list[Any]()
    for name, following in zip(parts[1::2], parts[2::2], strict=True):
        value = values[name]
        is_list = isinstance(value, list | tuple | set | frozenset)
        marks = []
        for it in value if is_list else [value]:
            arguments.append(_stored(it))
            marks.append(placeholder.format(len(arguments)))
        text += [f"({', '.join(marks) or 'NULL'})" if is_list else marks[0], following]
    return "".join(text), arguments


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.milliseconds(value)
    return value.name if isinstance(value, Enum) else value
