"""How the variables are read. Each of these raises ValueError with what is wrong: “is no …”."""

import re
from contextlib import suppress
from email.headerregistry import Address
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import idna

SHORTEST_KEY = 32  # characters

Network = IPv4Network | IPv6Network

_ATOM = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+"
_SENDER = re.compile(
    rf"""(?:"?(?P<name>[^"<>@]*)"?\s*(?P<opened><))?"""
    rf"""(?P<user>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>[^"<>@]*[^"<>@.])(?(opened)>)"""
)


def port(value: str) -> int:
    """A port to listen on."""
    if not (value.isascii() and value.isdecimal()):
        raise ValueError("is not a whole number")
    if not 0 < int(value[:6]) < 65536:
        raise ValueError("is not a port between 1 and 65535")
    return int(value)


def amount(value: str) -> int:
    """A number of at least one."""
    if not (value.isascii() and value.isdecimal()):
        raise ValueError("is not a whole number")
    if not (len(value) <= 10 and 0 < int(value) <= 10**9):
        raise ValueError("is not between one and a billion")
    return int(value)


def seconds(value: str) -> float:
    """A duration of up to an hour."""
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", value):
        raise ValueError("is no number of seconds")
    if not 0 < float(value) <= 3600:
        raise ValueError("is not between nothing and an hour")
    return float(value)


def pause(value: str) -> float:
    """A duration of up to an hour, or none."""
    return 0.0 if re.fullmatch(r"0+(\.0+)?", value) else seconds(value)


def networks(value: str) -> tuple[Network, ...]:
    """Addresses, and networks of them."""
    return tuple(_network(it) for it in value.replace(",", " ").split())


def _network(value: str) -> Network:
    try:
        return ip_network(value, strict=False)
    except ValueError:
        raise ValueError("has something in it that is no IP address and no network") from None


def name_server(value: str) -> tuple[str, int]:
    """An address of a DNS server, with its port."""
    try:
        return str(ip_address(value)), 53
    except ValueError:
        host, _, number = value.rpartition(":")
    try:
        return str(ip_address(host.strip("[]"))), port(number)
    except ValueError:
        raise ValueError("is no IP address, with or without a port") from None


def yes_or_no(value: str) -> bool:
    """A decision."""
    if value.lower() not in ("yes", "no", "true", "false", "1", "0"):
        raise ValueError("is neither yes nor no")
    return value.lower() in ("yes", "true", "1")


def keys(value: str) -> tuple[str, ...]:
    """Secrets, the newest first."""
    if not (value.isprintable() and value.split()):
        raise ValueError("has something in it that cannot be printed")
    if any(len(it) < SHORTEST_KEY for it in value.split()):
        raise ValueError(f"has a key of fewer than {SHORTEST_KEY} characters")
    return tuple(value.split())


def log_level(value: str) -> str:
    """How much to log."""
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("is none of DEBUG, INFO, WARNING and ERROR")
    return value.upper()


def log_format(value: str) -> str:
    """How a line of the log is written."""
    if value.lower() not in ("text", "json"):
        raise ValueError("is neither text nor json")
    return value.lower()


def database(value: str) -> str:
    """A file, or a database on a server."""
    if value.startswith("sqlite://"):
        return value
    if not value.startswith(("postgres://", "postgresql://")):
        raise ValueError("begins with neither sqlite:// nor postgres://")
    if not _parts(value).path.strip("/"):
        # PostgreSQL would take the database that is called like the user.
        raise ValueError("names no database")
    return value.rstrip("/")


def page(value: str) -> str:
    """An address that a path can be appended to."""
    if "@" in _plain(value, "http", "https").netloc:
        raise ValueError("names a user, whom everybody would see")
    return value.rstrip("/")


def issuer(value: str) -> str:
    """An OpenID provider; without encryption only on this very machine."""
    parts = _plain(value, "http", "https")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("does not begin with https://")
    if "@" in parts.netloc:
        raise ValueError("names a user")
    return value


def app_addresses(value: str) -> tuple[str, ...]:
    """Addresses that systems open in an app: of a site that it has claimed, or with a scheme of its own."""
    return tuple(_app_address(it) for it in value.replace(",", " ").split())


def _app_address(value: str) -> str:
    scheme, _, rest = value.partition(":")
    # What is nobody's own has no dot (RFC 8252, 7.1); some of these would run in a browser.
    is_own = re.fullmatch(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+", scheme)
    if not (is_own and rest.startswith("/")) and not (scheme == "https" and _plain(value, "https")):
        raise ValueError(
            "has an address that is neither https:// nor of a scheme such as org.example.app:/"
        )
    if set("?#@ ") & set(value) or not value.isprintable():
        raise ValueError("has an address with a ?, a # or an @ in it")
    return value


def origins(value: str) -> tuple[str, ...]:
    """Servers of clients, as browsers name them."""
    return tuple(_origin(it) for it in value.replace(",", " ").split())


def _origin(value: str) -> str:
    origin = page(value)
    if urlsplit(origin).path:
        raise ValueError("has something behind a host")
    return origin.lower()


def mail_server(value: str) -> str:
    """A mail server, perhaps with a user and a password."""
    if _plain(value, "smtp", "smtps").path.strip("/"):
        raise ValueError("has something behind the host")
    return value.rstrip("/")


def folder_or_bucket(value: str) -> str:
    """A folder, or a bucket with or without a prefix."""
    if "://" not in value:
        return value
    if not value.startswith("s3://"):
        raise ValueError("is neither a folder nor begins with s3://")
    parts = _plain(value, "s3")
    if parts.netloc != parts.hostname:
        raise ValueError("has more than the name of a bucket, which is in lower case, before the /")
    if {".", ".."} & set(parts.path.split("/")):
        raise ValueError("has a prefix that leads elsewhere")
    return value.rstrip("/")


def sender(value: str) -> str:
    """An address, with or without a name before it, as mail servers take it."""
    parts = _SENDER.fullmatch(value)
    if not (parts and value.isprintable()):
        raise ValueError("is not one e-mail address, with or without a name before it")
    try:
        domain = idna.encode(parts["domain"], uts46=True).decode()
    except idna.IDNAError:
        raise ValueError("has no valid domain") from None
    return str(Address((parts["name"] or "").strip(), parts["user"], domain))


def _plain(value: str, *schemes: str) -> SplitResult:
    if not value.startswith(tuple(f"{it}://" for it in schemes)):
        raise ValueError(f"does not begin with {' or '.join(f'{it}://' for it in schemes)}")
    if "?" in value or "#" in value:
        raise ValueError("has a ? or a # in it")
    return _parts(value)


def _parts(value: str) -> SplitResult:
    # Python objects in words of its own to a port beyond 65535, and to half an IPv6 address.
    with suppress(ValueError):
        parts = urlsplit(value)
        if parts.hostname and parts.port != 0 and " " not in value and value.isprintable():
            return parts
    raise ValueError("names no host, or a wrong port")
