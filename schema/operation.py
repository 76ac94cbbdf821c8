"""Which operation of a document is meant."""

from collections.abc import Iterator

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension


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
