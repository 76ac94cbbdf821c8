"""The command that looks whether all is as it should be."""

import asyncio
import sys
from collections.abc import AsyncIterator

from commands.command import Given
from commands.database import connected
from models import OutgoingState
from models.database import pulse
from models.database.address import dialect_of, file_of
from models.database.integrity import damage_of
from models.invariants import violations
from models.outgoing_email import survey
from operations.health import Health
from settings import Settings


async def run(settings: Settings, _: Given) -> None:
    """Say what is wrong, and end with 1 if something is. Changes nothing but the heartbeat."""
    wrong = [it async for it in _findings(settings)]
    print("\n".join(f"!! {it}" for it in wrong) or "All is as it should be.")
    if wrong:
        sys.exit(1)


async def _findings(settings: Settings) -> AsyncIterator[str]:
    if dialect_of(settings.database_url) == "sqlite":
        for it in await asyncio.to_thread(damage_of, file_of(settings.database_url)):
            yield f"The database is damaged: {it}."
    async with connected(settings):
        if missing := await pulse.missing_migrations():
            yield f"The tables are of an older version: {', '.join(missing)} did not run."
            return
        for name, outcome in (
            await Health(settings, asyncio.Event(), sends=True).outcomes()
        ).items():
            if not outcome.is_good:
                yield f"{name}: {outcome.words}"
        for it in await violations():
            yield it
        counts = await survey.counts()
        for state in (OutgoingState.DEAD, OutgoingState.HELD):
            if counts[state]:
                yield f"{counts[state]} e-mails are {state.name}: `mail list --state {state.name}`."
