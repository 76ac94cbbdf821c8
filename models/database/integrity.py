"""Whether a file is a whole database."""

import sqlite3
from contextlib import closing
from pathlib import Path

MOST = 5  # sentences


def damage_of(file: Path) -> list[str]:
    """What is wrong with a file of SQLite; nothing, if it is whole and no row refers to nothing."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as it:
            found = [row[0] for row in it.execute(f"PRAGMA integrity_check({MOST})")]
            if found != ["ok"]:
                return [line for text in found for line in text.splitlines()]
            dangling = it.execute("PRAGMA foreign_key_check").fetchmany(MOST)
            return [
                f"row {row} of {table} refers to nothing in {to}" for table, row, to, _ in dangling
            ]
    except sqlite3.Error as trouble:
        return [str(trouble)]
