"""Copying a whole database into a file while others write, and putting such a file in its place.

A file is copied by SQLite itself, a server's database by PostgreSQL's own programs, which know better
than we do what belongs to one moment.
"""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from models.database.address import dialect_of, file_of
from models.database.integrity import damage_of

PATIENCE = 60  # seconds for others who write

_NOTHING = "DROP SCHEMA IF EXISTS public CASCADE"  # the file makes it anew
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


class Failed(Exception):
    """There is no backup, or nothing was put back; the message is a sentence for the operator."""


async def back_up(url: str, file: Path) -> None:
    """Copy a database, as it is at one moment, into a new file that only its owner can read. Raises Failed."""
    await asyncio.to_thread(file.touch, mode=0o600, exist_ok=False)
    if dialect_of(url) == "sqlite":
        await asyncio.to_thread(_copy, file_of(url), file)
    else:
        options = ("--no-owner", "--no-privileges", "--schema=public", f"--file={file}")
        await _run("pg_dump", url, *options)


async def put_back(url: str, file: Path) -> None:
    """Have a database be what it was when a file was made of it; all of it, or nothing. Raises Failed."""
    if dialect_of(url) == "sqlite":
        await asyncio.to_thread(_replace, file_of(url), file)
    else:
        await _check_alone(url)
        script = (f"--command={_NOTHING}", f"--file={file}")
        await _run("psql", url, *_QUIETLY, "--single-transaction", *script)


def _copy(source: Path, file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=PATIENCE)) as it:
            it.execute("VACUUM INTO ?", [str(file)])
    except sqlite3.Error as trouble:
        raise Failed(f"SQLite cannot copy {source}: {trouble}.") from trouble
    if found := damage_of(file):
        raise Failed(f"The copy is damaged, and so may be {source}: {found[0]}.")
    _see_it_written(file)


def _replace(target: Path, file: Path) -> None:
    if found := damage_of(file):
        raise Failed(f"{file} is damaged: {found[0]}.")
    if target.exists():
        _check_unused(target)
    beside = target.with_name(f"{target.name}.restored")
    shutil.copyfile(file, beside)
    _see_it_written(beside)
    beside.replace(target)


def _check_unused(target: Path) -> None:
    """Raises Failed while others have the file open; leaves nothing beside it that belongs to it."""
    try:
        with closing(sqlite3.connect(target, timeout=1)) as it:
            # Only who is alone with the file may do this.
            it.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        raise Failed(f"{target} is in use: stop the server and the workers first.") from None
    except sqlite3.DatabaseError:
        for ending in ("-wal", "-shm"):  # of what is no database any more
            target.with_name(target.name + ending).unlink(missing_ok=True)


def _see_it_written(file: Path) -> None:
    for it in (file, file.parent):
        descriptor = os.open(it, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


async def _check_alone(url: str) -> None:
    answer = await _run("psql", url, *_QUIETLY, "--tuples-only", f"--command={_OTHERS}")
    if answer.strip() != "0":
        raise Failed("Others are connected to the database: stop the server and the workers first.")


_QUIETLY = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")


async def _run(program: str, url: str, *options: str) -> str:
    """What a program of PostgreSQL prints. Raises Failed."""
    parts = urlsplit(url)
    # On the command line, everybody on the machine could read the password.
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    try:
        process = await asyncio.create_subprocess_exec(
            *(program, f"--dbname={_without_password(parts)}", *options),
            env={**os.environ, **secret, "PGOPTIONS": "--client-min-messages=warning"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except FileNotFoundError:
        raise Failed(
            f"There is no {program} here: install PostgreSQL's client, as new as the server"
            " (postgresql-client on Debian), or use the server's own backups."
        ) from None
    out, err = await process.communicate()
    if process.returncode:
        said = err.decode(errors="replace").strip().splitlines() or ["no reason"]
        raise Failed(f"{program} fails: {said[0]}.")
    return out.decode(errors="replace")


def _without_password(parts: SplitResult) -> str:
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return parts._replace(netloc=f"{name}@{host}" if name else host).geturl()
