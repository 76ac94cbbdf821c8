"""The directory's list as a CSV file."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from models.member_import.columns import COLUMNS, NEEDED
from models.member_import.line import BadLine, Line


class Unreadable(Exception):
    """The file as a whole is no list of members; the message is a sentence that says why."""


def read(lines: Iterable[str], *, program: str) -> tuple[list[Line], list[BadLine]]:
    """The lines that are right, each by itself, and what is wrong with the others. Raises Unreadable.

    Nobody's password is to be made of the name of the program.
    """
    reader = csv.DictReader(_without_mark(lines), strict=True)
    try:
        _check_header(reader.fieldnames or ())
        return _sorted_out(((reader.line_num, it) for it in reader), program)
    except (csv.Error, UnicodeDecodeError) as wrong:
        raise Unreadable(f"The file is no CSV in UTF-8: {wrong}.") from None


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    # Spreadsheets put a byte order mark before the first column's name.
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if number == 0 else line


def _check_header(names: Sequence[str]) -> None:
    missing = [it for it in NEEDED if it not in names]
    unknown = [it for it in names if it not in COLUMNS]
    if missing:
        raise Unreadable(f"The first line must name the columns {', '.join(missing)}.")
    if "" in unknown:
        raise Unreadable(f"The first line has no name for column {names.index('') + 1}.")
    if unknown:
        raise Unreadable(f"There is no column {', '.join(unknown)}.")
    if len(set(names)) < len(names):
        raise Unreadable("The first line names a column twice.")


def _sorted_out(
    rows: Iterable[tuple[int, Mapping[str | Any, Any]]], program: str
) -> tuple[list[Line], list[BadLine]]:
    good: list[Line] = []
    bad: list[BadLine] = []
    for number, row in rows:
        try:
            good.append(Line.parsed(number, row, program=program))
        except ValueError as wrong:
            bad.append(BadLine(number, str(wrong)))
    return good, bad
