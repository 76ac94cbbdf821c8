"""Setting a password, for who forgot theirs or never had one: where no client has pages for it.

Opening the link from the e-mail uses nothing up, because mail programs and their scanners open links.
"""

from starlette.requests import Request
from starlette.responses import Response

from context import AskedTooMuch, Context
from models import Member, PasswordReset, Refusal, password, text
from resolvers import passwords
from schema.body import Unacceptable
from schema.pages.form import Form, form_of
from schema.pages.page import page, typed
from schema.signing_in import client_of
from settings import Settings


async def forgot_password(request: Request) -> Response:
    """Show the form that asks for an address; or send a link to it, if it is a member's."""
    if request.method != "POST":
        return await page("forgot_password", address="", problem=False)
    address = (await _form(request)).get("email", "")
    try:
        await passwords.send_link(address, _context(request))
    except Refusal:
        return await page("forgot_password", 422, address=typed(address), problem=True)
    except AskedTooMuch as no:
        raise _too_much(no) from None
    return await page("link_sent")


async def reset_password(request: Request) -> Response:
    """Show the form that asks for a new password; or set it."""
    try:
        if request.method == "POST":
            return await _set(request)
        return await _asked(await PasswordReset.member_with(_token(request)))
    except AskedTooMuch as no:
        raise _too_much(no) from None
    except Refusal:
        # The same for what never was and what is no more.
        return await page("link_over", 404)


async def _set(request: Request) -> Response:
    new = (await _form(request)).get("password", "")
    if not text.is_storable(new):
        raise Unacceptable(400, "There are characters in this that cannot be kept.")
    try:
        member = await passwords.reset(_token(request), new, _context(request))
    except password.WeakPassword as weak:
        return await _asked(await PasswordReset.member_with(_token(request)), weak)
    settings: Settings = request.app.state.settings
    onward = settings.client_url or "../graphiql"
    return await page("password_set", reader=member, username=member.username, onward=onward)


async def _asked(member: Member, weak: password.WeakPassword | None = None) -> Response:
    return await page(
        "reset_password",
        422 if weak else 200,
        reader=member,
        username=typed(member.username),
        problem=weak and weak.weakness.name,
        shortest=password.SHORTEST,
        longest=password.LONGEST,
    )


async def _form(request: Request) -> Form:
    """What was filled in. Raises Unacceptable."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Unacceptable(403, "This form was sent by a page of somebody else.")
    return await form_of(request)


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _context(request: Request) -> Context:
    """Whoever may be signed in here: it does not matter."""
    return Context(client=client_of(request, request.app.state.settings))


def _too_much(no: AskedTooMuch) -> Unacceptable:
    return Unacceptable(429, str(no), {"Retry-After": str(no.seconds)})
