"""What a line of the log says, and what it leaves out."""

import json
import logging
import sys
from typing import Any

import asyncpg
import pytest

from operations.logs import JsonLines, TextLines


def record(message: str, *args: object, trouble: BaseException | None = None, **more: Any) -> Any:
    made = logging.LogRecord("schema.errors", logging.ERROR, "x.py", 1, message, args, None)
    made.exc_info = (type(trouble), trouble, trouble.__traceback__) if trouble else None
    made.__dict__.update(more)
    return made


def line(*args: Any, **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(JsonLines().format(record(*args, **more)))
    return said


def test_a_line_is_an_object_with_a_few_keys() -> None:
    said = line("it is %d", 4, crash="12ab", member="Ada")

    del said["time"]
    assert said == {
        "level": "ERROR",
        "logger": "schema.errors",
        "message": "it is 4",
        "crash": "12ab",
    }


def test_an_exception_is_told_by_its_type_and_place_and_not_by_its_message() -> None:
    try:
        int("a secret")
    except ValueError as trouble:
        said = line("oh", trouble=trouble)

    assert said["exception"][-1] == "builtins.ValueError"
    assert "test_logs.py" in said["exception"][0]
    assert "a secret" not in said["exception"][-1]


def test_what_led_to_it_is_told_first() -> None:
    try:
        try:
            raise KeyError("Ada")
        except KeyError as inner:
            raise RuntimeError("Grace") from inner
    except RuntimeError as trouble:
        text = TextLines().format(record("oh", trouble=trouble))

    kinds = [it for it in text.splitlines() if it.startswith("builtins.")]
    assert kinds == ["builtins.KeyError", "builtins.RuntimeError"]


def test_of_a_database_error_the_names_of_our_own_things_are_told() -> None:
    trouble = asyncpg.UniqueViolationError("duplicate key: Key (email)=(ada@example.org)")
    trouble.constraint_name = "member_email_key"

    said = line("oh", trouble=trouble)

    [told] = said["exception"]
    assert told.endswith("UniqueViolationError (sqlstate 23505, constraint_name member_email_key)")


def test_an_exception_within_a_message_is_told_by_its_type() -> None:
    assert line("it fails: %s", ValueError("Ada"))["message"] == "it fails: builtins.ValueError"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("550 5.1.1 <ada@example.org>: unknown", "550 5.1.1 <(address)>: unknown"),
        ("at smtp://me:secret@host/x", "at smtp://me:(address)/x"),
        ("token mt_0123456789abcdefghijklmnopqrstuvwxyz", "token (secret)"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_addresses_and_tokens_are_blotted_out(message: str, shown: str) -> None:
    assert line(message)["message"] == shown


def test_what_python_would_print_of_a_loop_of_causes_ends() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first

    assert len(line("oh", trouble=first)["exception"]) == 2
    assert sys.exc_info() == (None, None, None)
