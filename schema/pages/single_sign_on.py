"""Single sign-on: to the association's OpenID provider and back, in a browser, for itself or for an app.

What was proved there counts only in the browser that left (a cookie says so), once, and within ten
minutes. Who signs in so for the first time says with a password which member they are.
"""

import logging
import re
from dataclasses import replace
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from context import AskedTooMuch, Context
from identity_provider import IdentityProvider, Proofs, Unproven, Unreachable
from models import Member, Reason, Refusal, SignInKind, SignOn, text
from models.database import transaction
from models.sign_on import LIFE, App
from resolvers import single_sign_on
from schema.body import Unacceptable
from schema.pages.form import form_of
from schema.pages.page import page, typed
from schema.signing_in import client_of, cookie_in, keep_cookie, set_cookie
from settings import Settings

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # of S256 (RFC 7636)
_COOKIE = "oidc"
_LONGEST_STATE = 500  # characters
_LEADING_ON = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

log = logging.getLogger(__name__)


async def leave(request: Request) -> Response:
    """Lead a browser to the provider."""
    provider = _provider(request)
    secret = await single_sign_on.leave(_app_in(request))
    try:
        address = await provider.address(Proofs.of(secret))
    except (Unreachable, Unproven) as trouble:
        return await _unreachable(request, trouble)
    response = RedirectResponse(address, 302, _LEADING_ON)
    _keep_secret(response, secret, request)
    return response


async def come_back(request: Request) -> Response:
    """Take what the provider says, and let a member in, or ask who they are here."""
    provider, secret, given = _provider(request), _secret_in(request), request.query_params
    if not compare_digest(Proofs.of(secret).state.encode(), given.get("state", "").encode()):
        return await _failed(request, "STALE", 400)
    try:
        sign_on = await single_sign_on.come_back(secret)
    except Refusal:
        return await _failed(request, "STALE", 400)
    if given.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        return await _failed(request, "DOUBTFUL", 400)
    if "code" not in given:
        return await _failed(request, "DECLINED", 403)
    return await _proved(request, provider, sign_on, Proofs.of(secret))


async def _proved(
    request: Request, provider: IdentityProvider, sign_on: SignOn, proofs: Proofs
) -> Response:
    try:
        identity = await provider.identity(request.query_params["code"], proofs)
    except Unproven as why:
        log.warning("the OpenID provider is not believed: %s", why)
        return await _failed(request, "DOUBTFUL", 400)
    except Unreachable as trouble:
        return await _unreachable(request, trouble)
    member = await transaction(lambda: sign_on.prove(identity.issuer, identity.subject))
    if member is None:
        return await _asked(identity.name)
    try:
        address, context = await _entered(request, sign_on, member)
    except Refusal:
        return await _failed(request, "ENDED", 403)
    return _kept(RedirectResponse(address, 302, _LEADING_ON), context, request)


async def link(request: Request) -> Response:
    """Let in who says with a password which member they are; from then on, without it."""
    _provider(request)
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Unacceptable(403, "This form was sent by a page of somebody else.")
    form, context = await form_of(request), _context(request)
    name, username, secret = (form.get(it, "") for it in ("name", "username", "password"))
    if not all(text.is_storable(it) for it in (name, username, secret)):
        raise Unacceptable(400, "There are characters in this that cannot be kept.")
    try:
        sign_on = await SignOn.unlinked(_secret_in(request))
    except Refusal:
        return await _failed(request, "STALE", 400)
    try:
        member = await single_sign_on.link(sign_on, username, secret, context)
        address, context = await _entered(request, sign_on, member)
    except AskedTooMuch as no:
        raise Unacceptable(429, str(no), {"Retry-After": str(no.seconds)}) from None
    except Refusal as no:
        return await _refused(request, no, name, username)
    # No browser follows where a form of ours leads, if that is elsewhere.
    done = await page("sign_on_done", reader=member, onward=address)
    return _kept(done, context, request)


async def _refused(request: Request, no: Refusal, name: str, username: str) -> Response:
    if no.reason is Reason.BAD_CREDENTIALS:
        return await _asked(name, username, is_wrong=True)
    return await _failed(request, "ENDED" if no.reason is Reason.NOT_ALLOWED else "STALE", 403)


async def _entered(request: Request, sign_on: SignOn, member: Member) -> tuple[str, Context]:
    """Where to go on, as a member who is signed in, or back to an app. Refuses NOT_ALLOWED."""
    context, settings = _context(request), _settings(request)
    code = await single_sign_on.enter(sign_on, member, context)
    if code is None:
        return settings.client_url or f"{settings.public_url}/graphiql", context
    state = {"state": sign_on.app_state} if sign_on.app_state is not None else {}
    return f"{sign_on.app_address}?{urlencode({'code': code, **state})}", context


def _app_in(request: Request) -> App | None:
    """The app that somebody comes from, if they do. Raises Unacceptable for one that nobody knows."""
    given = request.query_params
    if not {"redirect_uri", "code_challenge", "state"} & given.keys():
        return None
    address, challenge = given.get("redirect_uri", ""), given.get("code_challenge", "")
    state = given.get("state")
    is_fine = (
        address in _settings(request).oidc_app_addresses
        and _CHALLENGE.fullmatch(challenge)
        and given.get("code_challenge_method", "S256") == "S256"
        and len(state or "") <= _LONGEST_STATE
        and text.is_storable(state or "")
    )
    if not is_fine:
        raise Unacceptable(400, "No app is known that would ask so.")
    return App(address, challenge, state)


def _provider(request: Request) -> IdentityProvider:
    provider: IdentityProvider | None = request.app.state.provider
    if provider is None:
        raise Unacceptable(404, "There is no single sign-on here.")
    return provider


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _context(request: Request) -> Context:
    # Only browsers come here, also those that do not say so.
    client = client_of(request, _settings(request))
    return Context(client=replace(client, kind=SignInKind.BROWSER))


def _kept(response: Response, context: Context, request: Request) -> Response:
    """The same, with the cookies of a sign-in, and without the secret that led to it."""
    keep_cookie(response, context, _settings(request))
    _keep_secret(response, "", request)
    return response


def _keep_secret(response: Response, secret: str, request: Request) -> None:
    lasts = int(LIFE.total_seconds()) if secret else 0
    # It has to come along when the provider, which is another site, leads back.
    set_cookie(response, _COOKIE, secret, lasts, _settings(request), comes_along="lax")


def _secret_in(request: Request) -> str:
    return cookie_in(request, _COOKIE, _settings(request))


async def _unreachable(request: Request, trouble: Exception) -> Response:
    log.warning("the OpenID provider cannot be asked: %r", trouble.__cause__ or trouble)
    return await _failed(request, "UNREACHABLE", 503)


async def _failed(request: Request, why: str, status: int) -> Response:
    again = "sign-in" if request.url.path.endswith("/sign-in") else "../sign-in"
    return await page("sign_on_failed", status, why=why, again=again)


async def _asked(name: str, username: str = "", *, is_wrong: bool = False) -> Response:
    facts: dict[str, Any] = {"name": typed(name), "username": typed(username)}
    return await page("sign_on_link", 422 if is_wrong else 200, is_wrong=is_wrong, **facts)
