"""The sizes in which a picture is kept, each in a file of its own."""

import re

from models.choice import Choice

_FILE = re.compile(r"pic_[0-9a-z]{26}-(small|large)\.jpg")


class PictureSize(Choice):
    """Size of a picture; all are square."""

    SMALL = "96 pixels wide and high, for lists."
    LARGE = "512 pixels wide and high, for the page of a person."

    @property
    def pixels(self) -> int:
        """How wide and how high."""
        return 96 if self is PictureSize.SMALL else 512


def file_name(picture_id: str, size: PictureSize) -> str:
    """What the file is called, in the storage and in its address."""
    return f"{picture_id}-{size.name.lower()}.jpg"


def is_file_name(name: str) -> bool:
    """Whether a file of ours may be called so: nothing else is ever looked for."""
    return _FILE.fullmatch(name) is not None
