"""The SQL files, written by hand, that make the tables what this version needs."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from models.database.unusable import Unusable

FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Migration:
    """A file of statements that runs once, such as `0001_program.sql`.

    It is the same on both databases, or one of two: `0004_event_number.sqlite.sql` and
    `0004_event_number.postgresql.sql`.
    """

    file: Path

    @classmethod
    def all(cls, dialect: str, folder: Path = FOLDER) -> list["Migration"]:
        """Every migration of one of the databases, in the order in which they run."""
        meant = ([".sql"], [f".{dialect}", ".sql"])
        files = [it for it in folder.glob("*.sql") if it.suffixes in meant]
        return sorted(map(cls, files), key=lambda it: it.version)

    @property
    def version(self) -> int:
        """Its place in the order."""
        return int(self.file.name.partition("_")[0])

    @property
    def name(self) -> str:
        """What it is called, on both databases."""
        return self.file.name.partition(".")[0]

    @cached_property
    def script(self) -> str:
        """Its statements."""
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def checksum(self) -> str:
        """What tells whether the file was changed after it ran."""
        return sha256(self.script.encode()).hexdigest()

    def statements(self) -> Iterator[str]:
        """Its statements one by one; a semicolon inside a text or a trigger ends none."""
        pending = ""
        for line in self.script.splitlines(keepends=True):
            pending += line
            if sqlite3.complete_statement(pending):
                yield pending
                pending = ""
        assert not _without_comments(pending), f"{self.name} ends within a statement"

    def is_missing(self, known: Mapping[int, str]) -> bool:
        """Whether it has yet to run, given the checksums of those that ran. Raises Unusable."""
        if self.version in known and known[self.version] != self.checksum:
            raise Unusable(f"the migration {self.name} was changed after it ran there")
        return self.version not in known


def _without_comments(text: str) -> str:
    return "".join(it for it in text.splitlines() if not it.startswith("--")).strip()
