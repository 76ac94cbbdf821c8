"""What a subscription leads to, whatever it travels over."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from context import CannotAnswer, Context
from schema import schema
from schema.errors import masked
from schema.parameters import Parameters
from schema.response import is_refused, shown


@dataclass(frozen=True)
class Answer:
    """One of the responses to a subscription."""

    content: dict[str, Any]
    is_failure: bool = False  # no other follows


async def answers(parameters: Parameters, context: Context) -> AsyncIterator[Answer]:
    """The responses, one for each event; or one that says why there are none, or no more."""
    try:
        results = await schema.stream(
            parameters.query,
            variable_values=parameters.variables,
            context_value=context,
            operation_name=parameters.operation_name,
            allowed_operation_types=[OperationType.SUBSCRIPTION],
        )
        async with aclosing(results):
            async for result in results:
                yield _answer(result)
    except CannotAnswer as no:
        yield failure(str(no), no.extensions["code"])
    except Exception as crash:
        noted = masked(GraphQLError("A crash of a subscription", original_error=crash))
        yield Answer({"errors": [noted]}, is_failure=True)


def failure(message: str, code: str) -> Answer:
    """One that says why there are no others."""
    return Answer({"errors": [{"message": message, "extensions": {"code": code}}]}, is_failure=True)


def _answer(result: Any) -> Answer:
    for error in result.errors or ():
        if isinstance(error.original_error, InvalidOperationTypeError):
            return failure("Only subscriptions are answered here.", "BAD_USER_INPUT")
        if isinstance(error.original_error, CannotGetOperationTypeError):
            return failure("There is no such operation in the document.", "BAD_USER_INPUT")
    return Answer(
        shown(result), is_failure=isinstance(result, PreExecutionError) or is_refused(result)
    )
