"""Whether a document can be executed; with the first few reasons why not."""

from collections.abc import Iterator

from graphql import validate
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

MOST_ERRORS = 5  # in a document or its variables; enough to go on with


class Validation(SchemaExtension):
    """Validates in Strawberry's place, which looks for a hundred errors, and for what each could mean."""

    def on_validate(self) -> Iterator[None]:
        """Validate what nothing was found against so far."""
        context = self.execution_context
        if context.pre_execution_errors is None and context.graphql_document:
            context.pre_execution_errors = validate(
                context.schema._schema,
                context.graphql_document,
                (*context.validation_rules, MaybeNullValidationRule, OneOfInputValidationRule),
                max_errors=MOST_ERRORS,
                hide_suggestions=True,
            )
        yield
