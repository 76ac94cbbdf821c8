"""What stands in the plain text of an e-mail, and how it is laid out."""

import re
import textwrap
from itertools import pairwise

from mailers import lines
from models import text

WIDTH = 72  # characters of a line
IS_SAFE = False  # nothing has to be escaped

# Begins a line that a filter laid out. Nobody else can write it: `shown` leaves it out.
_LAID = "\x02"
_QUOTE, _ITEM = f"{_LAID}> ", f"{_LAID}- "


class Laid(str):
    """Text whose lines were laid out on purpose."""

    __slots__ = ()


def shown(value: object) -> str:
    """What people wrote stays on its line, unless a filter laid it out on purpose."""
    return value if isinstance(value, Laid) else text.line(str(value))


def sentence(words: str, values: dict[str, object]) -> str:
    """A sentence of a catalog with what belongs into it."""
    return words % {name: shown(it) for name, it in values.items()}


def person(name: str, headline: str | None = None) -> str:
    """Somebody at their first mention."""
    return f"{name} ({headline})" if headline else name


def listed(things: list[str]) -> str:
    """Several things, one after the other."""
    return ", ".join(things)


def mailto(address: str) -> str:
    """An address to write to."""
    return address


def linked(words: str, link: str) -> str:
    """Words, and where to read more."""
    return f"{words}: {link}"


def quoted(words: str) -> Laid:
    """Somebody's own words, as e-mail quotes them."""
    return Laid("\n".join(_QUOTE + line for line in lines.split(words)))


def item(words: str) -> Laid:
    """One line of a list."""
    return Laid(_ITEM + text.line(words))


def paragraphs(body: str) -> str:
    """Each line of a body as a paragraph; those of a list or a quotation stay together."""
    found = [it.lstrip(" ") for it in body.split("\n") if it.strip(" ")]
    ends = ["\n" if _belong_together(*it) else "\n\n" for it in pairwise(found)]
    return "".join(map("".join, zip(found, [*ends, "\n"], strict=True)))


def finished(body: str) -> str:
    """Each line as long as plain text may be, with no two empty lines in a row."""
    wrapped = [part for line in body.strip().split("\n") for part in _wrapped(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(wrapped)) + "\n"


def _belong_together(one: str, next: str) -> bool:
    return any(one.startswith(it) and next.startswith(it) for it in (_QUOTE, _ITEM))


def _wrapped(line: str) -> list[str]:
    if line.rstrip() == "--":
        return ["-- "]  # with its blank, by which mail programs know a signature (RFC 3676)
    mark = next((it for it in (_QUOTE, _ITEM) if line.startswith(it)), "")
    seen = mark.removeprefix(_LAID)
    wrapped = textwrap.wrap(
        line.removeprefix(mark),
        WIDTH,
        initial_indent=seen,
        subsequent_indent=seen.replace("-", " "),
        break_long_words=False,  # a link has to stay whole
        break_on_hyphens=False,
    )
    return wrapped or [seen.rstrip()]
