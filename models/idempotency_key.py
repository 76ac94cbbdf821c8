"""What a client has done once and may ask for again, because it did not hear what came of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg

from models import clock
from models.database import rows

KEPT = timedelta(hours=24)
MOST_KEPT = 64_000  # characters of an answer; a longer one is made anew from what was done


class KeyReused(Exception):
    """The key stands for another request already."""


class StillUnderway(Exception):
    """Somebody is doing just this at the moment, and it takes long."""


@dataclass(frozen=True)
class IdempotencyKey:
    """The name that a client gives to one request of a member, so that repeating it does nothing more."""

    member_id: str
    key: str
    request_hash: str

    async def claim(self) -> bool:
        """Whether this is the first time: then what is done has to be noted before the transaction ends.

        Whoever comes second waits for that. Raises StillUnderway if it takes too long.
        """
        try:
            claimed = await self._rows(
                """
                INSERT INTO idempotency_key (member_id, key, created_at, request_hash)
                VALUES (:member_id, :key, :now, :request_hash)
                ON CONFLICT (member_id, key) DO UPDATE SET
                    created_at = :now, request_hash = :request_hash, outcome = NULL, answer = NULL
                WHERE idempotency_key.created_at <= :over
                RETURNING key
                """,
                now=clock.now(),
                over=clock.now() - KEPT,
            )
        except asyncpg.LockNotAvailableError:
            raise StillUnderway from None
        return bool(claimed)

    async def note(self, outcome: str) -> None:
        """Keep what was done."""
        await self._rows(
            "UPDATE idempotency_key SET outcome = :outcome"
            " WHERE member_id = :member_id AND key = :key RETURNING key",
            outcome=outcome,
        )

    async def outcome(self) -> str:
        """What was done the first time. Raises KeyReused if that was something else."""
        [kept] = await self._rows(
            "SELECT request_hash, outcome FROM idempotency_key"
            " WHERE member_id = :member_id AND key = :key"
        )
        if kept["request_hash"] != self.request_hash:
            raise KeyReused
        return str(kept["outcome"])

    async def answer(self, ready: str | None) -> str | None:
        """The answer that all get who ask: the first that was `ready`. None if nothing is kept."""
        kept = await self._rows(
            "UPDATE idempotency_key SET answer = coalesce(answer, :ready)"
            " WHERE member_id = :member_id AND key = :key AND request_hash = :request_hash"
            " RETURNING answer",
            ready=ready if ready and len(ready) <= MOST_KEPT else None,
        )
        return kept[0]["answer"] if kept else None

    @staticmethod
    async def forget_old() -> None:
        """Delete what was kept for as long as clients may repeat."""
        await rows(
            "DELETE FROM idempotency_key WHERE created_at <= :over RETURNING key",
            over=clock.now() - KEPT,
        )

    async def _rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        return await rows(statement, **vars(self), **values)
