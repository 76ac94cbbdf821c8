"""E-mail addresses, as they are kept."""

import re

import idna

LONGEST = 254  # characters (RFC 5321, with the brackets of a path)

# What browsers accept in a form: https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_FORM = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")

# What could be an encoded word (RFC 2047) is decoded in headers, into other addresses and into headers.
_ENCODED = "=?"


class NotAnAddress(ValueError):
    """This cannot be written to."""


def normal(address: str) -> str:
    """The address as it is kept: a domain of other letters in IDNA, in lower case. Raises NotAnAddress."""
    name, at, domain = address.strip().rpartition("@")
    normal = f"{name}{at}{_ascii(domain)}"
    if len(normal) > LONGEST or not _FORM.fullmatch(normal) or _ENCODED in normal:
        raise NotAnAddress(address)
    return normal


def key(written: str) -> str | None:
    """What an address is found by, however somebody writes it; None for what is none."""
    try:
        return normal(written).casefold()
    except NotAnAddress:
        return None


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        # IDNA 2008, for Python's own codec takes straße.de for strasse.de, which is somebody else's.
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        raise NotAnAddress(domain) from None
