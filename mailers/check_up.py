"""What keeps e-mails from arriving: finding it out, and saying it in sentences."""

import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiosmtplib
from dns.exception import DNSException

from mailers import sender_domain
from mailers.finding import Finding, wrong
from mailers.smtp import MailServer
from models import OutgoingState, clock, text
from models.outgoing_email import survey
from models.outgoing_email.suppression import count_suppressed
from settings import Settings

PATIENCE = 10.0  # seconds for each answer of the mail server
LATE = timedelta(minutes=10)  # after which an e-mail that is due should be on its way


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """What there is to say about the settings, the mail server, the domain and the outbox."""
    for it in _about_links(settings):
        yield it
    async for it in _about_sender(settings):
        yield it
    async for it in _about_server(settings):
        yield it
    async for it in _about_outbox():
        yield it


def _about_links(settings: Settings) -> list[Finding]:
    url = settings.public_url
    if _is_local(urlsplit(url).hostname or ""):
        return [wrong(f"PUBLIC_URL is {url}: links in e-mails would lead their readers nowhere.")]
    if not settings.is_https:
        why = "Unsubscribing by one click needs https, and so does everybody's privacy."
        return [wrong(f"PUBLIC_URL is {url}. {why}")]
    return [Finding(f"Links in e-mails lead to {settings.client_url or url}.")]


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _about_sender(settings: Settings) -> AsyncIterator[Finding]:
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    try:
        asking = sender_domain.resolver(settings)
    except DNSException as trouble:
        yield Finding(f"The DNS cannot be asked about {domain}: {trouble} Set DNS_SERVER.")
        return
    async for it in sender_domain.about(domain, asking):
        yield it


async def _about_server(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.smtp_url:
        yield wrong("SMTP_URL is not set: e-mails become files, and nobody gets any.")
        return
    server = MailServer(settings.smtp_url, settings.mail_from).connection(is_bare=True)
    server.timeout = PATIENCE
    try:
        async for it in _conversation(server, settings):
            yield it
    except ssl.SSLError as trouble:
        yield wrong(f"The mail server's certificate is not good: {trouble}.")
    except aiosmtplib.SMTPResponseException as no:
        yield wrong(f"The mail server says {no.code} {text.printable(no.message)}.")
    except (aiosmtplib.SMTPException, OSError) as trouble:
        yield wrong(f"The mail server cannot be used: {text.printable(str(trouble))}.")
    finally:
        server.close()


async def _conversation(server: aiosmtplib.SMTP, settings: Settings) -> AsyncIterator[Finding]:
    """All that sending an e-mail needs, up to the point where there would be one."""
    mail_server = MailServer(settings.smtp_url or "", settings.mail_from)
    await server.connect()
    await server.ehlo()
    yield Finding(f"The mail server answers at {server.hostname}.")
    if not server.use_tls and server.supports_extension("starttls"):
        await server.starttls()
        await server.ehlo()
    if server.get_transport_info("sslcontext"):
        yield Finding("It encrypts, and its certificate is good.")
    elif not _is_local(server.hostname or ""):
        yield wrong("It does not encrypt: whoever is on the way reads the e-mails.")
    if mail_server.user:
        await server.login(mail_server.user, mail_server.password)
        yield Finding(f"It knows the user {mail_server.user} by the password.")
    await server.mail(mail_server.sender)
    await server.rset()
    yield Finding(f"It takes e-mails from {mail_server.sender}.")
    await server.quit()


async def _about_outbox() -> AsyncIterator[Finding]:
    since = await survey.longest_due()
    if since and clock.now() - since > LATE:
        late = round((clock.now() - since).total_seconds() / 60)
        yield wrong(f"An e-mail has been due for {late} minutes: does a worker run? See its log.")
    number = await survey.counts()
    waiting = _counted(number[OutgoingState.QUEUED], "e-mail waits", "e-mails wait")
    yield Finding(f"{waiting}." if since else f"{waiting}; none is late.")
    if dead := number[OutgoingState.DEAD]:
        given_up = _counted(dead, "e-mail was given up", "e-mails were given up")
        yield Finding(f"{given_up}: `mail list --state DEAD` shows them.")
    suppressed = _counted(await count_suppressed(), "address gets", "addresses get")
    yield Finding(f"{suppressed} nothing more, because nobody is there.")


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
