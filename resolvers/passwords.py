"""Setting another password: by who knows the present one, and by who gets a link by e-mail."""

from datetime import timedelta
from typing import NamedTuple

from context import Context, Info
from mailers import account_mailer
from models import (
    Device,
    Exhausted,
    ExternalIdentity,
    Member,
    PasswordReset,
    Program,
    Reason,
    Refusal,
    SignIn,
    SignInKind,
    Throttle,
    Viewer,
    email_address,
    password,
)
from models.database import transaction
from resolvers.trying import admit, in_moderation

HOUR = timedelta(hours=1)

ASKING = Throttle("asks for a new password", tries=20, within=HOUR)  # at an address of the network
ASKING_FOR = Throttle("is sent a new password", tries=3, within=HOUR)  # an e-mail address
RESETTING = Throttle("sets a new password", tries=30, within=HOUR)  # at an address of the network
CHANGING = Throttle("changes the password", tries=10, within=HOUR)  # a member


class PasswordChanged(NamedTuple):
    """What changing one's password leads to."""

    viewer: Viewer
    sign_in: SignIn
    token: str | None
    ended_sign_in_ids: list[str]


async def request_password_reset(info: Info, email: str) -> None:
    """Has a link to set a new password sent to the member with this address, if there is one.

    Nobody learns from the answer, or from the time that it takes, whether there is. The link is
    good once, for 30 minutes. An address gets three such e-mails an hour at most. Open to everybody.
    """
    await send_link(email, info.context)


async def send_link(email: str, context: Context) -> None:
    """The same, wherever somebody asks. Refuses INVALID. Raises AskedTooMuch."""
    key = email_address.key(email)
    if key is None:
        raise Refusal(Reason.INVALID, "This is not an e-mail address.", field=["email"])
    await admit(ASKING, context.client.address)
    try:
        await ASKING_FOR.admit(key)
    except Exhausted:
        return  # as if it were sent: how often others asked is nobody's business
    # Nothing here depends on who it is, or takes longer for one than for another: the worker finds out.
    await transaction(account_mailer.password_reset(key).deliver_later)


async def reset_password(info: Info, token: str, new_password: str) -> str:
    """Sets a new password with the token of a link, and ends all sign-ins of the member, who is told by e-mail.

    The token is used up by that, and not by a password that is refused. Open to everybody.
    """
    return (await reset(token, new_password, info.context)).username


async def reset(token: str, new_password: str, context: Context) -> Member:
    """The same, wherever somebody does it. Gives who it was. Refuses BAD_CREDENTIALS, WEAK_PASSWORD."""
    await admit(RESETTING, context.client.address)
    member = await PasswordReset.member_with(token)
    new = await _new_hash(new_password, member)

    async def work() -> None:
        await PasswordReset.redeem(token, new)
        await account_mailer.password_changed(member).deliver_later()

    await transaction(work)
    return member


async def change_password(info: Info, current_password: str, new_password: str) -> PasswordChanged:
    """Changes the viewer's password. All other sign-ins end; this one goes on with a new token.

    The viewer is told by e-mail.
    """
    context, viewer, current = info.context, info.context.viewer, info.context.current_sign_in
    await admit(CHANGING, viewer.id)
    with in_moderation(), password.in_line():
        is_theirs = await password.is_right(current_password, viewer.password_hash)
    if not is_theirs:
        message = "This is not your present password."
        raise Refusal(Reason.BAD_CREDENTIALS, message, field=["current_password"])
    new = await _new_hash(new_password, viewer)

    async def work() -> tuple[str, list[str]]:
        await viewer.replace_password(new)
        await PasswordReset.forget([viewer.id])
        await Device.forget_all(viewer, but=current.device_id)
        await ExternalIdentity.forget_all(viewer)
        await account_mailer.password_changed(viewer).deliver_later()
        return await current.renew(), await SignIn.end_all(viewer, but=current)

    token, ended = await transaction(work)
    context.signed_in(current, token)
    shown = None if current.kind is SignInKind.BROWSER else token
    return PasswordChanged(Viewer(viewer), current, shown, ended)


async def _new_hash(new_password: str, member: Member) -> str:
    """The hash of what a member chose. Refuses WEAK_PASSWORD."""
    known = (member.name, member.username, member.email, (await Program.current()).name)
    await password.refuse_weak(new_password, known, field=["new_password"])
    with in_moderation(), password.in_line():
        return await password.hashed(new_password)
