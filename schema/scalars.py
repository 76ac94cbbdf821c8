"""Values with a form of their own."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import NewType, TypeVar

import strawberry
from strawberry.types.scalar import ScalarDefinition

from models import day, language, time_zone

T = TypeVar("T")

EmailAddress = NewType("EmailAddress", str)
URL = NewType("URL", str)
TimeZone = NewType("TimeZone", str)
LanguageTag = NewType("LanguageTag", str)


def _from_text(parse: Callable[[str], T]) -> Callable[[object], T]:
    """Clients may send anything: what is no text is refused, and so in a sentence of ours."""

    def parsed(value: object) -> T:
        if not isinstance(value, str):
            raise ValueError("this is no text")
        return parse(value)

    return parsed


def _instant(value: str) -> datetime:
    with suppress(ValueError, OverflowError):
        instant = datetime.fromisoformat(value)
        if instant.tzinfo:
            return instant.astimezone(UTC)
    raise ValueError("this is no instant such as 2026-03-01T09:30:00Z")


def _rfc_3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _url(value: str) -> URL:
    if not value.startswith(("https:", "mailto:")):
        raise ValueError("a URL begins with https: or mailto:")
    return URL(value)


def _time_zone(value: str) -> TimeZone:
    if not time_zone.is_known(value):
        raise ValueError("this is no IANA time zone name")
    return TimeZone(value)


def _language_tag(value: str) -> LanguageTag:
    return LanguageTag(language.normal(value))


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="Instant in UTC, as an RFC 3339 timestamp such as `2026-03-01T09:30:00.000Z`.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_rfc_3339,
        parse_value=_from_text(_instant),
    ),
    date: strawberry.scalar(
        name="Date",
        description="Calendar date without a time zone, as `YYYY-MM-DD`.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=date.isoformat,
        parse_value=_from_text(day.parsed),
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
        parse_value=_from_text(_url),
    ),
    TimeZone: strawberry.scalar(
        name="TimeZone",
        description="IANA time zone name such as `Europe/Berlin`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc9557",
        parse_value=_from_text(_time_zone),
    ),
    LanguageTag: strawberry.scalar(
        name="LanguageTag",
        description="BCP 47 language tag such as `en` or `pt-BR`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc5646",
        parse_value=_from_text(_language_tag),
    ),
}
