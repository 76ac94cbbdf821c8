"""What a check-up finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A sentence, and whether something must be done about it."""

    words: str
    is_wrong: bool = False


def wrong(words: str) -> Finding:
    """Something must be done about this."""
    return Finding(words, is_wrong=True)
