"""What people write: bounded, and free of characters that no database keeps."""

import re
import unicodedata
from collections.abc import Sequence

from models.refusal import Problems, Reason

LINE = 120  # characters of a name, a headline and the like
PARAGRAPHS = 4000  # characters of a statement, a message and the like

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def is_storable(value: str) -> bool:
    """Whether a text has neither NUL nor lone surrogates, which PostgreSQL and UTF-8 refuse."""
    return not _UNSTORABLE.search(value)


def line(value: str) -> str:
    """The text on one line, without white space around it."""
    return _CONTROL.sub(" ", value).strip()


def key(value: str) -> str:
    """The text as it is compared and sorted: without case, accents or runs of white space."""
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    bare = "".join(it for it in decomposed if not unicodedata.combining(it))
    return " ".join(bare.casefold().split())


def bounded(
    value: str, problems: Problems, *, field: Sequence[str], most: int, is_required: bool = False
) -> str:
    """The text without white space around it. Notes TOO_LONG and, if it is required, REQUIRED."""
    value = value.strip()
    if is_required and not value:
        problems.add(Reason.REQUIRED, field=field)
    if len(value) > most:
        problems.add(Reason.TOO_LONG, f"At most {most} characters, please.", field=field)
    return value
