"""Handing messages to a mail server, and understanding what it answers."""

import asyncio
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from mailers.delivery import OutOfOrder, TryLater, Undeliverable
from models import OutgoingEmail

TIMEOUT = 30.0  # seconds for each answer of the server
LONGEST_SEND = 60.0  # seconds for one message: well within the lease of the worker
SERVICE_CLOSING = 421


class MailServer:
    """An SMTP server: `smtp://` encrypts when the server offers it, `smtps://` from the start.

    A password never travels in clear text, except to this very machine.
    """

    def __init__(self, url: str, sender: str) -> None:
        self._url = urlsplit(url)
        self._sender = parseaddr(sender)[1]

    async def deliver(self, email: OutgoingEmail) -> None:
        """Send a message. Raises TryLater, Undeliverable, OutOfOrder."""
        # A connection for each message: after a timeout or a cancellation it cannot be used again.
        server = self._connection()
        try:
            async with asyncio.timeout(LONGEST_SEND):
                await _connect(server)
                await self._send(server, email)
        except TimeoutError as slow:
            raise TryLater("The mail server took too long.", is_in_doubt=True) from slow
        finally:
            server.close()

    async def _send(self, server: aiosmtplib.SMTP, email: OutgoingEmail) -> None:
        recipient, message = email.address or "", (email.mime or "").encode("ascii")
        try:
            await server.sendmail(self._sender, [recipient], message)
        except aiosmtplib.SMTPSenderRefused as no:
            raise _about_us(no) from no
        except aiosmtplib.SMTPRecipientsRefused as no:
            raise _about_the_message(no.recipients[0]) from no
        except aiosmtplib.SMTPResponseException as no:
            raise _about_the_message(no) from no
        except (aiosmtplib.SMTPServerDisconnected, OSError) as gone:
            raise TryLater(f"The connection broke: {gone}", is_in_doubt=True) from gone

    def _connection(self) -> aiosmtplib.SMTP:
        url = self._url
        is_encrypted = url.scheme == "smtps"
        must_encrypt = bool(url.password) and not is_encrypted and not _is_this_machine(url)
        return aiosmtplib.SMTP(
            hostname=url.hostname,
            port=url.port,
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_tls=is_encrypted,
            start_tls=True if must_encrypt else False if is_encrypted else None,
            timeout=TIMEOUT,
        )


async def _connect(server: aiosmtplib.SMTP) -> None:
    """Connect, encrypt and sign in. Raises OutOfOrder: no message can do anything about it."""
    try:
        await server.connect()
    except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:
        raise OutOfOrder(f"The mail server cannot be used: {trouble}") from trouble


def _about_us(no: aiosmtplib.SMTPResponseException) -> OutOfOrder | TryLater:
    """What a refusal means that came before the server knew the reader."""
    if no.code == SERVICE_CLOSING or no.code >= 500:
        return OutOfOrder(_answer(no))
    return TryLater(_answer(no))


def _about_the_message(
    no: aiosmtplib.SMTPResponseException,
) -> OutOfOrder | TryLater | Undeliverable:
    if no.code == SERVICE_CLOSING:
        return OutOfOrder(_answer(no))
    return Undeliverable(_answer(no)) if no.code >= 500 else TryLater(_answer(no))


def _answer(no: aiosmtplib.SMTPResponseException) -> str:
    return f"{no.code} {no.message}"


def _is_this_machine(url: SplitResult) -> bool:
    if url.hostname == "localhost":
        return True
    try:
        return ip_address(url.hostname or "").is_loopback
    except ValueError:
        return False
