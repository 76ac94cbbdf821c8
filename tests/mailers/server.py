"""A mail server on this machine that answers as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

OK = "250 OK"


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
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.on_message()
        if self.stalls:
            self.is_stalling.set()
            await asyncio.Event().wait()
        if self.message.startswith(OK):
            self.taken.append(envelope)
            self.has_taken.set()
        if self.message == "hang up":
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


@asynccontextmanager
async def listening(host: MailHost) -> AsyncIterator[MailHost]:
    """The server, on a port of its own while it is needed."""

    def session() -> SMTP:
        needs_password = host.password is not None
        host.connections += 1
        host.sessions.append(
            SMTP(
                host,
                hostname="localhost",
                authenticator=host.authenticator,
                auth_required=needs_password,
                auth_require_tls=False,
            )
        )
        return host.sessions[-1]

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()
        await server.wait_closed()
        host.hang_up()
