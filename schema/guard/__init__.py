"""What stands before validation: a document that asks for too much is not looked at any further."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from strawberry.extensions import SchemaExtension

from context import AskedTooMuch, Context
from models import Exhausted, measures
from schema.guard import limits
from schema.guard.cost import Prices
from schema.guard.limits import Limit, TooMuch
from schema.guard.weight import Scales, Weight

__all__ = ["Guard"]


class Guard(SchemaExtension):
    """Refuses documents that would keep us busy for long, and has the others paid."""

    def on_operation(self) -> Iterator[None]:
        """Have the parser stop in time."""
        self.execution_context.parse_options["max_tokens"] = limits.TOKENS.most
        yield

    async def on_validate(self) -> AsyncIterator[None]:
        """Weigh the document before it is validated, which takes long for one made to take long.

        Have it paid as soon as that is known, before there is a transaction. Raises AskedTooMuch.
        """
        document = self.execution_context.graphql_document
        try:
            self._context.cost = self._checked(document) if document else 0
        except TooMuch as no:
            self.execution_context.pre_execution_errors = [_error(no)]
        if not self.execution_context.pre_execution_errors:
            await self._pay()
        yield

    async def _pay(self) -> None:
        measures.COST.note(self._context.cost, self._context.kind)
        try:
            await self._context.pay(max(self._context.cost, 1))
        except Exhausted as no:
            raise AskedTooMuch(no.wait) from None

    def get_results(self) -> dict[str, Any]:
        """What the answer says about its cost."""
        return {
            "cost": {
                "requested": self._context.cost,
                "limit": self._limit.most,
                "remaining": self._context.remaining,
            }
        }

    @property
    def _context(self) -> Context:
        context: Context = self.execution_context.context
        return context

    @property
    def _limit(self) -> Limit:
        budget = self._context.budget
        return replace(limits.COST, most=budget.most_at_once) if budget else limits.COST

    def _checked(self, document: DocumentNode) -> int:
        """The cost of a document that is within all limits. Raises TooMuch."""
        context = self.execution_context
        operation = get_operation_ast(document, context.operation_name)
        context.context.is_changing = _is_mutation(operation)
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
        return _check_cost(operation, weights[operation], self._limit) if operation else 0


def _check_size(weights: list[Weight]) -> None:
    """Of all definitions together: validation goes through each of them."""
    limits.DEPTH.check(max(it.depth for it in weights))
    limits.FIELDS.check(sum(it.fields for it in weights))
    limits.ALIASES.check(sum(it.aliases for it in weights))
    limits.DIRECTIVES.check(sum(it.directives for it in weights))
    limits.REPEATS.check(max(it.repeats for it in weights))
    limits.COMPARISONS.check(max(it.repeats * it.depth for it in weights))


def _check_cost(operation: OperationDefinitionNode, weight: Weight, limit: Limit) -> int:
    """Of the one operation that is executed; the others cost nothing."""
    cost = weight.cost.once
    if _is_mutation(operation):
        mutations = len(weight.names.keys() - {"__typename"})
        limits.MUTATIONS.check(mutations)
        cost += limits.MUTATION * mutations
    limit.check(cost)
    return cost


def _is_mutation(operation: OperationDefinitionNode | None) -> bool:
    """Whether it is there, and changes something."""
    return operation is not None and operation.operation is OperationType.MUTATION


def _error(no: TooMuch) -> GraphQLError:
    about = {"name": no.limit.name, "most": no.limit.most, "found": no.found}
    return GraphQLError(str(no), extensions={"code": "QUERY_TOO_COMPLEX", "limit": about})
