"""What a developer may begin with: a document for each page of a client."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "documents"


def examples() -> list[str]:
    """The documents in the order of their names; the first is the one that greets."""
    return [it.read_text(encoding="utf-8") for it in sorted(_FOLDER.glob("*.graphql"))]
