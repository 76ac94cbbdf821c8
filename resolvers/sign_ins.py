"""Signing in and out."""

from typing import NamedTuple

from context import Context, Forbidden, Info
from mailers import account_mailer
from models import Credentials, Device, Member, SignIn, SignInKind, Viewer
from models.database import transaction
from models.password import renewed
from resolvers.trying import in_moderation


class SignedIn(NamedTuple):
    """What signing in leads to."""

    viewer: Viewer
    sign_in: SignIn
    token: str | None
    device_token: str | None


async def sign_in(
    info: Info, username: str, password: str, device_token: str | None = None
) -> SignedIn:
    """Signs in and sets the cookie of the sign-in. Open to everybody.

    Tries that fail are counted: five at once for one name and then twelve an hour, twenty for one
    address of the network and then 240, whether there is such a member or not. Who tries more often
    gets `RATE_LIMITED` with the time to wait. A device that the member has signed in on before has
    five tries and twelve an hour of its own, whatever others try; of the first sign-in on another
    one the member is told by e-mail.
    """
    context = info.context
    if not context.client.keeps_cookies:
        # It would seem to work, and the next request would come from nobody.
        raise Forbidden(
            "Pages can only sign in at an API of their own site; `localhost` and `127.0.0.1` are two."
        )
    devices = [device_token] if device_token else context.client.devices
    given = Credentials(username, password, context.client.address, devices)
    with in_moderation():
        member, device = await given.prove()
    better = await renewed(password, member.password_hash or "")

    async def work() -> SignedIn:
        await member.hold_password()
        if better:
            await member.replace_password(better)
        return await begin(member, device, context)

    return signed_in(await transaction(work), context)


async def begin(member: Member, device: Device | None, context: Context) -> SignedIn:
    """Begin a sign-in, and tell the member of it by e-mail if the device is new to them."""
    client, device_token = context.client, None
    is_first, is_new = await member.note_sign_in(), device is None
    if device is None:
        device, device_token = await Device.remember(member)
    await device.touch()
    sign_in, token = await SignIn.begin(
        member, kind=client.kind, user_agent=client.user_agent, device=device
    )
    if is_new and not is_first:
        await account_mailer.new_device(sign_in).deliver_later()
    return SignedIn(Viewer(member), sign_in, token, device_token)


def signed_in(begun: SignedIn, context: Context) -> SignedIn:
    """Go on as who has signed in. Gives what of it the client may see."""
    _, sign_in, token, device_token = begun
    assert token, "it has just been made"
    context.signed_in(sign_in, token)
    context.known_by(device_token)
    # Scripts of a page never see the tokens: the browser keeps them.
    is_shown = sign_in.kind is SignInKind.APP
    return begun if is_shown else begun._replace(token=None, device_token=None)


async def sign_out(
    info: Info, sign_in_id: str | None = None, all_others: bool = False
) -> list[str]:
    """Ends the current sign-in, another one of the viewer, or all others.

    The devices of others are known no more: signing in there is told by e-mail again.
    """
    current, viewer = info.context.current_sign_in, info.context.viewer
    mine = SignIn.visible_to(viewer)
    if all_others:
        ended = await mine.exclude(id=current.id)
    elif sign_in_id is not None:
        ended = [await SignIn.find(sign_in_id, among=mine, field=("sign_in_id",))]
    else:
        ended = [current]
    for it in ended:
        await it.end()
    if current in ended:
        info.context.signed_out()
    await Device.forget([it.device_id for it in ended], but=current.device_id)
    return [it.id for it in ended]


async def sign_ins(info: Info) -> list[SignIn]:
    """Where the viewer is signed in, newest first."""
    return await SignIn.visible_to(info.context.viewer).order_by("-created_at", "-id").limit(100)


async def is_current(sign_in: SignIn, info: Info) -> bool:
    """Whether this is the sign-in of this very request."""
    return sign_in.id == info.context.current_sign_in.id
