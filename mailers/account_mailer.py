"""E-mails about signing in: nobody can switch them off."""

from datetime import datetime

from mailers import browsers
from mailers.email import Email
from models import Member, PasswordReset, SignIn, Urgency, clock

PASSWORD_RESET = "account_mailer/password_reset"  # noqa: S105 (a template)
ADDRESS_CHANGED = "account_mailer/address_changed"


def password_reset(address: str) -> Email:
    """To the member with this address, if there is one: a link to set a new password with.

    The reader is looked for, and the token of the link is made, when it is written.
    """
    asked = PasswordReset()
    return Email(
        template=PASSWORD_RESET,
        reader=None,
        about=asked,
        facts={"address": address},
        urgency=Urgency.URGENT,
    )


def password_changed(member: Member) -> Email:
    """To a member: your password was changed just now, and what to do if it was not you."""
    return _just_now("account_mailer/password_changed", member)


def data_taken(member: Member) -> Email:
    """To a member: all your data was downloaded just now, and what to do if it was not you."""
    return _just_now("account_mailer/data_taken", member)


def _just_now(template: str, member: Member) -> Email:
    now = clock.now()
    return Email(
        template=template,
        reader=member,
        about=member,
        occasion=str(clock.milliseconds(now)),
        facts=_moment(now, member),
    )


def new_device(sign_in: SignIn) -> Email:
    """To a member: somebody signed in as you where you never did before, and what to do if it was not you."""
    member = sign_in.member
    device = browsers.named_in(sign_in.user_agent or "")
    return Email(
        template="account_mailer/new_device",
        reader=member,
        about=sign_in,
        facts={**_moment(sign_in.created_at, member), "device": device},
        urgency=Urgency.URGENT,
    )


def single_sign_on_linked(member: Member) -> Email:
    """To a member: somebody who knew your password signs in as you by single sign-on from now on."""
    now = clock.now()
    return Email(
        template="account_mailer/single_sign_on_linked",
        reader=member,
        about=member,
        occasion=str(clock.milliseconds(now)),
        facts=_moment(now, member),
        urgency=Urgency.URGENT,
    )


def address_changed(member: Member, *, former: str) -> tuple[Email, Email]:
    """To a member at the former and at the new address: where e-mails go from now on."""
    return _at(former, member, is_former=True), _at(member.email, member, is_former=False)


def _at(address: str, member: Member, *, is_former: bool) -> Email:
    return Email(
        template=ADDRESS_CHANGED,
        reader=member,
        about=member,
        occasion=f"{clock.milliseconds(clock.now())} {is_former}",
        facts={"to": address, "is_former": is_former},
    )


def _moment(instant: datetime, member: Member) -> dict[str, str]:
    """When it was, by the member's clock."""
    local = instant.astimezone(member.clock_zone)
    return {
        "day": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "time_zone": member.time_zone,
    }
