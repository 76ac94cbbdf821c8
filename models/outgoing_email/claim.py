"""Sharing the outbox between workers: one holds an e-mail at a time, for a while."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from tortoise import fields

from models import clock
from models.database import dialect, rows
from models.fields import MomentField
from models.outgoing_email.promise import Promise

LEASE = timedelta(minutes=2)  # how long a worker may hold an e-mail before it is taken for dead
DOUBT = timedelta(minutes=1)  # the pause before sending again what may have arrived
MOST_AT_ONCE = 8  # e-mails in one claim
MOST_ATTEMPTS = 20
SUSPECT_AFTER = 2  # attempts; such an e-mail may be what kills workers, and is claimed alone


class Claim(Promise):
    """The part of an outgoing e-mail that says which worker holds it."""

    attempts = fields.IntField()
    lease_until: datetime | None = MomentField(null=True)
    lease_token: str | None = fields.TextField(null=True)

    class Meta:
        abstract = True

    @classmethod
    async def claim(cls) -> list[Self]:
        """Take what is due for LEASE: the longest due first, MOST_AT_ONCE at most."""
        return await cls._claim(f"attempts <= {SUSPECT_AFTER}", MOST_AT_ONCE)

    @classmethod
    async def claim_suspect(cls) -> list[Self]:
        """Take the longest due of those that failed before, if any, without others beside it."""
        return await cls._claim(f"attempts > {SUSPECT_AFTER}", 1)

    @classmethod
    async def _claim(cls, which: str, most: int) -> list[Self]:
        # What another worker claims at this instant is skipped; SQLite has one writer at a time anyway.
        lock = "FOR UPDATE SKIP LOCKED" if dialect() == "postgresql" else ""
        claimed = await rows(
            f"""
            WITH due AS (
                SELECT id FROM outgoing_email WHERE state = 'QUEUED' AND due_at <= :now AND {which}
                ORDER BY due_at, id LIMIT {most} {lock}
            )
            UPDATE outgoing_email
            SET state = 'SENDING', phase = 'CLAIMED', attempts = attempts + 1,
                lease_token = :token, lease_until = :until
            WHERE id IN (SELECT id FROM due) RETURNING *
            """,
            now=clock.now(),
            token=secrets.token_hex(16),
            until=clock.now() + LEASE,
        )
        return sorted((cls(**it) for it in claimed), key=lambda it: (it.due_at, it.id))

    @classmethod
    async def recover(cls) -> int:
        """Queue what workers held for too long, or give it up after MOST_ATTEMPTS. Gives how many."""
        recovered = await rows(
            """
            UPDATE outgoing_email
            SET state = CASE WHEN attempts < :most THEN 'QUEUED' ELSE 'DEAD' END,
                due_at = CASE WHEN phase = 'DATA' THEN CAST(:later AS BIGINT) ELSE due_at END,
                phase = CASE WHEN phase = 'DATA' THEN 'DATA' ELSE 'WAITING' END,
                lease_token = NULL, lease_until = NULL, last_error = 'A worker did not finish.'
            WHERE state = 'SENDING' AND lease_until < :now RETURNING id
            """,
            most=MOST_ATTEMPTS,
            later=clock.now() + DOUBT,
            now=clock.now(),
        )
        return len(recovered)

    @property
    def lease(self) -> dict[str, str | None]:
        """What the WHERE of every change by its worker asks for: `id = :id AND lease_token = :token`."""
        return {"id": self.id, "token": self.lease_token}
