"""Everything about oneself: taking it along, and having it forgotten."""

from context import Context, Info
from mailers import account_mailer, farewells
from models import Member, Reason, Refusal, SignIn, password
from models.database import transaction
from models.erasure import ErasureLog, erase
from resolvers.passwords import CHANGING
from resolvers.trying import admit, in_moderation


async def delete_account(info: Info, current_password: str | None = None) -> None:
    """Erases the viewer, for good, and signs them out everywhere.

    Name, address, profile, pictures, private notes, check-ins, and the words they wrote to others in
    requests, answers and thanks are removed. Running relationships are completed, planned sessions
    called off and waiting requests closed; partners are told of that. What two people agreed on,
    aimed at and noted of their sessions stays with the other, who sees a “Former member”. Nothing of
    it can be undone, and the association's list does not bring them back.
    """
    context, viewer = info.context, info.context.viewer
    await _confirm(viewer, context, current_password)

    async def work() -> None:
        await viewer.hold_password()
        await farewells.tell(await erase(viewer, log=ErasureLog(context.keys)))

    await transaction(work)
    context.signed_out()


async def _confirm(viewer: Member, context: Context, current_password: str | None) -> None:
    """Make sure that it is the viewer, and not who found their device.

    Refuses BAD_CREDENTIALS, NOT_ALLOWED.
    """
    if viewer.password_hash is None:
        require_fresh(context.current_sign_in)
        return
    await admit(CHANGING, viewer.id)
    with in_moderation():
        is_theirs = await password.is_right(current_password or "", viewer.password_hash)
    if not is_theirs:
        message = "This is not your present password."
        raise Refusal(Reason.BAD_CREDENTIALS, message, field=["current_password"])


def require_fresh(sign_in: SignIn) -> None:
    """Refuses NOT_ALLOWED to a sign-in that began too long ago to prove who it is."""
    if not sign_in.is_fresh:
        raise Refusal(Reason.NOT_ALLOWED, "Please sign in again first, and come back at once.")


async def take_data(context: Context) -> None:
    """The viewer takes along all that is kept about them, and is told by e-mail that somebody did.

    Refuses NOT_ALLOWED unless they have just signed in.
    """
    require_fresh(context.current_sign_in)
    await transaction(account_mailer.data_taken(context.viewer).deliver_later)
