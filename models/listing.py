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
        return [(records[it["id"]], self._position(it)) for it in found if it["id"] in records]

    def _statement(
        self, limit: int, after: Position | None, before: Position | None, is_from_end: bool
    ) -> str:
        return (
            f"SELECT * FROM (SELECT {self.alias}.id AS id, {self._keys} FROM {self.source}"
            f" WHERE {self.where}) listed WHERE {self._between(after, before)}"
            f" ORDER BY {self._direction(is_from_end)} LIMIT {limit:d}"
        )

    @property
    def _keys(self) -> str:
        return ", ".join(f"{it.in_sql} AS key{n}" for n, it in enumerate(self.order))

    def _between(self, after: Position | None, before: Position | None) -> str:
        bounds = [self._beyond("after", False)] * (after is not None)
        bounds += [self._beyond("before", True)] * (before is not None)
        return " AND ".join(bounds) or "1 = 1"

    def _direction(self, is_from_end: bool) -> str:
        return ", ".join(
            f"key{n} {'DESC' if it.is_descending is not is_from_end else 'ASC'}"
            for n, it in enumerate(self.order)
        )

    def _position(self, row: dict[str, Any]) -> Position:
        return tuple(row[f"key{n}"] for n in range(len(self.order)))

    def _beyond(self, name: str, is_reversed: bool) -> str:
        """Behind (or before) a position: an earlier key decides, a later one only among equals."""
        alternatives = []
        for n, key in enumerate(self.order):
            equal = [f"key{m} = :{name}{m}" for m in range(n)]
            comes = "<" if key.is_descending is not is_reversed else ">"
            alternatives.append(" AND ".join([*equal, f"key{n} {comes} :{name}{n}"]))
        return "(" + " OR ".join(f"({it})" for it in alternatives) + ")"


@dataclass(frozen=True)
class OwnListing(Listing[R]):
    """The same list of each of several owners, which are read together.

    `owner` is the SQL for the id of a row's owner.
    """

    owner: str = ""

    async def counts(self, owners: Sequence[str]) -> dict[str, int]:
        """How many rows each has in all, who has any."""
        found = await rows(
            f"SELECT {self.owner} AS owner, count(*) AS number FROM {self.source}"
            f" WHERE {self.where} AND {self.owner} IN :owners GROUP BY {self.owner}",
            **self.values,
            owners=owners,
        )
        return {it["owner"]: it["number"] for it in found}

    async def slices(
        self,
        owners: Sequence[str],
        limit: int,
        *,
        after: Position | None = None,
        before: Position | None = None,
        is_from_end: bool = False,
    ) -> dict[str, list[tuple[R, Position]]]:
        """What `slice` gives, for each owner."""
        found = await rows(
            f"SELECT * FROM (SELECT listed.*, ROW_NUMBER() OVER ("
            f"PARTITION BY owner ORDER BY {self._direction(is_from_end)}) AS place"
            f" FROM (SELECT {self.alias}.id AS id, {self.owner} AS owner, {self._keys}"
            f" FROM {self.source} WHERE {self.where} AND {self.owner} IN :owners) listed"
            f" WHERE {self._between(after, before)}) placed"
            f" WHERE place <= {limit:d} ORDER BY place {'DESC' if is_from_end else 'ASC'}",
            **self.values,
            **_named("after", after),
            **_named("before", before),
            owners=owners,
        )
        records = await self.model.in_bulk([it["id"] for it in found], "id")
        slices: dict[str, list[tuple[R, Position]]] = {it: [] for it in owners}
        for it in found:
            if it["id"] in records:
                slices[it["owner"]].append((records[it["id"]], self._position(it)))
        return slices


def _named(name: str, position: Sequence[Any] | None) -> dict[str, Any]:
    return {f"{name}{n}": value for n, value in enumerate(position or ())}


def _fits(value: int | str) -> bool:
    return is_storable(value) if isinstance(value, str) else abs(value) < 2**63
