"""What is logged, and how: for people or for programs, and without what people wrote.

An exception may quote anything: the row that broke a constraint, the password that is no number. So of one
there is its type, what is known to be harmless, and where it happened, but never its message. Addresses and
secrets that get into a message all the same are blotted out. Libraries are heard from WARNING on.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from operations.requests import request_id

OURS = (
    "commands", "demo", "duties", "mailers", "mentor_match", "models", "operations", "resolvers", "schema",
    "settings", "worker",
)  # fmt: skip

# What a line may tell beside its message; whoever logs something else is not heard.
_MORE = ("crash",)
_HARMLESS = (
    "sqlstate",
    "constraint_name",
    "table_name",
    "column_name",
    "sqlite_errorname",
    "errno",
)
_ADDRESS = re.compile(r"[^\s<>()\[\]“”\"',;:/]+@[^\s<>()\[\]“”\"',;:/]+")
_SECRET = re.compile(r"\bmt_[\w-]{20,}")


def set_up(level: str, format: str) -> None:
    """Log to the standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else TextLines())
    logging.captureWarnings(capture=True)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


class TextLines(logging.Formatter):
    """A line for people, and below it where something happened."""

    def format(self, record: logging.LogRecord) -> str:
        """What is written of a record."""
        id = request_id.get()
        line = f"{record.levelname} {record.name}: {_message(record)}{f' [{id}]' if id else ''}"
        return "\n".join([line, *_story(record)])


class JsonLines(logging.Formatter):
    """An object on a line, with a few keys that are always called alike."""

    def format(self, record: logging.LogRecord) -> str:
        """What is written of a record."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if id := request_id.get():
            line["request_id"] = id
        line |= {it: getattr(record, it) for it in _MORE if hasattr(record, it)}
        if story := list(_story(record)):
            line["exception"] = story
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    given = record.args if isinstance(record.args, tuple) else ()
    if any(isinstance(it, BaseException) for it in given):
        return _blotted(record.msg % tuple(_named(it) for it in given))
    return _blotted(record.getMessage())


def _named(given: object) -> object:
    return _title(given) if isinstance(given, BaseException) else given


def _blotted(message: str) -> str:
    return _SECRET.sub("(secret)", _ADDRESS.sub("(address)", message))


def _story(record: logging.LogRecord) -> Iterator[str]:
    """What led to the exception of a record, the first cause first."""
    trouble = record.exc_info[1] if record.exc_info else None
    chain = list[BaseException]()
    while trouble and trouble not in chain:
        chain.append(trouble)
        trouble = trouble.__cause__ or (
            None if trouble.__suppress_context__ else trouble.__context__
        )
    for it in reversed(chain):
        yield from (line.rstrip("\n") for line in traceback.format_tb(it.__traceback__))
        yield _title(it)


def _title(trouble: BaseException) -> str:
    kind = type(trouble)
    facts = (f"{it} {getattr(trouble, it)}" for it in _HARMLESS if getattr(trouble, it, None))
    known = ", ".join(facts)
    return f"{kind.__module__}.{kind.__qualname__}{f' ({known})' if known else ''}"
