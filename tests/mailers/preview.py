"""Write every e-mail in every language to a folder, to look at: `python -m tests.mailers.preview FOLDER`."""

import asyncio
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

import settings
from mailers.previews import PREVIEWS, rendered
from mailers.rendering import Rendered
from tests.mailers.catalogs import languages
from tests.mailers.pictures import can_take_pictures, take

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
)


def write(folder: Path) -> list[Path]:
    """A page and a text for each e-mail and language, and an index that shows them all. Gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    given = settings.read({"CLIENT_URL": "https://mentoring.example.org"})
    emails = {
        f"{_stem(name)}.{language}": rendered(preview(), given, language)
        for name, preview in PREVIEWS.items()
        for language in ("en", *languages())
    }
    files = [file for stem, words in emails.items() for file in _write(folder / stem, words)]
    index = folder / "index.html"
    index.write_text(_TEMPLATES.get_template("preview.html").render(emails=emails))
    return [*files, index]


def _stem(name: str) -> str:
    return name.replace("/", ".").replace(" ", "-")


def _write(file: Path, words: Rendered) -> list[Path]:
    html, text = (file.with_name(f"{file.name}.{it}") for it in ("html", "txt"))
    html.write_text(words.html)
    text.write_text(f"Subject: {words.subject}\n\n{words.text}")
    return [html, text]


def main(folder: Path) -> None:
    """Write everything, with pictures where there is a browser."""
    files = write(folder)
    if can_take_pictures():
        pages = [it for it in files if it.suffix == ".html" and it.stem != "index"]
        files += asyncio.run(take(pages))
    print(f"{len(files)} files are in {folder}: index.html shows them")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
