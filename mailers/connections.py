"""Connections to the mail server that are used again, for a while and for one message at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic

import aiosmtplib

from mailers.delivery import OutOfOrder

MOST = 4  # at once; providers count them
MOST_MESSAGES = 100  # over one of them
LONGEST_LIFE = 60.0  # seconds; servers hang up on who stays for long
LONGEST_IDLE = 10.0  # seconds
PATIENCE = 30.0  # seconds until a connection is there, encrypted and signed in
READINESS = 5.0  # seconds until a connection that was used before is ready again
COURTESY = 1.0  # seconds for taking leave, which matters to nobody but the server


class Connection:
    """A connection, and how much it has been used."""

    def __init__(self, server: aiosmtplib.SMTP) -> None:
        self.server = server
        self._begun = self._used = monotonic()
        self._messages = 0

    @property
    def is_good_for_more(self) -> bool:
        """Whether another message may go over it."""
        is_young = monotonic() - self._begun < LONGEST_LIFE
        return is_young and self._messages < MOST_MESSAGES and self._is_in_step

    @property
    def _is_in_step(self) -> bool:
        # An answer too many would be taken for that to the next command, and so on for ever.
        protocol = self.server.protocol
        return self.server.is_connected and protocol is not None and not protocol._buffer

    @property
    def is_idle(self) -> bool:
        """Whether nobody has needed it for a while."""
        return monotonic() - self._used >= LONGEST_IDLE

    def is_used(self) -> None:
        """Note that a message went over it, or was refused."""
        self._messages += 1
        self._used = monotonic()

    async def is_ready(self) -> bool:
        """Make sure that nothing of the last message is left, and that the server is still there."""
        try:
            await self.server.rset(timeout=READINESS)
        except (aiosmtplib.SMTPException, OSError):
            self.server.close()
            return False
        return True

    async def quit(self) -> None:
        """Take leave."""
        with suppress(aiosmtplib.SMTPException, OSError):
            await self.server.quit(timeout=COURTESY)
        self.server.close()


class Connections:
    """The connections of this process to one server."""

    def __init__(self, unconnected: Callable[[], aiosmtplib.SMTP]) -> None:
        self._unconnected = unconnected
        self._places = asyncio.Semaphore(MOST)
        self._free: list[Connection] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection for one message. Raises OutOfOrder if there is none to be had.

        Whatever is raised within the block leaves it in a state that nobody knows: it is thrown
        away, and so it is if the block is cancelled.
        """
        async with self._places:
            connection = await self._ready() or Connection(await self._connected())
            try:
                yield connection.server
            except BaseException:
                connection.server.close()
                raise
            connection.is_used()
            self._free.append(connection)

    async def _ready(self) -> Connection | None:
        while self._free:
            connection = self._free.pop()
            try:
                if not connection.is_good_for_more:
                    await connection.quit()
                elif await connection.is_ready():
                    return connection
            except BaseException:  # cancelled
                connection.server.close()
                raise
        return None

    async def _connected(self) -> aiosmtplib.SMTP:
        server = self._unconnected()
        try:
            async with asyncio.timeout(PATIENCE):
                await server.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:
            server.close()
            raise OutOfOrder(f"The mail server cannot be used: {_why(trouble)}") from trouble
        return server

    async def rest(self) -> None:
        """Close those that nobody has needed for a while, or that are used up."""
        given_up = [it for it in self._free if it.is_idle or not it.is_good_for_more]
        self._free = [it for it in self._free if it not in given_up]
        await _quit(given_up)

    async def close(self) -> None:
        """Close all that are free."""
        free, self._free = self._free, []
        await _quit(free)


async def _quit(connections: list[Connection]) -> None:
    await asyncio.gather(*[it.quit() for it in connections])


def _why(trouble: Exception) -> str:
    if isinstance(trouble, aiosmtplib.SMTPResponseException):
        return f"{trouble.code} {trouble.message}"
    return str(trouble) or "it took too long to connect."
