"""Where a request comes from, which is all we know of those who are not signed in."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection

from settings.values import Network

_HOME = 64  # bits; whoever has one IPv6 address has all that begin with them


def address_of(asking: HTTPConnection, trusted_proxies: tuple[Network, ...]) -> str:
    """The IPv4 address, or the IPv6 network, that a request comes from.

    Proxies append from whom they have it to what they were told. So we believe the list from its
    end on, for as long as a trusted proxy appended to it.
    """
    told = ",".join(asking.headers.getlist("x-forwarded-for")).split(",")
    found = _address(asking.client.host if asking.client else "")
    while found and told and any(found in it for it in trusted_proxies):
        further = _address(told.pop().strip())
        if further is None:
            break
        found = further
    return _shown(found)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _shown(address: IPv4Address | IPv6Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _HOME), strict=False))
    return str(address or "unknown")
