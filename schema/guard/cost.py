"""What a field costs: as much as the objects that it may have us load."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from graphql import (
    FieldNode,
    GraphQLCompositeType,
    GraphQLOutputType,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_list_type,
    value_from_ast_untyped,
)

from resolvers import paging
from schema.guard.limits import CONNECTION, FREE, ROWS, SEARCH, SEARCHES

_PAGE = ("first", "last")  # the arguments that say how large a page is


@dataclass(frozen=True)
class Cost:
    """Of a selection; `each` counts for every row of the connection that it selects from."""

    once: int = 0
    each: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.once + other.once, self.each + other.each)


class Prices:
    """What fields cost in one operation, with the variables that it is given."""

    def __init__(self, operation: OperationDefinitionNode | None, given: Mapping[str, Any]) -> None:
        defaults = {
            it.variable.name.value: _default(it.default_value)
            for it in (operation.variable_definitions if operation else None) or ()
            if it.default_value
        }
        self._variables = {**defaults, **given}

    def of(
        self,
        field: FieldNode,
        within: GraphQLCompositeType | None,
        kind: GraphQLOutputType | None,
        inner: Cost,
    ) -> Cost:
        """Of a field of a type, which is of some kind itself, given the cost of what it selects.

        One that does not exist has no type, and costs what an object costs.
        """
        if field.selection_set is None:
            return Cost()
        place = (within.name if within else "", field.name.value)
        if _is_connection(place[0]) and place[1] in ("edges", "nodes"):
            return Cost(each=1 + inner.once)
        if _is_connection(str(kind).strip("!")):
            finding = SEARCH if place in SEARCHES else CONNECTION
            return Cost(finding + self._page(field) * inner.each + inner.once)
        own = 0 if place in FREE or place[0].endswith("Edge") else 1  # an edge is counted itself
        return Cost(self._rows(field, place, kind) * (own + inner.once))

    def _page(self, field: FieldNode) -> int:
        sizes = [self._number(it.value) for it in field.arguments or () if it.name.value in _PAGE]
        return max((it for it in sizes if it is not None), default=paging.USUAL)

    def _number(self, value: ValueNode) -> int | None:
        if isinstance(value, IntValueNode):
            return _sized(int(value.value[:9]))
        number = self._variable(value)
        # A float without a fraction is taken for an Int, too.
        return (
            _sized(int(number)) if isinstance(number, int | float) and _is_whole(number) else None
        )

    def _rows(
        self, field: FieldNode, place: tuple[str, str], kind: GraphQLOutputType | None
    ) -> int:
        if kind is None or not is_list_type(get_nullable_type(kind)):
            return 1
        ids = [self._length(it.value) for it in field.arguments or () if it.name.value == "ids"]
        return ids[0] if ids else ROWS.get(place, 1)

    def _length(self, value: ValueNode) -> int:
        if isinstance(value, ListValueNode):
            return len(value.values)
        values = self._variable(value)
        return len(values) if isinstance(values, list) else 1

    def _variable(self, value: ValueNode) -> Any:
        return self._variables.get(value.name.value) if isinstance(value, VariableNode) else None


def _default(value: ValueNode) -> Any:
    if isinstance(value, IntValueNode):
        return int(value.value[:9])  # more digits would only take time: no page is that large
    return value_from_ast_untyped(value) if isinstance(value, ListValueNode) else None


def _is_whole(number: float) -> bool:
    return isfinite(number) and number == int(number)


def _sized(number: int) -> int:
    """Rows of a page of this size; what is no size costs little, because its field refuses it."""
    return min(max(number, 0), paging.MOST)


def _is_connection(name: str) -> bool:
    return name.endswith("Connection")
