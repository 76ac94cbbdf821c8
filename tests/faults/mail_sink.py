"""A mail server that takes everything, and remembers what it has taken how often."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from time import perf_counter
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mailers.server import MailHost, listening


@dataclass
class Sink(MailHost):
    """Counts each message by its Message-ID, and by that and its bytes."""

    by_id: Counter[str] = field(default_factory=Counter)
    by_bytes: Counter[tuple[str, str]] = field(default_factory=Counter)
    accepted_at: dict[str, float] = field(default_factory=dict)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        id = str(message_from_bytes(content)["Message-ID"])
        self.by_id[id] += 1
        self.by_bytes[id, hashlib.sha256(content).hexdigest()] += 1
        self.accepted_at.setdefault(id, perf_counter())
        self.has_taken.set()
        return self.message

    @property
    def total(self) -> int:
        """All that was taken, doubles too."""
        return self.by_id.total()

    @property
    def doubles(self) -> int:
        """What was taken again."""
        return self.total - len(self.by_id)


@asynccontextmanager
async def sink(**details: Any) -> AsyncIterator[Sink]:
    """The server, while it is needed."""
    host = Sink(**details)
    async with listening(host):
        yield host
