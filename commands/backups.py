"""The commands that make backups and put them back."""

import argparse
import asyncio
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from commands.command import Given
from commands.database import connected, prepare
from models import clock, restoring
from models.database import migrate
from models.database.address import dialect_of
from models.database.backup import Failed, back_up, put_back
from settings import Settings

MANIFEST, DATABASE, PICTURES = "backup.json", "database", "pictures"
_UNFINISHED = ".unfinished"
_NAME = "%Y-%m-%dT%H%M%S.%fZ"  # in the order of time


def add_backup_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what `backup` takes."""
    parser.add_argument("folder", type=Path, help="where backups are kept, each in its own folder")
    parser.add_argument("--keep", type=int, help="remove all but so many, the newest")


async def backup(settings: Settings, given: Given) -> None:
    """Copy the database and the pictures into a new folder, while others work."""
    with _said(), _finished(given.folder) as folder:
        await back_up(settings.database_url, folder / DATABASE)
        if source := settings.pictures_folder:
            # After the database: what it shows is there, but for what was replaced just now.
            await asyncio.to_thread(_copy_files, source, folder / PICTURES)
        _describe(settings, folder)
    for old in _all(given.folder)[: -given.keep] if given.keep else ():
        shutil.rmtree(old)
    print(f"Backed up into {_all(given.folder)[-1]}.")
    print("The key that signs links is not in it: keep secret.key, or SECRET_KEY, somewhere else.")
    if not settings.pictures_folder:
        print("Nor are the pictures, which are in a bucket: have its provider keep versions.")


def add_restore_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what `restore` takes."""
    parser.add_argument("backup", type=Path, help="the folder that `backup` has named")
    parser.add_argument("--replace", action="store_true", help="the database that is there now")


async def restore(settings: Settings, given: Given) -> None:
    """Have the program be as it was; what may have happened since is not to happen twice."""
    with _said():
        made = _manifest(given.backup)
        if made["dialect"] != dialect_of(settings.database_url):
            raise Failed(f"It is one of {made['dialect']}; DATABASE_URL names another database.")
        if not given.replace and await _is_used(settings):
            raise Failed("There is a program in the database: --replace gives it up.")
        await put_back(settings.database_url, given.backup / DATABASE)
        if settings.pictures_folder and (given.backup / PICTURES).exists():
            _copy_files(given.backup / PICTURES, settings.pictures_folder)
    # Before anything may refuse to go on: nobody shall work with it as it is.
    await migrate(settings.database_url)
    async with connected(settings):
        done = await restoring.settle()
    print(f"This is the program of {made['made_at']}.")
    print(", ".join(f"{name}: {number}" for name, number in done.items()) + ".")
    if done["e-mails held"]:
        print("They may have been sent since: `mail list --state HELD`, `mail release`.")
    await prepare(settings)


@contextmanager
def _said() -> Iterator[None]:
    """What fails is one sentence."""
    try:
        yield
    except Failed as no:
        sys.exit(str(no))
    except OSError as trouble:
        sys.exit(f"{trouble.filename}: {trouble.strerror}.")


@contextmanager
def _finished(parent: Path) -> Iterator[Path]:
    """A new folder that has its name when all is in it, and is gone if something fails."""
    parent.mkdir(parents=True, exist_ok=True)
    name = clock.now().strftime(_NAME)
    folder = parent / f"{name}{_UNFINISHED}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
        folder.rename(parent / name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _all(parent: Path) -> list[Path]:
    """The backups of a folder, the oldest first."""
    found = (it.parent for it in parent.glob(f"*/{MANIFEST}"))
    return sorted(it for it in found if it.suffix != _UNFINISHED)


def _describe(settings: Settings, folder: Path) -> None:
    made = {
        "made_at": clock.now().isoformat(),
        "dialect": dialect_of(settings.database_url),
        "sha256": _digest(folder / DATABASE),
    }
    (folder / MANIFEST).write_text(json.dumps(made, indent=2), encoding="utf-8")


def _manifest(folder: Path) -> dict[str, Any]:
    """What a backup says about itself. Raises Failed."""
    try:
        made: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        is_whole = _digest(folder / DATABASE) == made["sha256"]
    except (OSError, ValueError, KeyError):
        raise Failed(f"{folder} is no backup, or not all of one.") from None
    if not is_whole:
        raise Failed(f"{folder / DATABASE} is not what was written when it was made.")
    return made


def _digest(file: Path) -> str:
    # A database may look in order although some text in it is not what it was.
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


async def _is_used(settings: Settings) -> bool:
    await migrate(settings.database_url)
    async with connected(settings):
        return await restoring.is_used()


def _copy_files(source: Path, target: Path) -> None:
    """All that is there; what vanishes meanwhile was not to be kept."""
    for file in source.rglob("*") if source.exists() else ():
        if file.is_file():
            there = target / file.relative_to(source)
            there.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copy2(file, there)
            except FileNotFoundError:
                continue
