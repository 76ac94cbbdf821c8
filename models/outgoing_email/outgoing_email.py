"""An e-mail on its way: written once, sent, and settled."""

import random
from datetime import datetime, timedelta

from tortoise import fields

from models import clock
from models.database import rows
from models.fields import MomentField
from models.outgoing_email.claim import MOST_ATTEMPTS, Claim
from models.outgoing_email.promise import OutgoingPhase, OutgoingState

LONGEST_TRY = timedelta(hours=72)  # from the promise until giving up
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=4)


class OutgoingEmail(Claim):
    """A promise to send one e-mail to one reader.

    Its verbs are for the worker that claimed it; they do nothing once its lease went to another.
    """

    address: str | None = fields.TextField(null=True)
    subject: str | None = fields.TextField(null=True)
    mime: str | None = fields.TextField(null=True)
    last_error: str | None = fields.TextField(null=True)
    sent_at: datetime | None = MomentField(null=True)

    class Meta:
        table = "outgoing_email"

    async def freeze(self, *, address: str, subject: str, mime: str) -> None:
        """Keep the message as written at the first attempt: every attempt sends the same bytes."""
        await rows(
            "UPDATE outgoing_email SET address = :address, subject = :subject, mime = :mime"
            " WHERE id = :id AND lease_token = :token RETURNING id",
            **self.lease,
            address=address,
            subject=subject,
            mime=mime,
        )
        self.address, self.subject, self.mime = address, subject, mime

    async def begin_data(self) -> bool:
        """Note that from now on it may arrive. False if the lease is over: then it must not be sent."""
        begun = await rows(
            "UPDATE outgoing_email SET phase = 'DATA'"
            " WHERE id = :id AND lease_token = :token AND lease_until > :now RETURNING id",
            **self.lease,
            now=clock.now(),
        )
        return bool(begun)

    async def sent(self) -> None:
        """Note that the mail server took it."""
        await rows(
            "UPDATE outgoing_email"
            " SET state = 'SENT', sent_at = :now, mime = NULL, last_error = NULL,"
            "     lease_token = NULL, lease_until = NULL"
            # If the lease ran out meanwhile and nobody else sends it yet, nobody else should.
            " WHERE id = :id AND (lease_token = :token OR state = 'QUEUED') RETURNING id",
            **self.lease,
            now=clock.now(),
        )

    async def put_off(self, why: str, *, is_in_doubt: bool = False) -> None:
        """Try again later, ever less often; give up after MOST_ATTEMPTS or LONGEST_TRY.

        It `is_in_doubt` when it may have arrived all the same.
        """
        now = clock.now()
        if self.attempts >= MOST_ATTEMPTS or now - self.created_at >= LONGEST_TRY:
            await self._settle(OutgoingState.DEAD, f"Given up: {why}")
            return
        phase = OutgoingPhase.DATA if is_in_doubt else OutgoingPhase.WAITING
        await self._queue(now + self._delay(), phase, self.attempts, why)

    async def put_back(self, why: str | None = None) -> None:
        """Leave it as if it had not been claimed: what kept it is not its own fault."""
        await self._queue(self.due_at, OutgoingPhase.WAITING, self.attempts - 1, why)

    async def dead(self, why: str) -> None:
        """Give it up: it cannot be sent."""
        await self._settle(OutgoingState.DEAD, why)

    async def cancel(self, why: str) -> None:
        """Give it up: it is no longer called for."""
        await self._settle(OutgoingState.CANCELLED, why)

    def _delay(self) -> timedelta:
        doubled: timedelta = FIRST_DELAY * 2 ** (self.attempts - 1)
        # Spread, so that all that failed together does not come back together.
        return min(doubled, LONGEST_DELAY) * random.uniform(0.5, 1)  # noqa: S311 - guards no secret

    async def _queue(
        self, due: datetime, phase: OutgoingPhase, attempts: int, why: str | None
    ) -> None:
        await rows(
            "UPDATE outgoing_email"
            " SET state = 'QUEUED', phase = :phase, due_at = :due, attempts = :attempts,"
            "     last_error = COALESCE(:why, last_error),"
            "     lease_token = NULL, lease_until = NULL"
            " WHERE id = :id AND lease_token = :token RETURNING id",
            **self.lease,
            phase=phase,
            due=due,
            attempts=attempts,
            why=why,
        )

    async def _settle(self, state: OutgoingState, why: str) -> None:
        await rows(
            "UPDATE outgoing_email"
            " SET state = :state, last_error = :why, mime = NULL,"
            "     lease_token = NULL, lease_until = NULL"
            " WHERE id = :id AND lease_token = :token RETURNING id",
            **self.lease,
            state=state,
            why=why,
        )
