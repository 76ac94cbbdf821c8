"""How much a document asks for: one pass over it, in which each fragment is weighed once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLNamedType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)

from schema.guard import limits
from schema.guard.cost import Cost, Prices


@dataclass
class Weight:
    """Of a selection, with everything that fragments repeat in it."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: Cost = field(default_factory=Cost)
    # How many fields would meet in one place of the answer, by their names there.
    names: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Weight", *, is_repeated: bool = False) -> None:
        """Weigh something beside it, too; what is repeated meets nothing that is not there already."""
        self.depth = max(self.depth, other.depth)
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives
        self.cost += other.cost
        if not is_repeated:
            self.names.update(other.names)

    @property
    def repeats(self) -> int:
        """How many fields would meet in one place at most."""
        return max(self.names.values(), default=0)


class Scales:
    """Weighs the definitions of one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, prices: Prices) -> None:
        self._schema = schema
        self._prices = prices
        self._fragments = {
            it.name.value: it
            for it in document.definitions
            if isinstance(it, FragmentDefinitionNode)
        }
        self._known: dict[str, Weight] = {}

    @property
    def fragments(self) -> int:
        """How many fragments the document defines."""
        return len(self._fragments)

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        """Of an operation. Raises TooMuch."""
        weight = self._of(operation.selection_set, self._schema.get_root_type(operation.operation))
        weight.directives += _directives(operation)
        weight.directives += sum(map(_directives, operation.variable_definitions or ()))
        return weight

    def weigh_unused(self) -> Iterable[Weight]:
        """Of the fragments that no operation has spread so far. Raises TooMuch."""
        return [self._of_fragment(it, 0) for it in self._fragments if it not in self._known]

    def _of(
        self, selections: SelectionSetNode, type_: GraphQLCompositeType | None, depth: int = 1
    ) -> Weight:
        limits.DEPTH.check(depth)
        weight, spread = Weight(), set[str]()
        for it in selections.selections:
            name = it.name.value if isinstance(it, FragmentSpreadNode) else None
            weight.add(self._of_one(it, type_, depth), is_repeated=name in spread)
            spread |= {name} if name else set()
        weight.depth += 1
        return weight

    def _of_one(self, it: SelectionNode, type_: GraphQLCompositeType | None, depth: int) -> Weight:
        if isinstance(it, FieldNode):
            weight = self._of_field(it, type_, depth)
        elif isinstance(it, InlineFragmentNode):
            weight = self._of(it.selection_set, self._condition(it) or type_, depth + 1)
        else:
            assert isinstance(it, FragmentSpreadNode)
            weight = self._of_fragment(it.name.value, depth)
        return replace(weight, directives=weight.directives + _directives(it))

    def _of_field(self, it: FieldNode, within: GraphQLCompositeType | None, depth: int) -> Weight:
        kind = self._kind(it, within)
        inner = Weight()
        if it.selection_set:
            inner = self._of(it.selection_set, _composite(get_named_type(kind)), depth + 1)
        return Weight(
            depth=inner.depth,
            fields=inner.fields + 1,
            aliases=inner.aliases + (it.alias is not None),
            directives=inner.directives,
            cost=self._prices.of(it, within, kind, inner.cost),
            names=Counter({(it.alias or it.name).value: max(1, inner.repeats)}),
        )

    def _kind(self, it: FieldNode, within: GraphQLCompositeType | None) -> GraphQLOutputType | None:
        field = within and self._schema.get_field(within, it.name.value)
        return field.type if field else None

    def _of_fragment(self, name: str, depth: int) -> Weight:
        if name not in self._fragments:  # which validation says
            return Weight()
        if name not in self._known:
            fragment = self._fragments[name]
            self._known[name] = Weight()  # should it contain itself, which validation refuses
            weight = self._of(fragment.selection_set, self._condition(fragment), depth + 1)
            weight.directives += _directives(fragment)
            self._known[name] = weight
        return self._known[name]

    def _condition(
        self, it: FragmentDefinitionNode | InlineFragmentNode
    ) -> GraphQLCompositeType | None:
        type_ = self._schema.get_type(it.type_condition.name.value) if it.type_condition else None
        return _composite(type_)


def _composite(type_: GraphQLNamedType | None) -> GraphQLCompositeType | None:
    return type_ if is_composite_type(type_) else None  # what else there is has no fields


def _directives(node: Any) -> int:
    found = len(node.directives or ())
    limits.DIRECTIVES_OF_ONE.check(found)
    return found
