"""A line of the directory's list: what it says of one person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from models import text
from models.member_import import columns
from models.member_import.identity import Identity

LONGEST = 500  # characters of any value


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be imported, and why."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.reason}"


@dataclass(frozen=True)
class Line:
    """A line whose values are right, each by itself."""

    number: int
    values: Mapping[str, Any]  # what the directory decides, by the columns of members
    first_values: Mapping[str, Any]  # what only a new member gets
    password: str = field(repr=False)

    @classmethod
    def parsed(cls, number: int, row: Mapping[str | Any, Any], *, program: str) -> Self:
        """The line with what stands in it, for the program of this name. Raises ValueError."""
        if None in row or None in row.values():
            raise ValueError("as many values as there are columns, please")
        # Blanks around a password are part of it, for it is typed like that when signing in.
        given = {name: it if name == "password" else it.strip() for name, it in row.items()}
        _check(given)
        return cls(
            number,
            columns.of_the_directory(given),
            columns.first(given),
            columns.first_password(given, program),
        )

    @cached_property
    def identity(self) -> Identity:
        """Who the line is about."""
        return Identity(self.values["username"], self.values["email"], whose=f"line {self.number}")


def _check(given: Mapping[str, str]) -> None:
    for name, value in given.items():
        if not text.is_storable(value) or len(value) > LONGEST:
            raise ValueError(f"{name} is too long or has characters that cannot be kept")
    for name in columns.NEEDED:
        line = text.line(given[name])
        if not (text.is_visible(line) and text.key(line)):
            raise ValueError(f"{name} is missing")
