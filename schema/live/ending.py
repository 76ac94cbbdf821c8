"""Tasks that one waits for, and that end with whoever waits."""

import asyncio
from typing import Any

from models.live import Follower

PATIENCE = 5.0  # seconds for what is under way; as many as a statement may take


async def first_of(*several: "asyncio.Future[Any]") -> None:
    """Wait until one of them is done."""
    await asyncio.wait(several, return_when=asyncio.FIRST_COMPLETED)


async def ended(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel tasks, and see them end; whatever they fail with is of no interest any more."""
    for it in tasks:
        it.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def left(follower: Follower, telling: "asyncio.Future[Any]") -> None:
    """Have a follower leave, and see its task end.

    By itself, if it can: graphql-core, cancelled while it works, complains of what it did not begin.
    """
    follower.leave()
    await asyncio.wait({telling}, timeout=PATIENCE)
    await ended(telling)
