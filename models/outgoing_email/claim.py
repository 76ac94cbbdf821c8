"""Sharing the outbox between workers: one holds an e-mail at a time, for as long as it is alive."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from tortoise import fields

from models import clock, measures
from models.budget import SKEW
from models.database import dialect, rows
from models.fields import MomentField
from models.outgoing_email.promise import Promise, Urgency

LEASE = timedelta(seconds=5)  # after which a worker that has not renewed it is taken for dead
RENEWAL = timedelta(seconds=1.5)  # between two renewals
DOUBT = timedelta(minutes=1)  # the pause before sending again what may have arrived
MOST_AT_ONCE = 8  # e-mails in one claim
MOST_ABANDONED = 5  # workers that may die of an e-mail


class Claim(Promise):
    """The part of an outgoing e-mail that says which worker holds it."""

    attempts = fields.IntField()
    abandoned = fields.IntField(default=0)  # how many workers died while they held it
    lease_until: datetime | None = MomentField(null=True)
    lease_token: str | None = fields.TextField(null=True)

    class Meta:
        abstract = True

    @classmethod
    async def claim(cls, most: int = MOST_AT_ONCE) -> list[Self]:
        """Take what is due for LEASE: of the most urgent that are due, the longest due first."""
        for urgency in Urgency:
            # One after the other, because each then reads just the rows it takes from the index.
            which = f"abandoned = 0 AND urgency = '{urgency.name}'"
            if claimed := await cls._claim(which, most):
                return claimed
        return []

    @classmethod
    async def claim_suspect(cls) -> list[Self]:
        """Take the longest due of those that workers died with, if any; it is to have nothing beside it."""
        return await cls._claim("abandoned > 0", 1)

    @classmethod
    async def _claim(cls, which: str, most: int) -> list[Self]:
        # What another worker claims at this instant is skipped; SQLite has one writer at a time anyway.
        lock = "FOR UPDATE SKIP LOCKED" if dialect() == "postgresql" else ""
        claimed = await rows(
            f"""
            WITH due AS (
                SELECT id FROM outgoing_email
                WHERE state = 'QUEUED' AND NOT is_held AND {which} AND due_at <= :now
                ORDER BY due_at, id LIMIT {most} {lock}
            )
            UPDATE outgoing_email
            SET state = 'SENDING', attempts = attempts + 1,
                -- What may have arrived once may have for ever.
                phase = CASE WHEN phase = 'DATA' THEN 'DATA' ELSE 'CLAIMED' END,
                lease_token = :token, lease_until = :until
            WHERE id IN (SELECT id FROM due) RETURNING *
            """,
            now=clock.now(),
            token=secrets.token_hex(16),
            until=clock.now() + LEASE,
        )
        return sorted((cls(**it) for it in claimed), key=lambda it: (it.due_at, it.id))

    @classmethod
    async def is_any_due(cls) -> bool:
        """Whether there is something to claim; asking costs less than trying."""
        due = await rows(
            "SELECT id FROM outgoing_email"
            " WHERE state = 'QUEUED' AND NOT is_held AND due_at <= :now LIMIT 1",
            now=clock.now(),
        )
        return bool(due)

    @classmethod
    async def renew(cls, tokens: Iterable[str]) -> None:
        """Say that the worker that holds these is alive."""
        await rows(
            "UPDATE outgoing_email SET lease_until = :until"
            " WHERE state = 'SENDING' AND lease_token IN :tokens RETURNING id",
            until=clock.now() + LEASE,
            tokens=list(tokens),
        )

    @classmethod
    async def recover(cls) -> list[Self]:
        """Queue what dead workers held; give up what MOST_ABANDONED of them died with. Gives the latter."""
        if not await cls._is_any_abandoned():
            return []
        recovered = await rows(
            """
            UPDATE outgoing_email
            SET state = CASE WHEN abandoned + 1 < :most THEN 'QUEUED' ELSE 'DEAD' END,
                abandoned = abandoned + 1,
                due_at = CASE WHEN phase = 'DATA' THEN CAST(:later AS BIGINT) ELSE due_at END,
                phase = CASE WHEN phase = 'DATA' THEN 'DATA' ELSE 'WAITING' END,
                lease_token = NULL, lease_until = NULL, last_error = 'A worker did not finish.'
            WHERE state = 'SENDING' AND (lease_until < :now OR lease_until > :possible) RETURNING *
            """,
            most=MOST_ABANDONED,
            later=clock.now() + DOUBT,
            **_alive(),
        )
        for it in recovered:
            measures.RECOVERED.add(it["state"])
        return [cls(**it) for it in recovered if it["state"] == "DEAD"]

    @classmethod
    async def _is_any_abandoned(cls) -> bool:
        found = await rows(
            "SELECT id FROM outgoing_email"
            " WHERE state = 'SENDING' AND (lease_until < :now OR lease_until > :possible) LIMIT 1",
            **_alive(),
        )
        return bool(found)

    @property
    def lease(self) -> dict[str, str | None]:
        """What the WHERE of every change by its worker asks for: `id = :id AND lease_token = :token`."""
        return {"id": self.id, "token": self.lease_token}


def _alive() -> dict[str, datetime]:
    """Between which instants the lease of a worker that is alive ends.

    Later it does only by a clock that was ahead, and was put back since; a worker that is alive then
    renews it by the right one.
    """
    return {"now": clock.now(), "possible": clock.now() + LEASE + SKEW}
