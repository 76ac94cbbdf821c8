"""Where messages go, and the ways in which that may fail."""

import asyncio
import logging
import re
from pathlib import Path
from typing import Protocol

from models import OutgoingEmail, text

LONGEST_REASON = 500  # characters

log = logging.getLogger(__name__)


class NotDelivered(Exception):
    """A message did not go out; the text says why, for coordinators.

    Mail servers answer in any encoding, and at any length.
    """

    def __init__(self, why: str) -> None:
        super().__init__(text.printable(why[:LONGEST_REASON]))


class TryLater(NotDelivered):
    """Another attempt may succeed. If it `is_in_doubt`, this one may have, too."""

    def __init__(self, why: str, *, is_in_doubt: bool = False) -> None:
        super().__init__(why)
        self.is_in_doubt = is_in_doubt


class Undeliverable(NotDelivered):
    """No attempt will succeed. If `is_nobody_there`, nor will any other e-mail to this address."""

    def __init__(self, why: str, *, is_nobody_there: bool = False) -> None:
        super().__init__(why)
        self.is_nobody_there = is_nobody_there


class OutOfOrder(NotDelivered):
    """Nothing can be delivered at present; it is not the fault of the message."""


class Delivery(Protocol):
    """A way out."""

    async def deliver(self, email: OutgoingEmail) -> None:
        """Hand over an e-mail as it is written. Raises TryLater, Undeliverable, OutOfOrder."""

    async def rest(self) -> None:
        """Let go of what nobody has needed for a while."""

    async def close(self) -> None:
        """Let go of everything."""


class MailFolder:
    """A folder that gets one `.eml` file per message, where there is no mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, email: OutgoingEmail) -> None:
        """Write the file; the same e-mail again is the same file. Raises OutOfOrder."""
        file = self._folder / _file_name(email)
        try:
            await asyncio.to_thread(_write, file, email.mime or "")
        except OSError as trouble:
            raise OutOfOrder(str(trouble)) from trouble
        log.info("e-mail %s is in %s", email.id, file)

    async def rest(self) -> None:
        """Nothing is held."""

    async def close(self) -> None:
        """Nothing is held."""


def _file_name(email: OutgoingEmail) -> str:
    day = f"{email.created_at:%Y%m%d-%H%M%S}"
    reader, subject = _slug(email.address or ""), _slug(email.subject or "")
    return f"{day}-{reader}-{subject}-{email.id[-4:]}.eml"


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:50].strip("-")


def _write(file: Path, mime: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Renamed when it is whole: a mail program that watches the folder must not read half a message.
    unfinished = file.with_suffix(".part")
    unfinished.write_bytes(mime.encode("ascii"))
    unfinished.replace(file)
