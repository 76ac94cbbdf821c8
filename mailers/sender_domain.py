"""What the DNS says of the domain that e-mails come from: whether it takes answers, and who may send.

The servers of readers look at the same, and refuse what it does not allow, or take it for junk.
"""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

from dns.asyncresolver import Resolver
from dns.exception import DNSException
from dns.name import from_text as absolute
from dns.name import root
from dns.resolver import NXDOMAIN, NoAnswer

from mailers.finding import Finding, wrong
from models import text
from settings import Settings

PATIENCE = 5.0  # seconds for each question
LONGEST_SHOWN = 200  # characters of a record

_NOBODYS = re.compile(r"(.*\.)?(example\.(com|net|org)|example|test|invalid|localhost)")
_SPF, _DMARC = re.compile(r"v=spf1(\s|$)", re.IGNORECASE), re.compile(r"v=DMARC1\s*(;|$)")
_TERM = re.compile(
    r"[-+~?]?(all|(include|exists):\S+|(a|mx|ptr)([:/]\S+)?|ip[46]:\S+)|[a-z][\w.-]*=\S*",
    re.IGNORECASE,
)
_ADVICE = "“v=spf1 …” that names your mail server and ends with “-all” or “~all”"
_POLICIES = {
    "none": "others who use your name are only reported",
    "quarantine": "e-mails of others in your name are junk",
    "reject": "e-mails of others in your name are refused",
}


class Unasked(Exception):
    """The DNS did not answer, which says nothing about the domain."""


def resolver(settings: Settings) -> Resolver:
    """What asks the DNS server of the settings, or those of the machine. Raises DNSException."""
    asking = Resolver(configure=settings.dns_server is None)
    if settings.dns_server:
        address, asking.port = settings.dns_server
        asking.nameservers = [address]
    asking.lifetime = PATIENCE
    return asking


async def about(domain: str, asking: Resolver) -> AsyncIterator[Finding]:
    """What there is to say about a domain, as the DNS has it."""
    if _NOBODYS.fullmatch(domain.lower()):
        yield wrong(f"MAIL_FROM is at {domain}, which is nobody's: say who you are.")
        return
    try:
        async for it in _about(_Domain(domain, asking)):
            yield it
    except Unasked as trouble:
        yield Finding(f"The DNS could not be asked about {domain} ({trouble}): please try again.")
    yield Finding(
        "Whether your mail server signs e-mails (DKIM) stands in those that arrived: have one sent to"
        f" yourself, and look for “dkim=pass” with “header.d={domain}” in its source."
    )


class _Domain:
    """A domain of which one can ask for records."""

    def __init__(self, name: str, asking: Resolver) -> None:
        self.name = name
        self._asking = asking

    async def records(self, kind: str, below: str = "") -> Sequence[Any] | None:
        """The records of a kind; None if there is no such name. Raises Unasked."""
        try:
            name = absolute(below + self.name, root)
            return list(await self._asking.resolve(name, kind, search=False))
        except NoAnswer:
            return []
        except NXDOMAIN:
            return None
        except (DNSException, OSError) as trouble:
            raise Unasked(_short(str(trouble)).rstrip(".")) from trouble

    async def texts(self, form: re.Pattern[str], below: str = "") -> list[str]:
        """The texts of this form."""
        found = await self.records("TXT", below) or ()
        # A long text is several strings, with nothing between them.
        joined = (b"".join(it.strings).decode("utf-8", "replace") for it in found)
        return [it for it in joined if form.match(it)]

    @property
    def parents(self) -> list["_Domain"]:
        """Those that it belongs to, the nearest first."""
        labels = self.name.split(".")
        names = (".".join(labels[it:]) for it in range(1, len(labels) - 1))
        return [_Domain(it, self._asking) for it in names]


async def _about(domain: _Domain) -> AsyncIterator[Finding]:
    servers = await domain.records("MX")
    if servers is None:
        yield wrong(f"There is no domain {domain.name}: correct MAIL_FROM, or register it.")
        return
    yield await _about_answers(domain, servers)
    yield _about_spf(domain, await domain.texts(_SPF))
    yield await _about_dmarc(domain)


async def _about_answers(domain: _Domain, servers: Sequence[Any]) -> Finding:
    hosts = [it.exchange.to_text(omit_final_dot=True) for it in servers]
    if [it.exchange for it in servers] == [root]:
        return wrong(f"{domain.name} takes no e-mails, says its MX “.”: name a server that does.")
    if hosts:
        return Finding(f"Answers and bounces go to {_short(', '.join(sorted(hosts)))}.")
    if await domain.records("A") or await domain.records("AAAA"):
        return Finding(f"{domain.name} has no MX: answers and bounces go to its own address.")
    return wrong(
        f"{domain.name} has neither MX nor address, so that answers and bounces are lost, and many"
        " servers take no e-mails from there: add an MX."
    )


def _about_spf(domain: _Domain, found: Sequence[str]) -> Finding:
    if not found:
        return wrong(f"{domain.name} has no SPF: add a TXT record {_ADVICE}.")
    if len(found) > 1:
        return wrong(
            f"{domain.name} has {len(found)} SPF records, of which none counts: join them."
        )
    terms = found[0].split()[1:]
    if odd := next((it for it in terms if not _TERM.fullmatch(it)), None):
        return wrong(f"The SPF of {domain.name} has “{_short(odd)}” in it, which means nothing.")
    everybody = next((it.lower() for it in terms if it.lower().lstrip("-+~?") == "all"), None)
    if everybody in ("all", "+all"):
        return wrong(f"The SPF of {domain.name} lets everybody send: end it with “-all” or “~all”.")
    if everybody == "?all" or not (everybody or any("redirect=" in it.lower() for it in terms)):
        return Finding(
            f"The SPF of {domain.name} does not say what others may: end it with “-all” or “~all”."
        )
    return Finding(f"See that your mail server is in the SPF of {domain.name}: {_short(found[0])}")


async def _about_dmarc(domain: _Domain) -> Finding:
    for it in (domain, *domain.parents):
        if found := await it.texts(_DMARC, "_dmarc."):
            return _about_policy(f"_dmarc.{it.name}", found, is_of_parent=it is not domain)
    advice = "“v=DMARC1; p=none; rua=mailto:…” to begin with, with your address for reports"
    return wrong(f"{domain.name} has no DMARC: add a TXT record _dmarc.{domain.name} {advice}.")


def _about_policy(name: str, found: Sequence[str], *, is_of_parent: bool) -> Finding:
    if len(found) > 1:
        return wrong(f"{name} has {len(found)} DMARC records, of which none counts: leave one.")
    pairs = (it.partition("=") for it in found[0].split(";"))
    tags = {key.strip().lower(): value.strip().lower() for key, _, value in pairs}
    policy = tags.get("p", "")
    policy = tags.get("sp", policy) if is_of_parent else policy
    if policy not in _POLICIES:
        known = ", ".join(_POLICIES)
        return wrong(f"{name} has no policy that is known: “p” must be one of {known}.")
    return Finding(f"By {name}, {_POLICIES[policy]} (p={policy}).")


def _short(words: str) -> str:
    return text.printable(words)[:LONGEST_SHOWN]
