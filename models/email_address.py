"""E-mail addresses, as they are kept."""

import re

LONGEST = 254  # characters (RFC 5321, with the brackets of a path)

# What browsers accept in a form: https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_FORM = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")


class NotAnAddress(ValueError):
    """This cannot be written to."""


def normal(address: str) -> str:
    """The address as it is kept: a domain of other letters in IDNA, in lower case. Raises NotAnAddress."""
    name, at, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        raise NotAnAddress(address) from None
    normal = f"{name}{at}{ascii_domain.lower()}"
    if len(normal) > LONGEST or not _FORM.fullmatch(normal):
        raise NotAnAddress(address)
    return normal
