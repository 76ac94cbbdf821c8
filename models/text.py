"""What people write: bounded, and free of characters that no database keeps."""

import re
import unicodedata
from collections.abc import Sequence

from models.refusal import Problems, Reason

LINE = 120  # characters of a name, a headline and the like
PARAGRAPHS = 4000  # characters of a statement, a message and the like

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# They reverse the text around them, which can make a name read as another.
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def is_storable(value: str) -> bool:
    """Whether a text has neither NUL nor lone surrogates, which PostgreSQL and UTF-8 refuse."""
    return not _UNSTORABLE.search(value)


def line(value: str) -> str:
    """The text on one line, without white space around it, that reads the way it is written."""
    return _CONTROL.sub(" ", straight(value)).strip()


def printable(value: str) -> str:
    """What others sent us, as a line that can be kept and shown anywhere, on a terminal, too."""
    seen = line(_UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value))
    return "".join(it for it in seen if it.isprintable())


def straight(value: str) -> str:
    """The text without marks that reverse what stands around them."""
    return _DIRECTION_MARKS.sub("", value)


def is_visible(value: str) -> bool:
    """Whether there is anything to see: a letter, a number, a sign."""
    return any(unicodedata.category(it)[0] in "LNPS" for it in value)


def _is_unseen(letter: str) -> bool:
    """Whether it takes no room, so that names with it and without it look the same."""
    return unicodedata.category(letter) == "Cf"


def key(value: str) -> str:
    """The text as it is compared and sorted: without case, accents, unseen marks or runs of white space."""
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    bare = "".join(it for it in decomposed if not (unicodedata.combining(it) or _is_unseen(it)))
    return " ".join(bare.casefold().split())


def bounded(
    value: str, problems: Problems, *, field: Sequence[str], most: int, is_required: bool = False
) -> str:
    """The text without white space around it. Notes TOO_LONG and, if it is required, REQUIRED."""
    value = value.strip()
    if is_required and not is_visible(value):
        problems.add(Reason.REQUIRED, field=field)
    if len(value) > most:
        problems.add(Reason.TOO_LONG, f"At most {most} characters, please.", field=field)
    return value
