"""Bringing the tables of a database up to this version.

Each migration runs in one transaction together with the note that it ran, under a lock that makes
others who start at the same moment wait: a process that is killed leaves all of it or nothing.
"""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import asyncpg

from models import clock
from models.database.address import dialect_of, file_of, shown
from models.database.migration import FOLDER, Migration
from models.database.transaction import is_busy
from models.database.unusable import Unusable

PATIENCE = 60  # seconds to wait for others who migrate
OLDEST_POSTGRESQL = 13
_LOCK = 0x6D656E746F72  # the number that all who migrate on one PostgreSQL database agree on

_TABLE = """
    CREATE TABLE IF NOT EXISTS schema_version (
        version INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL,
        applied_at BIGINT NOT NULL
    )
"""
_KNOWN = "SELECT version, checksum FROM schema_version"


async def migrate(url: str, folder: Path = FOLDER) -> list[str]:
    """Run the migrations that a database has not seen, and give their names. Raises Unusable.

    Versions that only a newer program knows are left alone, so that programs of two versions can
    work on one database while one replaces the other.
    """
    migrations = Migration.all(dialect_of(url), folder)
    if dialect_of(url) == "sqlite":
        return await asyncio.to_thread(_migrate_file, file_of(url), migrations)
    return await _migrate_server(url, migrations)


def _migrate_file(file: Path, migrations: list[Migration]) -> list[str]:
    try:
        with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
            # Rebuilding a table must not delete the rows that refer to it; only outside of transactions.
            connection.execute("PRAGMA foreign_keys = OFF")
            applied = [it.name for it in migrations if _run_on_file(it, connection)]
            # Last, because it changes the file, which may turn out to be another program's.
            _write_ahead(connection)
            return applied
    except sqlite3.Error as trouble:
        raise Unusable.after(trouble, where=str(file)) from trouble


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have the file written such that those who read it need not wait."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as trouble:
            # The one statement that SQLite does not wait with: others who start now do the same.
            if not is_busy(trouble) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _run_on_file(migration: Migration, connection: sqlite3.Connection) -> bool:
    connection.execute("BEGIN EXCLUSIVE")
    try:
        connection.execute(_TABLE)
        if is_missing := migration.is_missing(dict(connection.execute(_KNOWN))):
            _apply_to_file(migration, connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()  # nothing, where SQLite has done so itself
        raise
    return is_missing


def _apply_to_file(migration: Migration, connection: sqlite3.Connection) -> None:
    for statement in migration.statements():
        connection.execute(statement)
    dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    assert not dangling, f"{migration.name} leaves rows that refer to nothing: {dangling[:3]}"
    connection.execute("INSERT INTO schema_version VALUES (?, ?, ?, ?)", _note(migration))


async def _migrate_server(url: str, migrations: list[Migration]) -> list[str]:
    connection = await _connected(url)
    try:
        return [it.name for it in migrations if await _run_on_server(it, connection)]
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as trouble:
        raise Unusable.after(trouble, where=shown(url)) from trouble
    finally:
        await connection.close()


async def _connected(url: str) -> asyncpg.Connection:
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except asyncpg.InvalidCatalogNameError:
        raise Unusable(f"there is no database {shown(url)} yet, please create it") from None
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as trouble:
        raise Unusable.after(trouble, where=shown(url)) from None
    version = connection.get_server_version()
    if version.major < OLDEST_POSTGRESQL:
        await connection.close()
        raise Unusable(
            f"PostgreSQL {version.major} is too old, {OLDEST_POSTGRESQL} or newer is needed"
        )
    return connection


async def _run_on_server(migration: Migration, connection: asyncpg.Connection) -> bool:
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(_TABLE)
        known = dict(await connection.fetch(_KNOWN))
        if is_missing := migration.is_missing(known):
            await connection.execute(migration.script)
            note = _note(migration)
            await connection.execute("INSERT INTO schema_version VALUES ($1, $2, $3, $4)", *note)
    return is_missing


def _note(migration: Migration) -> tuple[int, str, str, int]:
    now = clock.milliseconds(clock.now())
    return migration.version, migration.name, migration.checksum, now
