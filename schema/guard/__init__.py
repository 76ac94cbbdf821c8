"""What stands before validation: a document that asks for too much is not looked at any further."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from strawberry.extensions import SchemaExtension

from schema.guard import limits
from schema.guard.cost import Prices
from schema.guard.limits import TooMuch
from schema.guard.weight import Scales, Weight

__all__ = ["Guard"]


class Guard(SchemaExtension):
    """Refuses documents that would keep us busy for long, and knows what the others cost."""

    cost = 0  # of the operation

    def on_operation(self) -> Iterator[None]:
        """Have the parser stop in time."""
        self.execution_context.parse_options["max_tokens"] = limits.TOKENS.most
        yield

    def on_validate(self) -> Iterator[None]:
        """Weigh the document before it is validated, which takes long for one made to take long."""
        document = self.execution_context.graphql_document
        try:
            self.cost = self._checked(document) if document else 0
        except TooMuch as no:
            self.execution_context.pre_execution_errors = [_error(no)]
        yield

    def get_results(self) -> dict[str, Any]:
        """What the answer says about its cost."""
        return {"cost": {"requested": self.cost, "limit": limits.COST.most}}

    def _checked(self, document: DocumentNode) -> int:
        """The cost of a document that is within all limits. Raises TooMuch."""
        context = self.execution_context
        operation = get_operation_ast(document, context.operation_name)
        scales = Scales(
            context.schema._schema, document, Prices(operation, context.variables or {})
        )
        limits.FRAGMENTS.check(scales.fragments)
        weights = {
            it: scales.weigh(it)
            for it in document.definitions
            if isinstance(it, OperationDefinitionNode)
        }
        _check_size([*weights.values(), *scales.weigh_unused()])
        return _check_cost(operation, weights[operation]) if operation else 0


def _check_size(weights: list[Weight]) -> None:
    """Of all definitions together: validation goes through each of them."""
    limits.DEPTH.check(max(it.depth for it in weights))
    limits.FIELDS.check(sum(it.fields for it in weights))
    limits.ALIASES.check(sum(it.aliases for it in weights))
    limits.DIRECTIVES.check(sum(it.directives for it in weights))
    limits.REPEATS.check(max(it.repeats for it in weights))


def _check_cost(operation: OperationDefinitionNode, weight: Weight) -> int:
    """Of the one operation that is executed; the others cost nothing."""
    cost = weight.cost.once
    if operation.operation is OperationType.MUTATION:
        mutations = len(weight.names.keys() - {"__typename"})
        limits.MUTATIONS.check(mutations)
        cost += limits.MUTATION * mutations
    limits.COST.check(cost)
    return cost


def _error(no: TooMuch) -> GraphQLError:
    about = {"name": no.limit.name, "most": no.limit.most, "found": no.found}
    return GraphQLError(str(no), extensions={"code": "QUERY_TOO_COMPLEX", "limit": about})
