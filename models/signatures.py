"""Words in a link that let whoever holds it do one thing, signed so that nobody can make them up.

The keys never come near the database: who reads a copy of it cannot sign. It keeps a fingerprint of
each, because links that one process signs and the next does not know would be worth nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from models import clock
from models.choice import Choice
from models.database import rows


class Standing(Choice):
    """What a database knows of the keys of a process."""

    CURRENT = "It has the key that the newest links are signed with."
    OUTDATED = "It has only keys from before: it would not know the newest links."
    UNKNOWN = "It has none of the keys that links are signed with."


class Purpose(Choice):
    """What a signed link is good for; it is worth nothing for anything else."""

    ANSWER = "Answering one request, without signing in."
    UNSUBSCRIBE = "Switching off one kind of e-mail, without signing in."


@dataclass(frozen=True)
class Signatures:
    """Signs with the first of some keys, and knows what was signed with any of them."""

    keys: Sequence[str]

    def sign(self, purpose: Purpose, *words: str, until: datetime | None = None) -> str:
        """A token for a URL that stands for these words, until an instant if there is one."""
        token = self._signer(purpose).dumps([*words, until and clock.milliseconds(until)])
        return str(token)

    def read(self, purpose: Purpose, token: str) -> list[str] | None:
        """The words that were signed; None unless they were, for this purpose, and still hold."""
        try:
            *words, end = self._signer(purpose).loads(token)
        except BadData:
            return None
        is_over = end is not None and clock.moment(end) <= clock.now()
        return None if is_over else words

    async def standing(self) -> Standing:
        """Whether these keys are good for this database. Those that are sign its links from now on."""
        prints = [_fingerprint(it) for it in self.keys]
        if not await _known():
            # Of processes that begin with different keys at once, one is the first.
            await _keep(prints[0], is_first=True)
        known = await _known()
        if known[0] not in prints:
            return Standing.UNKNOWN if set(known).isdisjoint(prints) else Standing.OUTDATED
        await _keep(prints[0])
        return Standing.CURRENT

    def _signer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(
            list(reversed(self.keys)),  # it signs with its last one
            salt=purpose.name,
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )


async def _known() -> list[str]:
    """The keys that have signed, the newest first."""
    found = await rows("SELECT fingerprint FROM signing_key ORDER BY created_at DESC, fingerprint")
    return [it["fingerprint"] for it in found]


async def _keep(fingerprint: str, *, is_first: bool = False) -> None:
    """Note that a key signs from now on: it is newer than all others, whatever the clock says."""
    await rows(
        "INSERT INTO signing_key (fingerprint, created_at, is_first)"
        " SELECT :fingerprint, CASE WHEN MAX(created_at) >= :now THEN MAX(created_at) + 1 ELSE :now END,"
        " :is_first FROM signing_key WHERE TRUE"  # without which SQLite takes ON for that of a join
        " ON CONFLICT DO NOTHING RETURNING fingerprint",
        fingerprint=fingerprint,
        now=clock.now(),
        is_first=is_first,
    )


def _fingerprint(key: str) -> str:
    return hashlib.sha256(f"fingerprint of {key}".encode()).hexdigest()
