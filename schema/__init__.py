"""Everything a client can see. `query.py`, `mutation.py` and `subscription.py` are the table of contents."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig

from schema.execution import Execution
from schema.guard import Guard
from schema.mutation import Mutation
from schema.operation import NamedOperation, SharedDocument
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription
from schema.validation import Validation

DESCRIPTION = """
GraphQL API of a mentoring program.

Conventions that hold everywhere:
- `id` is opaque, globally unique, URL-safe and accepted by `node`.
- Every list that can grow is a connection ordered by a keyset cursor; a page has at most 100 edges.
- Every mutation takes one `input`, returns its own payload and reports expected failures in `errors`.
- A field whose type is nullable but which is marked `@semanticNonNull` is null only when an entry of
  the response's top-level `errors` names it.
- Times are UTC; dates are calendar dates in the member's own time zone.
""".strip()


class Schema(strawberry.Schema):
    """Our schema. Errors are logged where they are masked, and nowhere with the document's text."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Leave the log to `schema.errors`."""


schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    execution_context_class=Execution,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[SharedDocument, NamedOperation, Guard, Validation],
)
schema._schema.description = DESCRIPTION
