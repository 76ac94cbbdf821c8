"""Where the files of pictures are kept: a folder, or a bucket of any S3-compatible service."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import obstore
from anyio import CapacityLimiter, to_thread
from obstore.exceptions import BaseError, PermissionDeniedError
from obstore.store import LocalStore, S3Store

T = TypeVar("T")

TROUBLE = (BaseError, OSError)  # what the storage raises when it does not do what it is told


class Unreachable(Exception):
    """Nothing can be stored there; the message is the reason: “…”."""


@cache
def _at_once() -> CapacityLimiter:
    return CapacityLimiter(16)


async def _in_thread(work: Callable[[], T]) -> T:
    # Not by obstore's own coroutines: one that is just over when Python ends aborts the process
    # (PyO3/pyo3-async-runtimes issue 40; in 12 of 50 short programs).
    return await to_thread.run_sync(work, limiter=_at_once())


class Storage:
    """Files by name. Raises what is in TROUBLE, unless it says otherwise."""

    def __init__(self, place: str) -> None:
        self._place = place

    async def keep(self, name: str, content: bytes) -> None:
        """Store a file, wholly or not at all."""
        await _in_thread(lambda: obstore.put(self._store, name, content))

    async def read(self, name: str) -> bytes | None:
        """The content of a file; None if there is none."""

        def work() -> bytes:
            return obstore.get(self._store, name).bytes().to_bytes()

        # Amazon forbids to read what is not there to those who may not list what is.
        with suppress(FileNotFoundError, PermissionDeniedError):
            return await _in_thread(work)
        return None

    async def remove(self, name: str) -> None:
        """Remove a file, if it is there, and what a killed process may have left of it."""

        def work() -> None:
            with suppress(FileNotFoundError):
                obstore.delete(self._store, name)
            if isinstance(self._store, LocalStore):
                # Under this name a file is written, until all of it is there.
                Path(self._place, f"{name}#1").unlink(missing_ok=True)

        await _in_thread(work)

    async def check(self) -> None:
        """Store a file and remove it. Raises Unreachable."""
        name = f"check-{secrets.token_hex(8)}"
        try:
            await self.keep(name, b"")
            await self.remove(name)
        except TROUBLE as trouble:
            raise Unreachable(str(trouble).partition("\n")[0].rstrip(". ")) from None

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        """Opened when it is first needed: a folder is made only for what goes into it."""
        if not self._place.startswith("s3://"):
            return LocalStore(self._place, mkdir=True)
        parts = urlsplit(self._place)
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            client_options={
                "allow_http": True,  # for AWS_ENDPOINT_URL; Amazon's own address is https anyway
                "connect_timeout": "5s",
                "timeout": "20s",
            },
            retry_config={"max_retries": 2},
        )
