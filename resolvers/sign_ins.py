"""Signing in and out."""

from typing import NamedTuple

from context import Forbidden, Info
from models import Member, SignIn, SignInKind, Viewer
from models.database import transaction


class SignedIn(NamedTuple):
    """What signing in leads to."""

    viewer: Viewer
    sign_in: SignIn
    token: str | None


async def sign_in(info: Info, username: str, password: str) -> SignedIn:
    """Signs in and sets the cookie of the sign-in. Open to everybody."""
    client = info.context.client
    if not client.keeps_cookies:
        # It would seem to work, and the next request would come from nobody.
        raise Forbidden(
            "Pages can only sign in at an API of their own site; `localhost` and `127.0.0.1` are two."
        )
    member = await Member.with_credentials(username, password)

    async def work() -> tuple[SignIn, str]:
        await member.hold_password()
        return await SignIn.begin(member, kind=client.kind, user_agent=client.user_agent)

    sign_in, token = await transaction(work)
    info.context.signed_in(sign_in, token)
    # Scripts of a page never see the token: the browser keeps it for them.
    shown = None if client.kind is SignInKind.BROWSER else token
    return SignedIn(Viewer(member), sign_in, shown)


async def sign_out(
    info: Info, sign_in_id: str | None = None, all_others: bool = False
) -> list[str]:
    """Ends the current sign-in, another one of the viewer, or all others."""
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
    return [it.id for it in ended]


async def sign_ins(info: Info) -> list[SignIn]:
    """Where the viewer is signed in, newest first."""
    return await SignIn.visible_to(info.context.viewer).order_by("-created_at", "-id").limit(100)


async def is_current(sign_in: SignIn, info: Info) -> bool:
    """Whether this is the sign-in of this very request."""
    return sign_in.id == info.context.current_sign_in.id
