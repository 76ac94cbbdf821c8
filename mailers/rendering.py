"""What an e-mail says: a subject, and the same text plain and in HTML."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from models import text

TEMPLATES = Path(__file__).parent / "templates"
WIDTH = 72  # characters of a line of plain text
LONGEST_SHOWN = 80  # characters of a link that are shown in HTML

_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


class Laid(str):
    """Text whose lines were laid out on purpose."""

    __slots__ = ()


@dataclass(frozen=True)
class Rendered:
    """An e-mail in words."""

    subject: str
    text: str
    html: str


def render(template: str, facts: Mapping[str, Any]) -> Rendered:
    """The words of a template. Raises what Jinja2 does if a fact is missing."""
    plain = _ENVIRONMENT.get_template(f"{template}.txt")
    block = plain.blocks["subject"](plain.new_context(dict(facts)))
    subject = " ".join("".join(block).split())
    rich = _ENVIRONMENT.get_template(f"{template}.html")
    return Rendered(
        subject=subject,
        text=_wrapped(plain.render(facts)),
        html=rich.render(facts, subject=subject),
    )


def _one_line(value: object) -> object:
    """What people wrote stays on its line, unless a filter laid it out on purpose."""
    if isinstance(value, Markup | Laid):
        return value
    return text.line(str(value))


def _lines(words: str) -> list[str]:
    return _LINE_END.split(text.straight(words).strip())


def _quoted(words: str) -> Laid:
    """Somebody's own words, as e-mail quotes them."""
    return Laid("\n".join(f"> {line}".rstrip() for line in _lines(words)))


def _broken(words: str) -> Markup:
    """Somebody's own words in HTML, with their line breaks."""
    return Markup("<br>\n").join(escape(line) for line in _lines(words))


def _day(written: str) -> str:
    """A day as people write it: `March 14, 2026`."""
    day = date.fromisoformat(written)
    return f"{day:%B} {day.day}, {day.year}"


def _shown(link: str) -> str:
    """A link in as many characters as one cares to see."""
    return link if len(link) <= LONGEST_SHOWN else link.partition("?")[0] + "?…"


def _wrapped(body: str) -> str:
    """Each line as long as plain text may be, with no two empty lines in a row."""
    lines = [wrapped for line in body.strip().splitlines() for wrapped in _wrapped_line(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _wrapped_line(line: str) -> list[str]:
    if line.rstrip() == "--":
        return ["-- "]  # with its blank, by which mail programs know a signature (RFC 3676)
    mark = "> " if line.startswith("> ") else ""
    wrapped = textwrap.wrap(
        line.removeprefix(mark),
        WIDTH,
        initial_indent=mark,
        subsequent_indent=mark,
        break_long_words=False,  # a link has to stay whole
        break_on_hyphens=False,
    )
    return wrapped or [line.rstrip()]


_ENVIRONMENT = SandboxedEnvironment(
    loader=FileSystemLoader(TEMPLATES),
    undefined=StrictUndefined,
    autoescape=lambda name: bool(name and name.endswith(".html")),
    finalize=_one_line,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {"quoted": _quoted, "broken": _broken, "day": _day, "shown": _shown}
