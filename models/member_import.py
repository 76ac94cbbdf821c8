"""Members from the association's directory, as a CSV file."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models import clock, language, password, text
from models.database import transaction
from models.email_address import NotAnAddress, normal
from models.enrollment import Enrollment
from models.member import Member
from models.profile import CareerStage

# The columns of the file, with what they hold; only the first three have to be there.
COLUMNS = {
    "username": "Name to sign in with; says who a line is about.",
    "email": "Address for e-mails, and to sign in with.",
    "name": "Display name.",
    "valid_until": "Last day of the membership, as YYYY-MM-DD; empty means without end.",
    "coordinator": "`yes` for those who run the program.",
    "password": "First password; not changed for a member who has one.",
    "headline": "One line about the person.",
    "organization": "Unit, company or institution.",
    "location": "City or country.",
    "career_stage": f"One of {', '.join(it.name for it in CareerStage)}.",
    "languages": "BCP 47 language tags between blanks, the best first, such as `en pt-BR`.",
    "time_zone": "IANA time zone name such as `Europe/Berlin`; `UTC` unless given.",
}
_NEEDED = ("username", "email", "name")


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be imported, and why."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.reason}"


class Unreadable(Exception):
    """The file as a whole is no list of members; the message is a sentence that says why."""


@dataclass
class Report:
    """What an import did, or would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    number: int
    values: dict[str, Any]
    password: str


async def import_members(lines: Iterable[str], *, is_dry: bool, skips_bad: bool) -> Report:
    """Bring members up to a directory's list. Importing it twice changes nothing.

    Bad lines are reported with their reasons; unless they are skipped, nothing is imported then.
    A dry run only reports. Members who are not on the list stay as they are.
    Raises Unreadable.
    """
    good, bad = _read(lines)
    report = Report(bad=bad)
    report.bad += await _taken_addresses(good)
    wrong = {it.number for it in report.bad}
    changes = await _changes([it for it in good if it.number not in wrong], report)
    if not is_dry and (skips_bad or not report.bad):
        await _apply(changes)
    report.bad.sort(key=lambda it: it.number)
    return report


def _read(lines: Iterable[str]) -> tuple[list[_Line], list[BadLine]]:
    reader = csv.DictReader(_without_mark(lines), strict=True)
    try:
        _check_header(reader.fieldnames or ())
        return _sorted_out((reader.line_num, it) for it in reader)
    except (csv.Error, UnicodeDecodeError) as wrong:
        raise Unreadable(f"The file is no CSV in UTF-8: {wrong}.") from None


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    # Spreadsheets put a byte order mark before the first column's name.
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if number == 0 else line


def _check_header(names: Sequence[str]) -> None:
    missing = [it for it in _NEEDED if it not in names]
    unknown = [it for it in names if it not in COLUMNS]
    if missing:
        raise Unreadable(f"The first line must name the columns {', '.join(missing)}.")
    if unknown:
        raise Unreadable(f"There is no column {', '.join(map(str, unknown))}.")
    if len(set(names)) < len(names):
        raise Unreadable("The first line names a column twice.")


def _sorted_out(
    rows: Iterable[tuple[int, dict[str | Any, Any]]],
) -> tuple[list[_Line], list[BadLine]]:
    good: list[_Line] = []
    bad: list[BadLine] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            line = _parsed(number, row)
            for name in ("username_key", "email_key"):
                other = seen.setdefault(f"{name} {line.values[name]}", number)
                if other != number:
                    raise ValueError(f"the same {name.removesuffix('_key')} as in line {other}")
            good.append(line)
        except ValueError as wrong:
            bad.append(BadLine(number, str(wrong)))
    return good, bad


def _parsed(number: int, row: dict[str | Any, Any]) -> _Line:
    if None in row or None in row.values():
        raise ValueError("as many values as there are columns, please")
    given = {name: value.strip() for name, value in row.items()}
    for name, value in given.items():
        if not text.is_storable(value) or len(value) > 500:
            raise ValueError(f"{name} is too long or has characters that cannot be kept")
    for name in _NEEDED:
        if not text.key(text.line(given[name])):
            raise ValueError(f"{name} is missing")
    values = {name: parse(given[name]) for name, parse in _PARSERS.items() if name in given}
    values["username_key"] = text.key(values["username"])
    values["email_key"] = values["email"].casefold()
    values["name_key"] = text.key(values["name"])
    return _Line(number, values, given.get("password", ""))


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
        last = date.fromisoformat(value)
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
    try:
        return ZoneInfo(value or "UTC").key
    except (ValueError, OSError, KeyError):
        raise ValueError(f"“{value}” is no time zone") from None


_PARSERS: dict[str, Any] = {
    "username": _a_line,
    "email": _an_address,
    "name": _a_line,
    "valid_until": _end_of_day,
    "coordinator": _yes_or_no,
    "headline": _a_line,
    "organization": _a_line,
    "location": _a_line,
    "career_stage": _stage,
    "languages": _languages,
    "time_zone": _time_zone,
}


async def _taken_addresses(lines: Sequence[_Line]) -> list[BadLine]:
    owners = {
        it.email_key: it.username_key
        for it in await Member.filter(email_key__in=[it.values["email_key"] for it in lines])
    }
    return [
        BadLine(it.number, f"{it.values['email']} is the address of another member")
        for it in lines
        if owners.get(it.values["email_key"], it.values["username_key"])
        != it.values["username_key"]
    ]


async def _changes(lines: Sequence[_Line], report: Report) -> list[tuple[Member, str, bool]]:
    names = [it.values["username_key"] for it in lines]
    known = {it.username_key: it for it in await Member.filter(username_key__in=names)}
    changes = []
    for line in lines:
        values = {_ATTRIBUTES.get(name, name): it for name, it in line.values.items()}
        member = known.get(values["username_key"])
        if member is None:
            report.added += 1
            changes.append((Member(**values), line.password, True))
        elif _differs(member, values) or (line.password and not member.password_hash):
            report.changed += 1
            changes.append((member.update_from_dict(values), line.password, False))
        else:
            report.unchanged += 1
    return changes


_ATTRIBUTES = {"coordinator": "is_coordinator"}


def _differs(member: Member, values: dict[str, Any]) -> bool:
    return any(getattr(member, name) != value for name, value in values.items())


async def _apply(changes: Sequence[tuple[Member, str, bool]]) -> None:
    for member, first_password, _ in changes:
        if first_password and not member.password_hash:
            member.password_hash = await password.hashed(first_password)

    async def work() -> None:
        for member, _, is_new in changes:
            member.updated_at = clock.now()
            await member.save(force_create=is_new)
            for enrollment in await Enrollment.of(member) if not is_new else ():
                await enrollment.refresh_derived(member)

    await transaction(work)
