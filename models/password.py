"""Passwords, kept as argon2id hashes."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models import guessing
from models.choice import Choice
from models.refusal import Reason, Refusal

SHORTEST = 12  # characters of a new one
LONGEST = 256  # characters; a longer one is wrong, so that nobody has us hash a book

# The first of OWASP's recommended settings that fits beside a running server: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _at_once() -> CapacityLimiter:
    return CapacityLimiter(2)  # hashing is all memory and processor: more at once only thrash


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


class Weakness(Choice):
    """Why nobody should have a password."""

    SHORT = f"has fewer than {SHORTEST} characters"
    LONG = f"has more than {LONGEST} characters"
    COMMON = "is too much like those that many people choose"
    KNOWN = "is little more than a name or an address that others know"


class WeakPassword(Refusal):
    """Somebody chose a password that they should not have."""

    def __init__(self, weakness: Weakness, field: Sequence[str]) -> None:
        sentence = f"The password {weakness.meaning}."
        super().__init__(Reason.WEAK_PASSWORD, sentence, field=field)
        self.weakness = weakness


def check_new(password: str, known: Iterable[str] = ()) -> None:
    """Raises ValueError, with the reason, unless somebody may sign in with this from now on.

    It must not be made of what is `known` of them, such as their name.
    """
    if weakness := _weakness(password, known):
        raise ValueError(f"the password {weakness.meaning}")


async def refuse_weak(password: str, known: Iterable[str], *, field: Sequence[str]) -> None:
    """The same for who chooses one. Refuses WEAK_PASSWORD."""
    # The first one that a process looks at takes it a moment.
    if weakness := await to_thread.run_sync(_weakness, password, known):
        raise WeakPassword(weakness, field)


def _weakness(password: str, known: Iterable[str]) -> Weakness | None:
    if len(_normal(password)) < SHORTEST:
        return Weakness.SHORT
    if max(len(password), len(_normal(password))) > LONGEST:
        return Weakness.LONG
    if guessing.is_common(password):
        return Weakness.COMMON
    return Weakness.KNOWN if guessing.is_about(password, known) else None


async def hashed(password: str) -> str:
    """The hash to keep of a password."""
    return await to_thread.run_sync(_hasher.hash, _normal(password), limiter=_at_once())


async def is_right(password: str, kept: str | None) -> bool:
    """Whether this is the password that was kept. Takes as long when none was."""
    return await to_thread.run_sync(_verify, _normal(password), kept, limiter=_at_once())


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password[: LONGEST + 1])


def _verify(password: str, kept: str | None) -> bool:
    try:
        _hasher.verify(kept or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None and len(password) <= LONGEST
