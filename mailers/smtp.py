"""Handing messages to a mail server, and understanding what it answers."""

import asyncio
import re
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from mailers.connections import Connections
from mailers.delivery import NotDelivered, OutOfOrder, TryLater, Undeliverable
from models import OutgoingEmail, measures

TIMEOUT = 30.0  # seconds for each answer of the server
LONGEST_SEND = 60.0  # seconds for one message
SERVICE_CLOSING = 421
TOO_LARGE = 552  # to the size that MAIL FROM announces

# 5.1.7 and 5.1.8 are about the address of the sender (RFC 3463), and 5.1.0 may be: Postfix says it of
# senders that it does not know, and only once it has heard the reader.
_NOBODY_THERE = re.compile(r"5\.1\.(?![078]\b)\d+\b")


class MailServer:
    """An SMTP server: `smtp://` encrypts when the server offers it, `smtps://` from the start.

    A password never travels in clear text, except to this very machine.
    """

    def __init__(self, url: str, sender: str) -> None:
        self._url = urlsplit(url)
        self.user = unquote(self._url.username or "")
        self.password = unquote(self._url.password or "")
        self.sender = parseaddr(sender)[1]
        self._connections = Connections(self.connection)

    async def deliver(self, email: OutgoingEmail) -> None:
        """Send a message. Raises TryLater, Undeliverable, OutOfOrder."""
        async with self._connections.one() as server:
            refusal = await self._send(server, email)
        if refusal is not None:
            raise refusal

    async def rest(self) -> None:
        """Close the connections that nobody has needed for a while."""
        await self._connections.rest()

    async def close(self) -> None:
        """Close all connections."""
        await self._connections.close()

    def connection(self, *, is_bare: bool = False) -> aiosmtplib.SMTP:
        """A new connection, not yet made. A bare one neither encrypts nor signs in by itself."""
        url = self._url
        is_encrypted = url.scheme == "smtps"
        must_encrypt = bool(self.password) and not is_encrypted and not _is_this_machine(url)
        return aiosmtplib.SMTP(
            hostname=url.hostname,
            port=url.port,
            username=None if is_bare else self.user or None,
            password=None if is_bare else self.password or None,
            use_tls=is_encrypted,
            start_tls=False if is_bare or is_encrypted else True if must_encrypt else None,
            timeout=TIMEOUT,
        )

    async def _send(self, server: aiosmtplib.SMTP, email: OutgoingEmail) -> NotDelivered | None:
        """Send a message, or give the refusal of a server that is ready for the next one."""
        message = (email.mime or "").encode("ascii")
        transfer = _Transfer(server)
        try:
            async with asyncio.timeout(LONGEST_SEND):
                await transfer.run(self.sender, email.address or "", message)
        except aiosmtplib.SMTPResponseException as no:
            measures.SMTP_ANSWERS.add(str(no.code))
            refusal = _meaning(no, transfer)
            if not server.is_connected or not 400 <= no.code < 600 or no.code == SERVICE_CLOSING:
                raise refusal from no
            return refusal
        except TimeoutError as slow:
            measures.SMTP_ANSWERS.add("timeout")
            why = "The mail server took too long."
            raise TryLater(why, is_in_doubt=transfer.may_have_arrived) from slow
        except (aiosmtplib.SMTPException, OSError) as gone:
            measures.SMTP_ANSWERS.add("disconnected")
            why = f"The connection broke: {gone}"
            raise TryLater(why, is_in_doubt=transfer.may_have_arrived) from gone
        measures.SMTP_ANSWERS.add("250")
        return None


class _Transfer:
    """Saying to a server what is to be said for one message, and how far that got."""

    def __init__(self, server: aiosmtplib.SMTP) -> None:
        self._server = server
        self.knows_reader = False  # the server was told whom it is for
        self.may_have_arrived = False

    async def run(self, sender: str, recipient: str, message: bytes) -> None:
        """Raises what aiosmtplib does."""
        has_size = self._server.supports_extension("size")
        await self._server.mail(sender, options=[f"SIZE={len(message)}"] if has_size else [])
        self.knows_reader = True
        await self._server.rcpt(recipient)
        self.may_have_arrived = True
        await self._server.data(message)


def _meaning(no: aiosmtplib.SMTPResponseException, transfer: _Transfer) -> NotDelivered:
    """What the answer of a server means for the message."""
    answer = f"{no.code} {no.message}"
    if no.code == SERVICE_CLOSING:
        return OutOfOrder(answer)
    if not transfer.knows_reader and no.code != TOO_LARGE:
        # Not about this message, which the server knows nothing of yet.
        return OutOfOrder(answer)
    if no.code < 400:
        # Nothing that a mail server says: nobody knows what it has done.
        return TryLater(answer, is_in_doubt=transfer.may_have_arrived)
    if no.code < 500:
        return TryLater(answer)
    return Undeliverable(answer, is_nobody_there=bool(_NOBODY_THERE.match(no.message)))


def _is_this_machine(url: SplitResult) -> bool:
    if url.hostname == "localhost":
        return True
    try:
        return ip_address(url.hostname or "").is_loopback
    except ValueError:
        return False
