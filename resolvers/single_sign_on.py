"""Signing in as who the association's provider says one is."""

from context import Context, Info
from mailers import account_mailer
from models import Credentials, Device, Member, Reason, Refusal, SignOn
from models.database import transaction
from models.sign_on import App
from resolvers.sign_ins import SignedIn, begin, signed_in
from resolvers.trying import in_moderation


async def leave(app: App | None) -> str:
    """Somebody goes to the provider, perhaps for an app. Gives the secret of their way."""
    return await transaction(lambda: SignOn.begin(app))


async def come_back(secret: str) -> SignOn:
    """Somebody returns from the provider, once. Refuses BAD_CREDENTIALS."""
    return await transaction(lambda: SignOn.come_back(secret))


async def link(sign_on: SignOn, username: str, password: str, context: Context) -> Member:
    """Have a member, who is proved by the password, be who was proved at the provider; they are told by e-mail.

    Refuses what signing in refuses, and DUPLICATE. Raises AskedTooMuch.
    """
    given = Credentials(username, password, context.client.address, context.client.devices)
    with in_moderation():
        member, _ = await given.prove()

    async def work() -> None:
        await member.hold_password()
        await sign_on.link(member)
        await account_mailer.single_sign_on_linked(member).deliver_later()

    await transaction(work)
    return member


async def enter(sign_on: SignOn, member: Member, context: Context) -> str | None:
    """Sign the browser in; or give the code for the app that somebody came from. Refuses NOT_ALLOWED."""
    _refuse_former(member)
    if sign_on.app_address:
        return await transaction(lambda: sign_on.give_code(member))

    async def work() -> SignedIn:
        await sign_on.end()
        device = await Device.known(context.client.devices, member)
        return await begin(member, device, context)

    signed_in(await transaction(work), context)
    return None


async def sign_in_with_code(
    info: Info, code: str, code_verifier: str, device_token: str | None = None
) -> SignedIn:
    """Signs an app in with the code that single sign-on led back with. Open to everybody."""
    context = info.context
    member = await SignOn.redeem(code, code_verifier)
    _refuse_former(member)
    device = await Device.known([device_token] if device_token else [], member)
    return signed_in(await begin(member, device, context), context)


def _refuse_former(member: Member) -> None:
    if not member.is_in_good_standing:
        message = "Your membership has ended; please ask the association."
        raise Refusal(Reason.NOT_ALLOWED, message)
