"""How the program's values are kept in columns, the same on both databases."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar, cast

from tortoise import fields
from tortoise.models import Model

from models import clock

E = TypeVar("E", bound=Enum)


class IdField(fields.Field[str]):
    """An opaque id, kept as TEXT. One of any length can be asked for: it is unknown, not a failure."""

    SQL_TYPE = "TEXT"
    field_type = str


class MomentField(fields.Field[datetime], datetime):
    """An instant, kept as BIGINT milliseconds since 1970 in UTC and given as aware datetime.

    Integers compare alike on both databases; SQLite's texts of other time zones do not.
    """

    SQL_TYPE = "BIGINT"

    def to_db_value(
        self, value: datetime | int | None, instance: type[Model] | Model
    ) -> int | None:
        return clock.milliseconds(value) if isinstance(value, datetime) else value

    def to_python_value(self, value: datetime | int | None) -> datetime | None:
        return clock.moment(value) if isinstance(value, int) else value


class ChoiceField(fields.Field[E]):
    """One of a closed set, kept as TEXT by its name."""

    SQL_TYPE = "TEXT"

    def __init__(self, choices: type[E], **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices

    def to_db_value(self, value: E | str | None, instance: type[Model] | Model) -> str | None:
        return value.name if isinstance(value, Enum) else value

    def to_python_value(self, value: E | str | None) -> E | None:
        return self.choices[value] if isinstance(value, str) else value


class ChoicesField(fields.Field[tuple[E, ...]]):
    """Several of a closed set of choices, kept as an INTEGER with one bit for each.

    A bit is the place of the member in its enum: new members go last. Given in that order.
    """

    SQL_TYPE = "INTEGER"

    def __init__(self, choices: type[E], **options: Any) -> None:
        super().__init__(default=(), **options)
        self.choices = choices

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> int:
        return value if isinstance(value, int) else mask(value or ())

    def to_python_value(self, value: Any) -> tuple[E, ...]:
        return members(self.choices, value) if isinstance(value, int) else tuple(value or ())


def one_of(choices: type[E], **options: Any) -> E:
    """A column with one member of an enum: `role = one_of(Role)`."""
    return cast(E, ChoiceField(choices, **options))


def several_of(choices: type[E]) -> tuple[E, ...]:
    """A column with any number of members of an enum, none by default."""
    return cast(tuple[E, ...], ChoicesField(choices))


def mask(chosen: Iterable[Enum]) -> int:
    """The integer with the bits of these members set."""
    return sum(1 << list(type(it)).index(it) for it in set(chosen))


def members(enum: type[E], bits: int) -> tuple[E, ...]:
    """The members whose bits are set, in the order of the enum."""
    return tuple(it for place, it in enumerate(enum) if bits >> place & 1)
