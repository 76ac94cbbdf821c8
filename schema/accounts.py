"""Having oneself forgotten."""

import strawberry

from schema.inputs import may, takes
from schema.nodes import MutationPayload


@takes("The proof that it is the viewer who wants this.")
class DeleteAccountInput:
    current_password: str | None = may(
        "The password; who has none needs a sign-in that began within the last ten minutes."
    )


@strawberry.type(
    description="Result of `deleteAccount`; may fail with `BAD_CREDENTIALS`, or with `NOT_ALLOWED` for the "
    "last coordinator, and without a password if the sign-in is older than ten minutes."
)
class DeleteAccountPayload(MutationPayload):
    pass
