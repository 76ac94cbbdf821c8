"""Bring the catalogs up to the templates: `python -m tests.mailers.catalogs`."""

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from mailers.catalogs import FOLDER
from mailers.rendering import TEMPLATES
from schema.pages import page as pages

_OPTIONS = {"**.jinja": {"trimmed": "yes", "newstyle_gettext": "yes", "silent": "no"}}


def languages() -> list[str]:
    """Those with a catalog, as BCP 47 tags."""
    return sorted(it.stem for it in FOLDER.glob("*.po"))


def read(language: str) -> Catalog:
    """A catalog as it stands."""
    with _file(language).open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"), abort_invalid=True)


def updated(language: str) -> str:
    """The same catalog with what the templates say now: new sentences are empty, others gone."""
    catalog = read(language)
    catalog.update(said(), no_fuzzy_matching=True, update_creation_date=False)
    return _written(catalog)


def said() -> Catalog:
    """Every sentence of the templates of e-mails and pages."""
    catalog = Catalog()
    found = [it for folder in (TEMPLATES, pages.TEMPLATES) for it in _extracted(folder)]
    for file, line, message, comments, context in found:
        where = (Path(file).as_posix(), line)
        catalog.add(message, None, [where], auto_comments=comments, context=context)
    return catalog


def _extracted(folder: Path) -> list[Any]:
    found = extract_from_dir(folder, method_map=[("**.jinja", "jinja2")], options_map=_OPTIONS)
    return sorted(found, key=lambda it: it[:2])


def _written(catalog: Catalog) -> str:
    file = BytesIO()
    # Without the numbers of lines, so that a change to one sentence is a change to one sentence.
    write_po(file, catalog, width=100, ignore_obsolete=True, include_lineno=False)
    return file.getvalue().decode()


def _file(language: str) -> Path:
    return FOLDER / f"{language}.po"


if __name__ == "__main__":
    for it in languages():
        _file(it).write_text(updated(it))
        left = sum("" in (message.string, *message.string) for message in read(it) if message.id)
        print(f"{it}: {left} sentences are left to translate")
