"""Values with a form of their own."""

from datetime import UTC, date, datetime
from typing import NewType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import strawberry
from strawberry.types.scalar import ScalarDefinition

from models import language

EmailAddress = NewType("EmailAddress", str)
URL = NewType("URL", str)
TimeZone = NewType("TimeZone", str)
LanguageTag = NewType("LanguageTag", str)


def _instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone, such as Z")
    return instant.astimezone(UTC)


def _rfc_3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _url(value: str) -> URL:
    if urlsplit(value).scheme not in ("https", "mailto"):
        raise ValueError("a URL begins with https: or mailto:")
    return URL(value)


def _time_zone(value: str) -> TimeZone:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise ValueError("this is no IANA time zone name") from None
    return TimeZone(value)


def _language_tag(value: str) -> LanguageTag:
    return LanguageTag(language.normal(value))


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="Instant in UTC, as an RFC 3339 timestamp such as `2026-03-01T09:30:00.000Z`.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_rfc_3339,
        parse_value=_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="Calendar date without a time zone, as `YYYY-MM-DD`.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=date.isoformat,
        parse_value=date.fromisoformat,
    ),
    EmailAddress: strawberry.scalar(
        name="EmailAddress",
        description="Valid e-mail address.",
        specified_by_url="https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address",
    ),
    URL: strawberry.scalar(
        name="URL",
        description="Absolute URL (`https:` or `mailto:`).",
        specified_by_url="https://url.spec.whatwg.org/",
        parse_value=_url,
    ),
    TimeZone: strawberry.scalar(
        name="TimeZone",
        description="IANA time zone name such as `Europe/Berlin`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc9557",
        parse_value=_time_zone,
    ),
    LanguageTag: strawberry.scalar(
        name="LanguageTag",
        description="BCP 47 language tag such as `en` or `pt-BR`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc5646",
        parse_value=_language_tag,
    ),
}
