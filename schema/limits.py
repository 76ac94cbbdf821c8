"""How large a document may be: what is too much is refused before anything else looks at it."""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension

# The largest page of a client has a quarter of the tokens, and a fifth of the fields.
MOST_TOKENS = 1000
MOST_FIELDS = 500  # counted as often as fragments repeat them
DEEPEST = 30  # selections within selections; the introspection of tools has half of it


class Limits(SchemaExtension):
    """Refuses documents that would keep us busy for long."""

    def on_operation(self) -> Iterator[None]:
        """Have the parser stop in time."""
        self.execution_context.parse_options["max_tokens"] = MOST_TOKENS
        yield

    def on_validate(self) -> Iterator[None]:
        """Weigh the document before it is validated, which takes long for one made to take long."""
        document = self.execution_context.graphql_document
        if document and Weight(document).is_too_much:
            message = f"A document selects at most {MOST_FIELDS} fields, {DEEPEST} levels deep."
            error = GraphQLError(message, extensions={"code": "QUERY_TOO_COMPLEX"})
            self.execution_context.pre_execution_errors = [error]
        yield


class Weight:
    """How many fields a document selects; each fragment is counted through once a level."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            it.name.value: it
            for it in document.definitions
            if isinstance(it, FragmentDefinitionNode)
        }
        self._known: dict[tuple[str, int], int] = {}
        self._is_too_deep = False
        self._fields = sum(
            self._of(it.selection_set, 0)
            for it in document.definitions
            if isinstance(it, OperationDefinitionNode)
        )

    @property
    def is_too_much(self) -> bool:
        """Whether it is beyond a limit."""
        return self._is_too_deep or self._fields > MOST_FIELDS

    def _of(self, selections: SelectionSetNode | None, depth: int) -> int:
        if selections is None:
            return 0
        if depth > DEEPEST:
            self._is_too_deep = True
            return 0
        return sum(self._of_one(it, depth + 1) for it in selections.selections)

    def _of_one(self, selection: SelectionNode, depth: int) -> int:
        if isinstance(selection, FragmentSpreadNode):
            return self._of_fragment(selection.name.value, depth)
        own = 1 if isinstance(selection, FieldNode) else 0
        return own + self._of(getattr(selection, "selection_set", None), depth)

    def _of_fragment(self, name: str, depth: int) -> int:
        here = name, depth  # in a deeper place, it may be too deep
        if here not in self._known and name in self._fragments:
            self._known[here] = 0  # should it contain itself, which validation refuses
            self._known[here] = self._of(self._fragments[name].selection_set, depth)
        return self._known.get(here, 0)
