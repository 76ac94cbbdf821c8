"""Write every e-mail to a folder, to look at: `python -m tests.mailers.preview FOLDER`."""

import sys
from html import escape
from pathlib import Path

import settings
from tests.mailers.previews import PREVIEWS, rendered


def write(folder: Path) -> list[Path]:
    """A page and a text for each e-mail, and an index of them. Gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    links, files, given = [], [], settings.read({})
    for name, preview in PREVIEWS.items():
        words = rendered(preview(), given)
        file = folder / f"{name.replace('/', '.').replace(' ', '-')}.html"
        file.write_text(words.html)
        file.with_suffix(".txt").write_text(f"Subject: {words.subject}\n\n{words.text}")
        files += [file, file.with_suffix(".txt")]
        page = f'<a href="{file.name}">{escape(words.subject)}</a>'
        links.append(f'<li>{page} (<a href="{file.stem}.txt">text</a>) {escape(name)}</li>')
    index = folder / "index.html"
    index.write_text(
        f"<!DOCTYPE html><meta charset=utf-8><title>E-mails</title><ul>{''.join(links)}</ul>"
    )
    return [*files, index]


if __name__ == "__main__":
    print(f"{len(write(Path(sys.argv[1])))} files are in {sys.argv[1]}")
