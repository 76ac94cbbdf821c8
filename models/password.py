"""Passwords, kept as argon2id hashes."""

import asyncio
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from threading import get_native_id
from typing import TypeVar

from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models import guessing
from models.choice import Choice
from models.refusal import Reason, Refusal

SHORTEST = 12  # characters of a new one
LONGEST = 256  # characters; a longer one is wrong, so that nobody has us hash a book
AT_ONCE = os.cpu_count() or 1  # hashing is all memory and processor: more only thrash
MOST_WAITING = 50  # for their turn to be hashed, of one process; a few seconds for the last of them

R = TypeVar("R")

# The first of OWASP's recommended settings that fits beside a running server: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class _Line:
    """How many passwords are being looked at in this process, or wait for it."""

    def __init__(self) -> None:
        self.standing = 0


_line = _Line()


@contextmanager
def in_line() -> Iterator[None]:
    """A place in line, for whatever a password is looked at for. Raises TooBusy if there is none."""
    if _line.standing >= AT_ONCE + MOST_WAITING:
        raise TooBusy
    _line.standing += 1
    try:
        yield
    finally:
        _line.standing -= 1


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, "hashing", initializer=_give_way)


def _give_way() -> None:
    """Have this thread wait where another wants the processor: requests are answered meanwhile."""
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        os.setpriority(os.PRIO_PROCESS, get_native_id(), 10)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


class TooBusy(Exception):
    """So many passwords wait to be hashed that one more is not looked at."""


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
    return await _in_a_thread(_hasher.hash, _normal(password))


async def is_right(password: str, kept: str | None) -> bool:
    """Whether this is the password that was kept. Takes as long when none was."""
    return await _in_a_thread(_verify, _normal(password), kept)


async def renewed(password: str, kept: str) -> str | None:
    """The hash to keep instead, where the one of this password was made with less effort than today's."""
    return await hashed(password) if _hasher.check_needs_rehash(kept) else None


async def _in_a_thread(work: Callable[..., R], *given: object) -> R:
    return await asyncio.get_running_loop().run_in_executor(_threads(), work, *given)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password[: LONGEST + 1])


def _verify(password: str, kept: str | None) -> bool:
    try:
        _hasher.verify(kept or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None and len(password) <= LONGEST
