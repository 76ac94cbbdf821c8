"""The key that a program makes for itself when it is given none."""

import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from settings import values
from settings.wrong_setting import WrongSetting

FILE = Path("secret.key")  # in the folder where the program is started


@cache
def kept() -> tuple[str, ...]:
    """The keys in the file, which is made if there is none. Raises WrongSetting."""
    try:
        if not FILE.exists():
            _keep(secrets.token_urlsafe(values.SHORTEST_KEY))
        return values.keys(FILE.read_text("ascii"))
    except (OSError, ValueError):
        raise WrongSetting(
            "SECRET_KEY", f"is not given, and “{FILE}” is no file to keep a key in"
        ) from None


def _keep(key: str) -> None:
    # Linked when it is whole, and only if there is none: of two that start at once, both get the same.
    # By chance: in containers that share a folder, processes have the same number.
    unfinished = FILE.with_suffix(f".{secrets.token_hex(8)}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(key, "ascii")
    with suppress(FileExistsError):
        os.link(unfinished, FILE)
    unfinished.unlink()
