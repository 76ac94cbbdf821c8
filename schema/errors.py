"""How failures reach clients: as data where they are expected, masked where they are not."""

import logging
import re
import secrets
from typing import Any, Self

import strawberry
from graphql import GraphQLError, GraphQLFormattedError, GraphQLSyntaxError
from strawberry.utils.str_converters import to_camel_case

from context import CannotAnswer
from models import measures
from models.refusal import Problem, Reason
from schema.enums import choice

log = logging.getLogger(__name__)

# What graphql-core adds to its sentences: guesses, and the value at fault, which may be a password.
_INDISCREET = re.compile(
    r"\.? Did you mean .*|[,;] found: .*|(?<= value)(?<!invalid value): .*|(?<=String) '.*",
    re.DOTALL,
)

choice(Reason, name="UserErrorCode")


@strawberry.type(description="Failure that the person using the client can understand and fix.")
class UserError:
    code: Reason = strawberry.field(description="Stable code for programs.")
    message: str = strawberry.field(description="Sentence for people.")
    field: list[str] | None = strawberry.field(
        description="Path to the input value at fault, such as `["
        '"input", "topicIds", "2"]`; null when no single value is at fault.'
    )

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """A problem as clients see it; paths are in the words of the schema."""
        path = ["input", *(to_camel_case(it) for it in problem.field)] if problem.field else None
        return cls(code=problem.reason, message=problem.message, field=path)


def formatted(error: GraphQLError) -> GraphQLFormattedError:
    """An error of the response: what the client did wrong in clear, what we did wrong masked.

    A masked error carries an id; the log has the crash under the same id, without the document
    and its variables, which may hold secrets.
    """
    if isinstance(error.original_error, CannotAnswer):
        return error.formatted
    if _is_in_the_document(error):
        return _with_code(error)
    return masked(error)


def _is_in_the_document(error: GraphQLError) -> bool:
    if error.original_error is None or isinstance(error.original_error, GraphQLError):
        return True
    # Before anything is executed, a scalar has objected to what stands in the document.
    return error.path is None and isinstance(error.original_error, ValueError)


def _with_code(error: GraphQLError) -> GraphQLFormattedError:
    shown = error.formatted
    shown["message"] = _INDISCREET.sub(".", error.message)
    if "code" not in shown.setdefault("extensions", {}):
        shown["extensions"]["code"] = _code(error)
    return shown


def _code(error: GraphQLError) -> str:
    if isinstance(error, GraphQLSyntaxError):
        is_too_much = error.message.endswith("Parsing aborted.")  # by the limits of the parser
        return "QUERY_TOO_COMPLEX" if is_too_much else "GRAPHQL_PARSE_FAILED"
    return (
        "BAD_USER_INPUT"
        if error.path is None and _is_about_values(error)
        else "GRAPHQL_VALIDATION_FAILED"
    )


def _is_about_values(error: GraphQLError) -> bool:
    return error.message.startswith("Variable ") and " has invalid value" in error.message


def masked(error: GraphQLError) -> GraphQLFormattedError:
    """A crash as clients see it, noted in the log."""
    id = secrets.token_hex(4)
    measures.CRASHES.add()
    log.error("crash %s at %s", id, error.path, exc_info=error.original_error, extra={"crash": id})
    shown: dict[str, Any] = {
        "message": f"Something went wrong on our side; it is noted as {id}.",
        "extensions": {"code": "INTERNAL_SERVER_ERROR", "id": id},
    }
    if error.path:
        shown["path"] = error.path
    if error.locations:
        shown["locations"] = [it.formatted for it in error.locations]
    return shown  # type: ignore[return-value]
