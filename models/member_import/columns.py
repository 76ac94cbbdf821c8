"""The columns of the directory's list: what they mean, and how they are read."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from models import clock, day, language, password, text, time_zone
from models.email_address import NotAnAddress, normal
from models.profile import CareerStage

_NEW = "for a new member only"

# With what they hold; only the first three have to be there.
COLUMNS = {
    "username": "Name to sign in with; says who a line is about.",
    "email": "Address for e-mails, and to sign in with.",
    "name": "Display name.",
    "valid_until": "Last day of the membership, as YYYY-MM-DD; empty means without end.",
    "coordinator": "`yes` for those who run the program.",
    "password": f"First password, of {password.SHORTEST} characters or more;"
    " not changed for a member who has one.",
    "headline": f"One line about the person; {_NEW}.",
    "organization": f"Unit, company or institution; {_NEW}.",
    "location": f"City or country; {_NEW}.",
    "career_stage": f"One of {', '.join(it.name for it in CareerStage)}; {_NEW}.",
    "languages": "BCP 47 language tags between blanks, the best first, such as `en pt-BR`;"
    f" {_NEW}.",
    "time_zone": f"IANA time zone name such as `Europe/Berlin`, `UTC` unless given; {_NEW}.",
}
NEEDED = ("username", "email", "name")


def of_the_directory(given: Mapping[str, str]) -> dict[str, Any]:
    """What the directory decides about a member, whatever was so before. Raises ValueError."""
    values = _parsed(given, _OF_THE_DIRECTORY)
    if "coordinator" in values:
        values["is_coordinator"] = values.pop("coordinator")
    values["username_key"] = text.key(values["username"])
    values["email_key"] = values["email"].casefold()
    values["name_key"] = text.key(values["name"])
    return values


def first(given: Mapping[str, str]) -> dict[str, Any]:
    """What members say of themselves, until they say otherwise. Raises ValueError."""
    return _parsed(given, _FIRST)


def first_password(given: Mapping[str, str], program: str) -> str:
    """The password as it is written, blanks and all; empty for none. Raises ValueError."""
    secret = given.get("password", "")
    if secret:
        password.check_new(secret, [*(given[it] for it in NEEDED), program])
    return secret


def _parsed(
    given: Mapping[str, str], parsers: Mapping[str, Callable[[str], Any]]
) -> dict[str, Any]:
    return {name: parse(given[name]) for name, parse in parsers.items() if name in given}


def _a_line(value: str) -> str | None:
    if len(value) > text.LINE:
        raise ValueError(f"“{value[:20]}…” is longer than {text.LINE} characters")
    return text.line(value) or None


def _an_address(value: str) -> str:
    try:
        return normal(value)
    except NotAnAddress:
        raise ValueError(f"“{value}” is no e-mail address") from None


def _end_of_day(value: str) -> datetime | None:
    if not value:
        return None
    try:
        last = day.parsed(value)
    except ValueError:
        raise ValueError(f"“{value}” is no day such as 2027-12-31") from None
    if last == date.max:
        return None  # how many directories write “without end”
    return clock.beginning_of(last + timedelta(days=1), "UTC")


def _yes_or_no(value: str) -> bool:
    if value.lower() not in ("", "yes", "no"):
        raise ValueError(f"coordinator is yes or no, not “{value}”")
    return value.lower() == "yes"


def _stage(value: str) -> CareerStage | None:
    if value and value.upper() not in CareerStage.__members__:
        raise ValueError(f"“{value}” is no career stage")
    return CareerStage[value.upper()] if value else None


def _languages(value: str) -> str:
    try:
        return " ".join(language.normal(it) for it in value.split())
    except ValueError:
        raise ValueError(f"“{value}” are no language tags such as `en pt-BR`") from None


def _time_zone(value: str) -> str:
    if value and not time_zone.is_known(value):
        raise ValueError(f"“{value}” is no time zone")
    return value or "UTC"


_OF_THE_DIRECTORY = {
    "username": _a_line,
    "email": _an_address,
    "name": _a_line,
    "valid_until": _end_of_day,
    "coordinator": _yes_or_no,
}
_FIRST = {
    "headline": _a_line,
    "organization": _a_line,
    "location": _a_line,
    "career_stage": _stage,
    "languages": _languages,
    "time_zone": _time_zone,
}
