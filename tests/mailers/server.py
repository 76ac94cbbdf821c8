"""A mail server on this machine that answers as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

OK = "250 OK"
HANG_UP = "hang up"
PASSWORD = "secret"  # that is right once a server has recovered


@dataclass
class MailHost:
    """What a mail server answers, and what it has taken."""

    mail_from: str = OK
    recipient: str = OK
    refused: dict[str, str] = field(default_factory=dict)  # answers to certain recipients
    message: str = OK
    password: str | None = None
    taken: list[Envelope] = field(default_factory=list)
    port: int = 0
    has_taken: asyncio.Event = field(default_factory=asyncio.Event)
    on_message: Callable[[], None] = lambda: None
    connections: int = 0  # made so far
    asked: int = 0  # messages that somebody wanted to send
    stalls: bool = False  # answers no message
    is_stalling: asyncio.Event = field(default_factory=asyncio.Event)
    sessions: list[SMTP] = field(default_factory=list)
    is_away: bool = False  # refuses connections
    greeting: str | None = None  # said instead of taking part in anything
    takes_all_the_same: bool = False  # whatever it answers
    server: asyncio.Server | None = None

    async def recover(self) -> None:
        """Be a good mail server from now on."""
        self.mail_from = self.recipient = self.message = OK
        self.greeting, self.password = None, self.password and PASSWORD
        self.stalls = self.takes_all_the_same = False
        if self.is_away and self.server:
            await self.server.start_serving()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        envelope.mail_from = address
        return self.mail_from

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.refused.get(address, self.recipient)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        if answer == HANG_UP:
            server.transport.close()
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.on_message()
        if self.stalls:
            self.is_stalling.set()
            await asyncio.Event().wait()
        if self.message.startswith(OK) or self.takes_all_the_same:
            self.taken.append(envelope)
            self.has_taken.set()
        if self.message == HANG_UP:
            server.transport.close()
        return self.message

    @property
    def open(self) -> int:
        """How many connections there are."""
        return sum(
            it.transport is not None and not it.transport.is_closing() for it in self.sessions
        )

    def hang_up(self) -> None:
        """Close every connection."""
        for it in self.sessions:
            if it.transport:
                it.transport.close()

    def authenticator(
        self, server: Any, session: Any, envelope: Any, mechanism: str, login: Any
    ) -> AuthResult:
        is_right = login.password.decode() == self.password
        return AuthResult(success=is_right, handled=False)


class Rude(asyncio.Protocol):
    """Says one thing to who connects, and nothing more; or hangs up."""

    def __init__(self, greeting: str) -> None:
        self._greeting = greeting

    def connection_made(self, transport: Any) -> None:
        if self._greeting == HANG_UP:
            transport.close()
        elif self._greeting:
            transport.write(f"{self._greeting}\r\n".encode())


@asynccontextmanager
async def listening(host: MailHost) -> AsyncIterator[MailHost]:
    """The server, on a port of its own while it is needed."""

    def session() -> asyncio.BaseProtocol:
        host.connections += 1
        if host.greeting is not None:
            return Rude(host.greeting)
        host.sessions.append(_session_of(host))
        return host.sessions[-1]

    loop = asyncio.get_running_loop()
    host.server = await loop.create_server(session, "127.0.0.1", 0, start_serving=not host.is_away)
    host.port = host.server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        host.server.close()
        await host.server.wait_closed()
        host.hang_up()


class _Session(SMTP):
    """Answers in Latin-1, as some mail servers still do."""

    async def push(self, status: str | bytes) -> None:
        await super().push(status.encode("latin-1") if isinstance(status, str) else status)


def _session_of(host: MailHost) -> SMTP:
    return _Session(
        host,
        hostname="localhost",
        authenticator=host.authenticator,
        auth_required=host.password is not None,
        auth_require_tls=False,
    )
