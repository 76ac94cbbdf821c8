"""Whether a process can do its work: a table of checks, each with its outcome in a sentence."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from pathlib import Path
from time import monotonic, perf_counter

from models import clock
from models.database import pulse
from models.database.address import dialect_of, file_of
from models.outgoing_email import survey
from settings import Settings

PATIENCE = 1.0  # seconds for each check
FRESH = 1.0  # seconds for which an outcome holds, however many ask
MOST_SKEW = timedelta(seconds=5)
MOST_LAG = timedelta(minutes=30)  # of the e-mail that is due for longest
LEAST_FREE = 0.1  # of a disk …
ENOUGH_FREE = 10 * 2**30  # … or so many bytes, which is enough of a large one


@dataclass(frozen=True)
class Outcome:
    """Of one check; the words hold nothing that is secret."""

    is_good: bool
    words: str


class Health:
    """The checks of one process; asked often, it looks once a second."""

    def __init__(self, settings: Settings, stopping: asyncio.Event, *, sends: bool) -> None:
        self._stopping = stopping
        self._settings = settings
        self._checks: dict[str, Callable[[], Awaitable[Outcome]]] = {
            "database": _database,
            "schema": _schema,
            "clock": _clock,
            "disk": self._disk,
        }
        if sends:
            # Others can answer whether or not the mail server can.
            self._checks["outbox"] = _outbox
        self._known: dict[str, Outcome] = {}
        self._looked_at = -inf
        self._looking = asyncio.Lock()

    async def outcomes(self) -> dict[str, Outcome]:
        """What each check comes to."""
        if self._stopping.is_set():
            return {"stopping": Outcome(is_good=False, words="The process was told to stop.")}
        async with self._looking:
            if monotonic() - self._looked_at >= FRESH:
                found = await asyncio.gather(*[_outcome(it) for it in self._checks.values()])
                self._known = dict(zip(self._checks, found, strict=True))
                self._looked_at = monotonic()
        return self._known

    async def _disk(self) -> Outcome:
        return await asyncio.to_thread(disk, self._settings)


def disk(settings: Settings) -> Outcome:
    """Of the fullest of the disks that the settings name."""
    free, folder = min((_free(it), it) for it in _folders(settings))
    words = f"{free:.0%} of the disk with {folder} are free."
    return Outcome(free > LEAST_FREE, words)


def _folders(settings: Settings) -> set[Path]:
    folders = {Path()}
    if dialect_of(settings.database_url) == "sqlite":
        folders.add(file_of(settings.database_url).parent)
    if settings.pictures_folder:
        folders.add(settings.pictures_folder)
    return {
        next(up for up in (it.absolute(), *it.absolute().parents) if up.exists()) for it in folders
    }


def _free(folder: Path) -> float:
    """The part of its disk that is free; all of it where that is plenty."""
    usage = shutil.disk_usage(folder)
    return 1.0 if usage.free > ENOUGH_FREE else usage.free / usage.total


async def _outcome(check: Callable[[], Awaitable[Outcome]]) -> Outcome:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except TimeoutError:
        return Outcome(is_good=False, words=f"No answer within {PATIENCE:g} s.")
    except Exception as trouble:
        # What it says may hold a password, or what people wrote.
        return Outcome(is_good=False, words=f"It fails ({type(trouble).__name__}).")


async def _database() -> Outcome:
    begun = perf_counter()
    await pulse.write_and_read()
    return Outcome(is_good=True, words=f"Written and read in {perf_counter() - begun:.3f} s.")


async def _schema() -> Outcome:
    missing = await pulse.missing_migrations()
    words = f"{', '.join(missing)} did not run." if missing else "All migrations ran."
    return Outcome(not missing, words)


async def _clock() -> Outcome:
    skew = await pulse.skew()
    words = f"The database's clock is {skew.total_seconds():+.3f} s from ours."
    return Outcome(abs(skew) < MOST_SKEW, words)


async def _outbox() -> Outcome:
    since = await survey.longest_due()
    lag = clock.now() - since if since else timedelta()
    words = f"The e-mail that is due for longest has been for {lag.total_seconds():.0f} s."
    return Outcome(lag < MOST_LAG, words)
