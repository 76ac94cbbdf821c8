"""Endings that a cancellation may delay nothing of."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(ending: Awaitable[T]) -> T:
    """Await something to its end even when cancelled meanwhile; the cancellation goes on after it.

    A commit that is left half way leaves a connection in a state that nobody knows.
    """
    task = asyncio.ensure_future(ending)
    cancellation = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as cancelled:
            if task.cancelled():
                raise
            cancellation = cancelled
    if cancellation:
        raise cancellation
    return task.result()
