"""What stands in the HTML of an e-mail, and how its styles get to where mail programs look for them."""

from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from css_inline import CSSInliner
from markupsafe import Markup, escape

from mailers import lines
from models import text

LONGEST_HINT = 140  # characters
IS_SAFE = True  # what people wrote is escaped

# Many mail programs know only the attribute `style`; what depends on the screen stays in the page.
_STYLE = (Path(__file__).parent / "templates/rich/style.css").read_text()
_INLINER = CSSInliner(
    extra_css=_STYLE, inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False
)


def shown(value: object) -> str:
    """What people wrote on one line; it is escaped afterwards."""
    return value if isinstance(value, Markup) else text.line(str(value))


def sentence(words: str, values: dict[str, object]) -> Markup:
    """A sentence of a catalog with what belongs into it: our own markup, or isolated."""
    marked = {
        name: it if isinstance(it, Markup) else _isolated(str(it)) for name, it in values.items()
    }
    return Markup(words) % marked  # noqa: S704 - catalogs are our own


def person(name: str, headline: str | None = None) -> Markup:
    """Somebody at their first mention."""
    shown = Markup("<strong>{}</strong>").format(_isolated(name))
    if headline:
        shown += Markup(' <span class="quiet">({})</span>').format(_isolated(headline))
    return shown


def listed(things: list[str]) -> Markup:
    """Several things, one after the other, each in the direction of its script."""
    return Markup(", ").join(_isolated(it) for it in things)


def mailto(address: str) -> Markup:
    """An address to write to."""
    link = Markup('<a class="link" href="mailto:{}">{}</a>')
    return link.format(quote(address, safe="@"), text.line(address))


def linked(words: str, link: str) -> Markup:
    """Words, and where to read more."""
    return Markup('<a class="link" href="{}">{}</a>').format(link, _isolated(words))


def quoted(words: str) -> Markup:
    """Somebody's own words, with their line breaks and in the direction of their script."""
    broken = Markup("<br>").join(escape(it) for it in lines.split(words))
    return Markup('<blockquote dir="auto">{}</blockquote>').format(broken)


def item(words: str) -> Markup:
    """One line of a list."""
    inner = lines.joined(escape(shown(words)))
    return Markup(f"<li>{inner}</li>")  # noqa: S704 - escaped, or our own


def paragraphs(body: str) -> str:
    """Each line of a body as a paragraph, unless it is a block of its own."""
    found = [it.strip(" ") for it in body.split("\n") if it.strip(" ")]
    parts = groupby(found, key=lambda it: it.startswith("<li>"))
    return "\n".join(_part(list(them), is_list) for is_list, them in parts)


def hint(body: str) -> str:
    """The beginning of a body, which lists of e-mails show beside the subject."""
    return Markup(body).striptags()[:LONGEST_HINT]  # noqa: S704 - only to read it


def finished(page: str) -> str:
    """The page with its styles inlined."""
    return _INLINER.inline(page)


def _part(found: list[str], is_list: bool) -> str:
    if is_list:
        return f"<ul>{' '.join(found)}</ul>"
    return "\n".join(it if it.startswith("<blockquote") else f"<p>{it}</p>" for it in found)


def _isolated(value: str) -> Markup:
    # Written from right to left it would drag what stands around it along.
    return Markup("<bdi>{}</bdi>").format(text.line(value))
