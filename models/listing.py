"""Lists that can grow, read page by page by keyset, so that they stay stable and cost the same everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from models.database import rows
from models.record import Record
from models.text import is_storable

R = TypeVar("R", bound=Record)
Position = tuple[Any, ...]  # the values of the keys at one row


@dataclass(frozen=True)
class Key:
    """What a list is ordered by: a name, an expression in SQL, the type of its values, which way."""

    name: str
    expression: str
    kind: type[int] | type[str] = str
    is_descending: bool = False

    @property
    def in_sql(self) -> str:
        """The expression in a type that any cursor can be compared with."""
        return f"CAST({self.expression} AS BIGINT)" if self.kind is int else self.expression


def newest_first(alias: str) -> tuple[Key, ...]:
    """The order by time of creation, of the rows with this alias in SQL."""
    return (
        Key("created", f"{alias}.created_at", int, is_descending=True),
        Key("id", f"{alias}.id", is_descending=True),
    )


@dataclass(frozen=True)
class Listing(Generic[R]):
    """Rows of a model in an order, whose last key is unique.

    `source` and `where` are SQL with `:names` from `values`; the row's id is `{alias}.id`.
    """

    model: type[R]
    source: str
    alias: str
    where: str
    order: tuple[Key, ...]
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The rows and their order in short, the same for every page of a list."""
        keys = ",".join(f"{'-' * it.is_descending}{it.name}" for it in self.order)
        return f"{self.model.PREFIX}:{keys}"

    def is_position(self, values: Sequence[Any]) -> bool:
        """Whether these can be the values of the keys at one row."""
        return len(values) == len(self.order) and all(
            type(it) is key.kind and _fits(it) for it, key in zip(values, self.order, strict=True)
        )

    async def count(self) -> int:
        """How many rows there are in all."""
        [found] = await rows(
            f"SELECT count(*) AS number FROM {self.source} WHERE {self.where}", **self.values
        )
        return int(found["number"])

    async def slice(
        self,
        limit: int,
        *,
        after: Position | None = None,
        before: Position | None = None,
        is_from_end: bool = False,
    ) -> list[tuple[R, Position]]:
        """Up to `limit` rows between two positions, from the start or the end, with their positions.

        Always in the order of the list.
        """
        found = await rows(
            self._statement(limit, after, before, is_from_end),
            **self.values,
            **_named("after", after),
            **_named("before", before),
        )
        if is_from_end:
            found.reverse()
        records = await self.model.in_bulk([it["id"] for it in found], "id")
        return [
            (records[it["id"]], tuple(it[f"key{n}"] for n in range(len(self.order))))
            for it in found
            if it["id"] in records
        ]

    def _statement(
        self, limit: int, after: Position | None, before: Position | None, is_from_end: bool
    ) -> str:
        keys = ", ".join(f"{it.in_sql} AS key{n}" for n, it in enumerate(self.order))
        bounds = [self._beyond("after", False)] * (after is not None)
        bounds += [self._beyond("before", True)] * (before is not None)
        direction = ", ".join(
            f"key{n} {'DESC' if it.is_descending is not is_from_end else 'ASC'}"
            for n, it in enumerate(self.order)
        )
        return (
            f"SELECT * FROM (SELECT {self.alias}.id AS id, {keys} FROM {self.source}"
            f" WHERE {self.where}) listed"
            f" WHERE {' AND '.join(bounds) or '1 = 1'} ORDER BY {direction} LIMIT {limit:d}"
        )

    def _beyond(self, name: str, is_reversed: bool) -> str:
        """Behind (or before) a position: an earlier key decides, a later one only among equals."""
        alternatives = []
        for n, key in enumerate(self.order):
            equal = [f"key{m} = :{name}{m}" for m in range(n)]
            comes = "<" if key.is_descending is not is_reversed else ">"
            alternatives.append(" AND ".join([*equal, f"key{n} {comes} :{name}{n}"]))
        return "(" + " OR ".join(f"({it})" for it in alternatives) + ")"


def _named(name: str, position: Sequence[Any] | None) -> dict[str, Any]:
    return {f"{name}{n}": value for n, value in enumerate(position or ())}


def _fits(value: int | str) -> bool:
    return is_storable(value) if isinstance(value, str) else abs(value) < 2**63
