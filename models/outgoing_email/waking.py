"""Waking the workers of this process when an e-mail was promised, before they would look anyway."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

_sleepers: set[asyncio.Event] = set()  # other processes hear of it from the database, or look


@contextmanager
def awake() -> Iterator[asyncio.Event]:
    """An event that is set whenever this process has promised an e-mail, for the block."""
    promised = asyncio.Event()
    _sleepers.add(promised)
    try:
        yield promised
    finally:
        _sleepers.discard(promised)


def wake() -> None:
    """Tell everybody that there is something to send."""
    for it in _sleepers:
        it.set()
