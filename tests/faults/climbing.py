"""Documents that grow by chance, from what the schema has, so that somebody can look for the worst.

Everything follows from the dice.
"""

from dataclasses import dataclass, field
from random import Random

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_object_type,
)

from schema import schema

_SIZES = ("0", "1", "5", "20", "100")
_ORDERS = ("MATCH", "NAME", "CREATED_AT", "OPEN_PLACES")
_FILTERS = (
    "{}",
    "{minMatchScore: 1}",
    "{minMatchScore: 60}",
    '{text: "member head unit glad"}',
    '{text: "a e i o u"}',
    "{channels: [VIDEO, IN_PERSON]}",
    '{languages: ["de", "en", "fr"]}',
    '{text: "of", languages: ["en"], minMatchScore: 20, isAcceptingRequests: true}',
)


@dataclass
class Selection:
    """A field with its arguments and what is selected of it, or a type that it narrows to."""

    name: str
    kind: GraphQLObjectType | None = None
    arguments: dict[str, str] = field(default_factory=dict)
    inner: list["Selection"] = field(default_factory=list)

    def copied(self) -> "Selection":
        """Another one like it, with all that is in it."""
        inner = [it.copied() for it in self.inner]
        return Selection(self.name, self.kind, dict(self.arguments), inner)

    def written(self, alias: str = "") -> str:
        """In GraphQL."""
        given = ", ".join(f"{name}: {it}" for name, it in self.arguments.items())
        text = alias + self.name + (f"({given})" if given else "")
        return f"{text} {written(self.inner)}" if self.kind else text


def written(selections: list[Selection]) -> str:
    """A selection set in GraphQL; fields that would meet in one place have an alias."""
    known, parts = set[str](), []
    for number, it in enumerate(selections):
        is_repeated = it.name in known and not it.name.startswith("...")
        parts.append(it.written(f"a{number}: " if is_repeated else ""))
        known.add(it.name)
    return f"{{ {' '.join(parts) or '__typename'} }}"


class Breeder:
    """Changes documents by chance; `ids` are those of objects that are there."""

    def __init__(self, dice: Random, ids: list[str]) -> None:
        self._dice = dice
        self._ids = ids
        self._root = schema._schema.query_type

    def changed(self, document: list[Selection]) -> list[Selection]:
        """Another document, one to three changes away."""
        document = [it.copied() for it in document]
        for _ in range(self._dice.randint(1, 3)):
            change = self._dice.choice((self._grow, self._grow, self._drop, self._copy, self._vary))
            change(document)
        return document

    def _grow(self, document: list[Selection]) -> None:
        kind, into = self._dice.choice(list(_places(document, self._root)))
        into.append(self._new(kind, self._dice.randint(0, 3)))

    def _drop(self, document: list[Selection]) -> None:
        _, place = self._dice.choice(list(_places(document, self._root)))
        if place:
            place.pop(self._dice.randrange(len(place)))

    def _copy(self, document: list[Selection]) -> None:
        _, place = self._dice.choice(list(_places(document, self._root)))
        if place:
            place.append(self._dice.choice(place).copied())
            self._give_arguments(place[-1])

    def _vary(self, document: list[Selection]) -> None:
        _, place = self._dice.choice(list(_places(document, self._root)))
        for it in place:
            self._give_arguments(it)

    def _new(self, kind: GraphQLObjectType, depth: int) -> Selection:
        name, it = self._dice.choice(list(kind.fields.items()))
        return self._of(name, it, depth)

    def _of(self, name: str, it: GraphQLField, depth: int) -> Selection:
        type_ = get_named_type(it.type)
        inner = type_ if is_object_type(type_) or is_abstract_type(type_) else None
        selection = Selection(name, inner, dict.fromkeys(it.args, ""))
        self._give_arguments(selection)
        if inner and is_abstract_type(inner):
            selection.inner = [self._narrowed(depth)]
        elif inner:
            selection.inner = [self._new(inner, depth - 1) for _ in range(1 + 2 * (depth > 0))]
        return selection

    def _narrowed(self, depth: int) -> Selection:
        kind = self._dice.choice(schema._schema.get_possible_types(schema._schema.get_type("Node")))
        return Selection(f"... on {kind.name}", kind, {}, [self._new(kind, depth - 1)])

    def _give_arguments(self, it: Selection) -> None:
        """Others than before, of those that this field takes."""
        if it.name in ("mentors", "mentees"):
            direction = self._dice.choice(("ASC", "DESC"))
            order = f"{{field: {self._dice.choice(_ORDERS)}, direction: {direction}}}"
            size = self._dice.choice(_SIZES)
            it.arguments = {"filter": self._dice.choice(_FILTERS), "orderBy": order, "first": size}
        elif "first" in it.arguments:
            it.arguments = {"first": self._dice.choice(_SIZES)}
        elif "id" in it.arguments:
            it.arguments = {"id": f'"{self._dice.choice(self._ids)}"'}
        elif "ids" in it.arguments:
            ids = self._dice.sample(self._ids, self._dice.randint(1, len(self._ids)))
            it.arguments = {"ids": "[" + ", ".join(f'"{id}"' for id in ids) + "]"}
        else:
            it.arguments = {}


def _places(
    selections: list[Selection], kind: GraphQLObjectType
) -> "list[tuple[GraphQLObjectType, list[Selection]]]":
    """Each place in which fields of an object are selected."""
    below = [found for it in selections if it.kind for found in _places(it.inner, it.kind)]
    own = [] if is_abstract_type(kind) else [(kind, selections)]
    return [*own, *below]
