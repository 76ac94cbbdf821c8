"""Setting another password."""

import strawberry

from schema.inputs import must, takes
from schema.nodes import MutationPayload, result
from schema.viewer import SignIn, Viewer


@takes("Whose password.")
class RequestPasswordResetInput:
    email: str = must("Address that e-mails of the program go to.")


@strawberry.type(
    description="Result of `requestPasswordReset`; may fail with `INVALID` for what is no address. It never "
    "tells whether there is such a member."
)
class RequestPasswordResetPayload(MutationPayload):
    pass


@takes("The new password, and the proof from the e-mail.")
class ResetPasswordInput:
    token: str = must("What stands behind `/reset-password/` in the link of the e-mail.")
    new_password: str = must("From now on; 12 characters or more.")


@strawberry.type(
    description="Result of `resetPassword`; may fail with `BAD_CREDENTIALS` if the token is wrong, used or too "
    "old, with `WEAK_PASSWORD` or `INVALID`. It signs nobody in."
)
class ResetPasswordPayload(MutationPayload):
    username: str | None = result("Whose password it is: what they sign in with.")


@takes("The present password, and the one to have instead.")
class ChangePasswordInput:
    current_password: str = must("Until now.")
    new_password: str = must("From now on; 12 characters or more.")


@strawberry.type(
    description="Result of `changePassword`; may fail with `BAD_CREDENTIALS`, `WEAK_PASSWORD` or `INVALID`."
)
class ChangePasswordPayload(MutationPayload):
    viewer: Viewer | None = result("Who changed the password.")
    sign_in: SignIn | None = result("The sign-in of this request, which goes on.")
    token: str | None = result(
        "Bearer token for apps instead of the one so far, shown this once. Null for browsers: they keep it "
        "as an `HttpOnly` cookie."
    )
    ended_sign_in_ids: list[strawberry.ID] | None = result(
        "Ids of the sign-ins that ended, to drop them from the cache."
    )
