"""What every e-mail says, kept to compare: `python -m tests.mailers.golden` keeps it anew."""

import re
from pathlib import Path

import settings
from mailers.previews import PREVIEWS, rendered
from mailers.rendering import Rendered
from tests.mailers.catalogs import languages

FOLDER = Path(__file__).parent / "golden"
_SETTINGS = settings.read({"CLIENT_URL": "https://mentoring.example.org"})
_ID = re.compile(r"\b([a-z]{3})_[0-9a-z]{26}\b")
# The HTML says the same, which a test shows; its looks are kept once for each language.
_WITH_HTML = "request_mailer/received"


def files() -> dict[str, str]:
    """The contents by path within the folder."""
    return {
        f"{language}/{name.replace('/', '.').replace(' ', '_')}.{kind}": words
        for language in ("en", *languages())
        for name in PREVIEWS
        for kind, words in _bodies(name, rendered(PREVIEWS[name](), _SETTINGS, language)).items()
    }


def _bodies(name: str, words: Rendered) -> dict[str, str]:
    bodies = {"txt": f"Subject: {words.subject}\n\n{words.text}"}
    bodies |= {"html": words.html} if name == _WITH_HTML else {}
    return {kind: _ID.sub(r"\1_1", it) for kind, it in bodies.items()}


def keep() -> None:
    """Write what they say now, and drop what none says any more."""
    for old in FOLDER.glob("*/*"):
        old.unlink()
    for path, words in files().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(words, encoding="utf-8")


if __name__ == "__main__":
    keep()
