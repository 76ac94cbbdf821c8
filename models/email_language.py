"""The languages that e-mails are written in, and which of them suits whom."""

from collections.abc import Iterable

from models import language

# As BCP 47 tags. Templates are in the first; each other has a catalog in `mailers/locale/`.
OFFERED = ("en", "de")


def nearest(tag: str) -> str | None:
    """The offered language that a tag stands for, as `de-AT` does for `de`, if there is one."""
    while tag and tag not in OFFERED:
        tag = tag.rpartition("-")[0]
    return tag or None


def best(tags: Iterable[str]) -> str:
    """The first of these, in order of preference, that is offered; else the one all are written in."""
    return next((known for it in tags if (known := nearest(it))), OFFERED[0])


def names() -> str:
    """The offered languages in words: `English and German`."""
    *others, last = map(language.name, OFFERED)
    return f"{', '.join(others)} and {last}" if others else last
