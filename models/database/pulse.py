"""Whether the database works, for those who look after it."""

from datetime import timedelta
from functools import cache

from models import clock
from models.database.connection import dialect
from models.database.migration import Migration
from models.database.statement import hasty_rows, rows

_WRITE = """
    INSERT INTO heartbeat (id, at) VALUES (1, :now)
    ON CONFLICT (id) DO UPDATE SET at = excluded.at RETURNING at
"""


async def write_and_read() -> None:
    """Write a row and read it. Raises whatever the database does."""
    await hasty_rows(_WRITE, now=clock.now())
    await rows("SELECT at FROM heartbeat")


async def missing_migrations() -> list[str]:
    """The names of the migrations that this program needs and that have not run. Raises Unusable.

    Those that only a newer program knows do not matter.
    """
    found = await rows("SELECT version, checksum FROM schema_version")
    known = {it["version"]: it["checksum"] for it in found}
    return [it.name for it in _needed(dialect()) if it.is_missing(known)]


@cache
def _needed(dialect: str) -> list[Migration]:
    return Migration.all(dialect)


async def skew() -> timedelta:
    """By how much the clock of the database's server is ahead of ours; a file has none."""
    if dialect() == "sqlite":
        return timedelta()
    before = clock.now()
    [theirs] = await rows(
        "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now"
    )
    after = clock.now()
    return clock.moment(theirs["now"]) - (before + (after - before) / 2)
