"""What an e-mail says: a subject, and the same words as plain text and as HTML, from one template."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple

from babel import Locale
from babel.dates import format_date
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from mailers import lines, plain, rich
from mailers.catalogs import SOURCE, catalog
from models.member import NAMELESS

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_SHOWN = 80  # characters of a link that are shown in HTML

_OPTIONAL = ("settings", "unsubscribe")  # links at the end of those e-mails that have them


@dataclass(frozen=True)
class Rendered:
    """An e-mail in words."""

    subject: str
    text: str
    html: str
    language: str = SOURCE


def render(template: str, facts: Mapping[str, Any], language: str = SOURCE) -> Rendered:
    """The words of a template in one of the languages. Raises what Jinja2 does if a fact is missing."""
    given = _given(facts, language)
    given["subject"] = subject = _subject(template, given, language)
    text, html = (
        it.finished(environment(it, language).get_template(f"{template}.jinja").render(given))
        for it in (plain, rich)
    )
    return Rendered(subject, text, html, language)


class Headline(NamedTuple):
    """An e-mail in one line: its subject, and where its button leads."""

    subject: str
    link: str


def headline(template: str, facts: Mapping[str, Any], language: str = SOURCE) -> Headline:
    """What another e-mail needs to tell of this one."""
    given = _given(facts, language)
    given["subject"] = subject = _subject(template, given, language)
    module = environment(plain, language).get_template(f"{template}.jinja").make_module(given)
    return Headline(subject, str(module.link))  # type: ignore[attr-defined]


def page(templates: Path, template: str, facts: Mapping[str, Any], language: str) -> str:
    """A page in HTML, with templates of its own that are written like those of e-mails."""
    return environment(rich, language, templates).get_template(f"{template}.jinja").render(facts)


def _given(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The facts as a template takes them; who was erased is called so in the language of the reader."""
    former = {NAMELESS: catalog(language).gettext(NAMELESS)}
    said = {name: former.get(it, it) if isinstance(it, str) else it for name, it in facts.items()}
    return {**dict.fromkeys(_OPTIONAL), **said}


def _subject(template: str, facts: dict[str, Any], language: str) -> str:
    words = environment(plain, language).get_template(f"{template}.jinja")
    return lines.joined("".join(words.blocks["subject"](words.new_context(facts))))


@cache
def environment(
    body: ModuleType, language: str, templates: Path = TEMPLATES
) -> SandboxedEnvironment:
    """Jinja2 for one kind of body, `plain` or `rich`, in one language."""
    jinja = SandboxedEnvironment(
        loader=FileSystemLoader([templates / body.__name__.rpartition(".")[2], templates]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        autoescape=body.IS_SAFE,
        finalize=body.shown,
        lstrip_blocks=True,
    )
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.newstyle_gettext = True  # type: ignore[attr-defined]
    jinja.globals |= _sentences(body, language)
    filters = (
        body.person,
        body.listed,
        body.mailto,
        body.linked,
        body.quoted,
        body.item,
        body.paragraphs,
    )
    jinja.filters |= {it.__name__: it for it in filters}
    jinja.filters |= {
        "hint": rich.hint,
        "day": _day_in(language),
        "weekday": _day_in(language, "full"),
        "line": lines.joined,
        "shown": _shown,
    }
    return jinja


def _sentences(body: ModuleType, language: str) -> dict[str, Any]:
    """What the templates' `trans` calls, and what tells the language of the page."""
    said = catalog(language)

    def gettext(words: str, /, **values: object) -> object:
        return body.sentence(said.gettext(words), values)

    def ngettext(one: str, several: str, num: int, /, **values: object) -> object:
        return body.sentence(said.ngettext(one, several, num), {"num": num, **values})

    direction = "rtl" if Locale.parse(language, sep="-").text_direction == "rtl" else "ltr"
    return {"gettext": gettext, "ngettext": ngettext, "language": language, "direction": direction}


def _day_in(language: str, form: Literal["long", "full"] = "long") -> Callable[[str], str]:
    locale = Locale.parse(language, sep="-")

    def day(written: str) -> str:
        """A day as people write it: `March 14, 2026`, or with its day of the week."""
        return format_date(date.fromisoformat(written), form, locale)

    return day


def _shown(link: str) -> str:
    """A link in as many characters as one cares to see."""
    return link if len(link) <= LONGEST_SHOWN else link.partition("?")[0] + "?…"
