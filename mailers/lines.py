"""Lines of text, whatever ends them."""

import re

from models import text

_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


def split(words: str) -> list[str]:
    """Somebody's own words, line by line."""
    return _LINE_END.split(text.straight(words).strip())


def joined(words: str) -> str:
    """What a template wrote on several lines, on one."""
    return " ".join(words.split())
