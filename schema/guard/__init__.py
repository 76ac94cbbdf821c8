"""What stands before validation: a document that asks for too much is not looked at any further."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from math import ceil
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
from models import Budget, Exhausted
from models.database import Busy
from schema.guard import limits
from schema.guard.cost import Prices
from schema.guard.limits import Limit, TooMuch
from schema.guard.weight import Scales, Weight

__all__ = ["Guard"]


class Guard(SchemaExtension):
    """Refuses documents that would keep us busy for long, and knows what the others cost."""

    cost = 0  # of the operation
    remaining: int | None = None  # of the budget

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
            self.cost = self._checked(document) if document else 0
        except TooMuch as no:
            self.execution_context.pre_execution_errors = [_error(no)]
        if not self.execution_context.pre_execution_errors:
            await self._pay()
        yield

    async def _pay(self) -> None:
        if self._budget:
            # Where the database is too busy to note it, being answered counts for more.
            with suppress(Busy):
                self.remaining = await _paid(self._budget, max(self.cost, 1))

    def get_results(self) -> dict[str, Any]:
        """What the answer says about its cost."""
        return {
            "cost": {
                "requested": self.cost,
                "limit": self._limit.most,
                "remaining": self.remaining,
            }
        }

    @property
    def _budget(self) -> Budget | None:
        context: Context = self.execution_context.context
        return context.budget

    @property
    def _limit(self) -> Limit:
        return replace(limits.COST, most=self._budget.most_at_once) if self._budget else limits.COST

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


async def _paid(budget: Budget, points: int) -> int:
    try:
        return await budget.spend(points)
    except Exhausted as no:
        raise AskedTooMuch(ceil(no.wait.total_seconds())) from None


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
