"""What somebody who wants in would try first: what many people choose, and what is known of a person."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

from models import text

FRESH = 6  # characters that nobody would guess, in a password that somebody may have
SHORTEST_WORD = 3  # characters of a name that counts as one

_SEPARATORS = re.compile(r"[\W_]+")


def is_common(secret: str) -> bool:
    """Whether many people choose this, or what is the same but for a few characters, or again and again."""
    part = _repeated_part(text.key(secret))
    lists = _chosen_by_many()
    if len(part) < FRESH or _is_a_row(part) or any(part in it for it in lists.values()):
        return True
    return any(it in lists["passwords"] for it in _most_of(part))


def is_about(secret: str, known: Iterable[str]) -> bool:
    """Whether little is left of this without what is known: names, an address."""
    rest = bare = text.key(secret)
    for word in sorted({it for line in known for it in _words(line)}, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != bare and len(_SEPARATORS.sub("", rest)) < FRESH


def _repeated_part(secret: str) -> str:
    """`abcabc` is `abc` to those who guess."""
    return secret[: (secret + secret).find(secret, 1)]


def _is_a_row(secret: str) -> bool:
    """Whether each character is as far from the one before, as in `abcdef`."""
    return len({ord(it) - ord(last) for last, it in pairwise(secret)}) == 1


def _most_of(secret: str) -> Iterable[str]:
    """All parts that leave out fewer than FRESH characters."""
    size = len(secret)
    for length in range(max(size - FRESH + 1, 1), size + 1):
        yield from (secret[it : it + length] for it in range(size - length + 1))


def _words(line: str) -> list[str]:
    return [it for it in _SEPARATORS.split(text.key(line)) if len(it) >= SHORTEST_WORD]


@cache
def _chosen_by_many() -> Mapping[str, Mapping[str, int]]:
    """Passwords, names and words, by where they are from, each with its rank."""
    # 14 MB, and a blink: only for processes that see a new password.
    from zxcvbn.matching import RANKED_DICTIONARIES  # noqa: PLC0415

    lists: Mapping[str, Mapping[str, int]] = RANKED_DICTIONARIES
    return lists
