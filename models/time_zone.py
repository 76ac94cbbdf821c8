"""Time zones that people may live in."""

from functools import cache
from importlib.resources import files


def is_known(name: str) -> bool:
    """Whether this is the IANA name of a time zone, such as `Europe/Berlin`."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    # Of the package, which is the same everywhere: among the files of a machine are also
    # `localtime`, which is whatever that machine thinks, and copies such as `right/UTC`.
    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split())
