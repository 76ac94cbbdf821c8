"""Where a database is: `sqlite://file.db`, `sqlite:////srv/file.db` or `postgres://user@host/name`."""

import sqlite3
from pathlib import Path
from urllib.parse import unquote, urlsplit

from models.database.unusable import Unusable

_OLDEST_SQLITE = (3, 35)  # the first with RETURNING


def dialect_of(url: str) -> str:
    """`sqlite` or `postgresql`."""
    return "sqlite" if url.startswith("sqlite:") else "postgresql"


def file_of(url: str) -> Path:
    """The file of a SQLite database. Raises Unusable where there can be none."""
    file = Path(unquote(url.removeprefix("sqlite://")))
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise Unusable(f"SQLite {sqlite3.sqlite_version} is too old, 3.35 or newer is needed")
    if file.name in ("", ":memory:") or "\0" in str(file):
        raise Unusable("it names no file, and a program in memory would be forgotten")
    try:
        _check_place(file)
    except OSError as trouble:
        raise Unusable.after(trouble, where=str(file)) from None
    return file


def _check_place(file: Path) -> None:
    if file.is_dir():
        raise Unusable(f"{file} is a folder")
    if not file.absolute().parent.is_dir():
        raise Unusable(f"the folder of the file {file} does not exist")


def shown(url: str) -> str:
    """A PostgreSQL database as a person may see it: without user and password."""
    parts = urlsplit(url)
    return f"{parts.path.lstrip('/')} at {parts.netloc.rpartition('@')[2]}"
