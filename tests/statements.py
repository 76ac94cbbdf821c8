"""The statements that reach the database while something happens."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

# The clients of both databases tell it of each statement when they send it, in a transaction or not.
_told = logging.getLogger("tortoise.db_client")


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent within the block, in order, each with its values."""
    listener, usual = _Listener(), _told.level
    _told.addHandler(listener)
    _told.setLevel(logging.DEBUG)
    try:
        yield listener.heard
    finally:
        _told.setLevel(usual)
        _told.removeHandler(listener)
