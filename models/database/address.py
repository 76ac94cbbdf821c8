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
        raise Unusable(f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or newer is needed.")
    if file.name in ("", ":memory:"):
        raise Unusable("DATABASE_URL names no file, and a program in memory would be forgotten.")
    if not file.absolute().parent.is_dir():
        raise Unusable(f"The folder of the database {file} does not exist.")
    return file


def shown(url: str) -> str:
    """A PostgreSQL database as a person may see it: without user and password."""
    parts = urlsplit(url)
    return f"{parts.path.lstrip('/')} at {parts.netloc.rpartition('@')[2]}"
