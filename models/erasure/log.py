"""Whom not to bring back: known by hashes that name nobody."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models import clock, email_address, text
from models.database import rows
from models.member import Member


@dataclass(frozen=True)
class ErasureLog:
    """Those who were erased. The first of the keys is hashed with, and the others were before.

    User names can be guessed: without a key that is not in the database, so could those of a copy of it.
    """

    keys: Sequence[str]

    async def note(self, member: Member) -> None:
        """Remember whom the directory's list must not bring back."""
        for handle in {*_handles(member.username), *_handles(member.email)}:
            await rows(
                "INSERT INTO erasure (handle_hash, member_id, created_at)"
                " VALUES (:hash, :member, :now) ON CONFLICT (handle_hash) DO NOTHING"
                " RETURNING handle_hash",
                hash=_hash(handle, self.keys[0]),
                member=member.id,
                now=clock.now(),
            )

    async def known_among(self, names: Collection[str]) -> set[str]:
        """Those of these user names and addresses that belonged to somebody who was erased."""
        kept = {it["handle_hash"] for it in await rows("SELECT handle_hash FROM erasure")}
        return {it for it in names if not kept.isdisjoint(self._hashes(it))} if kept else set()

    @staticmethod
    async def members() -> list[str]:
        """The ids of all who were erased, the first one first: to be kept beside backups, and replayed."""
        found = await rows(
            "SELECT member_id, min(created_at) AS at FROM erasure GROUP BY member_id ORDER BY at"
        )
        return [it["member_id"] for it in found]

    def _hashes(self, name: str) -> set[str]:
        return {_hash(handle, key) for handle in _handles(name) for key in self.keys}


def _handles(written: str) -> set[str]:
    """How signing in compares a user name or an address."""
    return {it for it in (text.key(written), email_address.key(written)) if it}


def _hash(handle: str, key: str) -> str:
    return hmac.digest(key.encode(), f"erased {handle}".encode(), hashlib.sha256).hex()
