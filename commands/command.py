"""What a command is."""

import argparse
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from settings import Settings

Given: TypeAlias = argparse.Namespace  # what was said after the command


def _nothing(_: argparse.ArgumentParser) -> None:
    """Most commands take no arguments."""


@dataclass(frozen=True)
class Command:
    """One line of the table in `main.py`."""

    meaning: str
    run: Callable[[Settings, Given], Coroutine[Any, Any, None]]
    add_arguments: Callable[[argparse.ArgumentParser], None] = _nothing
