"""Who asks: a bearer token of an app, or the cookie of a browser."""

from typing import Literal

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from context import Client, Context, Live
from models import Budget, SignIn, SignInKind
from models.device import KNOWN_FOR, MOST_MEMBERS
from schema.address import address_of
from schema.body import Unacceptable
from settings import Settings

FORTNIGHT = 14 * 24 * 3600  # seconds; a sign-in of a browser ends then at the latest

_BETWEEN_DEVICES = "."  # tokens of one browser that several members use; no token has one


async def context_of(request: Request, settings: Settings) -> Context:
    """What the request knows of who is asking. Raises Unacceptable for one made by a foreign page."""
    token = token_of(request, settings)
    sign_in = await SignIn.resume(token) if token else None
    budget = budget_of(sign_in, request, settings)
    client = client_of(request, settings)
    return Context(sign_in, client, settings.public_url, budget, keys=settings.keys)


def context_of_live(sign_in: SignIn, live: Live, asking: HTTPConnection) -> Context:
    """What a subscription knows of who is asking."""
    settings: Settings = asking.app.state.settings
    budget = budget_of(sign_in, asking, settings)
    return Context(sign_in, public_url=settings.public_url, budget=budget, live=live)


def budget_of(sign_in: SignIn | None, asking: HTTPConnection, settings: Settings) -> Budget:
    """What who asks may spend: a member for themselves, others with all at their address."""
    if sign_in:
        payer = f"member {sign_in.member_id}"
        burst, per_second = settings.cost_burst, settings.cost_per_second
    else:
        payer = f"address {address_of(asking, settings.trusted_proxies)}"
        burst, per_second = settings.address_cost_burst, settings.address_cost_per_second
    return Budget(payer, settings.cost_limit, burst, per_second)


def token_of(asking: HTTPConnection, settings: Settings) -> str:
    """The token that comes along, if any. Raises Unacceptable for one of a foreign page's asking."""
    bearer = bearer_in(asking.headers.get("authorization", ""))
    if bearer is not None:  # it is sent on purpose: it counts before any cookie
        return bearer
    _refuse_foreign_pages(asking, settings)
    return cookie_in(asking, "sign-in", settings)


def bearer_in(authorization: str) -> str | None:
    """The token of `Bearer …`; None if it is something else."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def keep_cookie(response: Response, context: Context, settings: Settings) -> None:
    """Have a browser keep the tokens of a new sign-in, or forget that of an ended one."""
    client = context.client
    if client.cookie is not None:
        lasts = FORTNIGHT if client.cookie else 0
        set_cookie(response, "sign-in", client.cookie, lasts, settings)
    if client.device_cookie:
        tokens = _BETWEEN_DEVICES.join(client.device_cookie[:MOST_MEMBERS])
        set_cookie(response, "device", tokens, int(KNOWN_FOR.total_seconds()), settings)


def set_cookie(
    response: Response,
    name: str,
    value: str,
    max_age: int,
    settings: Settings,
    *,
    comes_along: Literal["strict", "lax"] = "strict",
) -> None:
    """Have a browser keep a secret for so many seconds, where no script can read it."""
    response.set_cookie(
        _cookie_name(name, settings),
        value,
        max_age=max_age,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite=comes_along,
    )


def cookie_in(asking: HTTPConnection, name: str, settings: Settings) -> str:
    """The secret that a browser keeps by this name; empty if it has none."""
    return asking.cookies.get(_cookie_name(name, settings), "")


def _cookie_name(name: str, settings: Settings) -> str:
    # The prefix has browsers insist on Secure, so it cannot be used where there is no TLS.
    return f"__Host-{name}" if settings.is_https else name


def _devices_in(request: Request, settings: Settings) -> list[str]:
    kept = cookie_in(request, "device", settings)
    return [it for it in kept.split(_BETWEEN_DEVICES) if it][:MOST_MEMBERS]


def client_of(request: Request, settings: Settings) -> Client:
    """The program that asks."""
    # Browsers add these headers, and no script of a page can: apps have no reason to. The first is
    # missing where a page came without encryption from another machine.
    is_browser = "sec-fetch-site" in request.headers or "origin" in request.headers
    kind = SignInKind.BROWSER if is_browser else SignInKind.APP
    return Client(
        kind=kind,
        user_agent=request.headers.get("user-agent", ""),
        keeps_cookies=request.headers.get("sec-fetch-site") != "cross-site",
        address=address_of(request, settings.trusted_proxies),
        devices=_devices_in(request, settings),
    )


def _refuse_foreign_pages(asking: HTTPConnection, settings: Settings) -> None:
    """Cookies travel with requests that other sites' pages make; those are not our members' wish."""
    origin = asking.headers.get("origin")
    if origin in settings.allowed_origins:
        return
    site = asking.headers.get("sec-fetch-site")
    is_ours = site in ("same-origin", "none") if site else _is_own(origin, asking)
    if not is_ours:
        raise Unacceptable(403, "Requests of pages of other sites are not answered.")


def _is_own(origin: str | None, asking: HTTPConnection) -> bool:
    return origin is None or origin.partition("://")[2] == asking.headers.get("host")
