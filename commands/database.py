"""The database as commands need it, and the command that does nothing else."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from commands.command import Given
from models.database import connect, disconnect, migrate
from models.signatures import Signatures, Standing
from settings import Settings, WrongSetting

log = logging.getLogger("mentor_match")


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[None]:
    """The database, connected, with its tables as this version needs them. Raises WrongSetting."""
    await prepare(settings)
    async with connected(settings):
        yield


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[None]:
    """The database, connected, with its tables as they are."""
    await connect(settings.database_url)
    try:
        yield
    finally:
        await disconnect()


async def prepare(settings: Settings) -> None:
    """Bring the tables up to this version, and see that it is ours. Raises Unusable, WrongSetting."""
    for name in await migrate(settings.database_url):
        log.info("migrated: %s", name)
    async with connected(settings):
        await _check_key(settings)


_WHY_NOT = {
    Standing.OUTDATED: "is a former one: give the newest, which signs the links by now, before it,"
    " with a space between",
    Standing.UNKNOWN: "is not the one that signed the links of this database: give that one, too,"
    " after a space",
}


async def _check_key(settings: Settings) -> None:
    """Make sure that we know the links in e-mails that others sent. Raises WrongSetting."""
    standing = await Signatures(settings.keys).standing()
    if standing is not Standing.CURRENT:
        raise WrongSetting("SECRET_KEY", _WHY_NOT[standing])


async def migrate_it(settings: Settings, _: Given) -> None:
    """Bring the tables of the database up to this version."""
    applied = await migrate(settings.database_url)
    print("\n".join(f"applied {it}" for it in applied) or "The database is up to date.")
