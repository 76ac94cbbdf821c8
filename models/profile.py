"""What members say of themselves, and what is wrong with it."""

import re
from collections.abc import Sequence
from typing import TypedDict
from urllib.parse import urlsplit

from models import email_language, text
from models.choice import Choice
from models.refusal import Problems, Reason

MOST_LANGUAGES = 10
LONGEST_URL = 500  # characters


class CareerStage(Choice):
    """Stage of a career."""

    STUDENT = "In education."
    EARLY = "First years of work."
    MID = "Established in the field."
    SENIOR = "Expert or senior specialist."
    LEADER = "Leading people or an organization."
    RETIRED = "Retired from work."


class ContactVisibility(Choice):
    """Who may see how to reach a member."""

    MEMBERS = "Every member."
    PARTNERS = "Partners in a mentoring relationship."
    NOBODY = "Nobody."


class ProfileChanges(TypedDict, total=False):
    """What to change; what is absent stays, and None clears where there may be nothing."""

    name: str
    pronouns: str | None
    avatar_url: str | None
    headline: str | None
    bio: str | None
    organization: str | None
    location: str | None
    industry: str | None
    career_stage: CareerStage | None
    languages: Sequence[str]
    email_language: str | None
    time_zone: str
    contact_visibility: ContactVisibility


_OF_URLS = re.compile(
    r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+"
)  # RFC 3986; others are written with %
_LINES = ("name", "pronouns", "headline", "organization", "location", "industry")


def check(changes: ProfileChanges) -> None:
    """Tidy the texts. Refuses all that is wrong at once: REQUIRED, INVALID, OUT_OF_RANGE, TOO_LONG."""
    problems = Problems()
    for name in _LINES:
        if changes.get(name) is not None:
            line = text.line(str(changes[name]))  # type: ignore[literal-required]
            _bound(changes, name, line, problems, most=text.LINE)
    if changes.get("bio") is not None:
        _bound(changes, "bio", str(changes["bio"]), problems, most=text.PARAGRAPHS)
    if changes.get("avatar_url") is not None:
        _check_picture(str(changes["avatar_url"]), problems)
    if changes.get("email_language") is not None:
        _check_email_language(changes, str(changes["email_language"]), problems)
    if len(changes.get("languages", ())) > MOST_LANGUAGES:
        message = f"At most {MOST_LANGUAGES} languages, please."
        problems.add(Reason.OUT_OF_RANGE, message, field=("languages",))
    problems.refuse_any()
    if "languages" in changes:
        changes["languages"] = tuple(dict.fromkeys(changes["languages"]))


def _bound(
    changes: ProfileChanges, name: str, value: str, problems: Problems, *, most: int
) -> None:
    is_required = name == "name"
    tidy = text.bounded(value, problems, field=(name,), most=most, is_required=is_required)
    changes[name] = tidy or None  # type: ignore[literal-required]


def _check_email_language(changes: ProfileChanges, tag: str, problems: Problems) -> None:
    changes["email_language"] = email_language.nearest(tag)
    if changes["email_language"] is None:
        message = f"E-mails can be had in {email_language.names()}."
        problems.add(Reason.INVALID, message, field=("email_language",))


def _check_picture(url: str, problems: Problems) -> None:
    if len(url) > LONGEST_URL or not _is_https(url):
        message = "A picture has an address that begins with https:// and is not too long."
        problems.add(Reason.INVALID, message, field=("avatar_url",))


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:  # of a port beyond 65535, too
        return False
    return parts.scheme == "https" and has_host and bool(_OF_URLS.fullmatch(url))
