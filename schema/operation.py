"""The document of a request, and which operation of it is meant."""

from collections.abc import Iterator
from weakref import WeakValueDictionary

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension


class _Shared:
    """A document in use, and whether it is known to be valid."""

    def __init__(self, document: DocumentNode) -> None:
        self.document = document
        self.is_valid = False


_in_use: WeakValueDictionary[str, _Shared] = WeakValueDictionary()


class SharedDocument(SchemaExtension):
    """Parses and validates a document once for all who use it now.

    A thousand who follow with the same one need it once, and it is large.
    """

    _shared: _Shared | None = None

    def on_parse(self) -> Iterator[None]:
        """Take the one that somebody else uses."""
        context, query = self.execution_context, self.execution_context.query or ""
        self._shared = _in_use.get(query)
        if self._shared:
            context.graphql_document = self._shared.document
        yield
        if self._shared is None and context.graphql_document:
            self._shared = _in_use[query] = _Shared(context.graphql_document)

    def on_validate(self) -> Iterator[None]:
        """Leave out what was done before with the same result."""
        context = self.execution_context
        if self._shared and self._shared.is_valid and context.pre_execution_errors is None:
            context.pre_execution_errors = []
        yield
        if self._shared and context.pre_execution_errors == []:
            self._shared.is_valid = True


class NamedOperation(SchemaExtension):
    """Refuses to choose among several operations, where Strawberry would take the first."""

    def on_validate(self) -> Iterator[None]:
        """Insist on `operationName` where there is a choice."""
        context = self.execution_context
        if context._provided_operation_name is None and self._operations > 1:
            message = "Say by `operationName` which of the operations is meant."
            error = GraphQLError(message, extensions={"code": "BAD_USER_INPUT"})
            context.pre_execution_errors = [error]
        yield

    @property
    def _operations(self) -> int:
        document = self.execution_context.graphql_document
        definitions = document.definitions if document else ()
        return sum(isinstance(it, OperationDefinitionNode) for it in definitions)
