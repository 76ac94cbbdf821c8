"""An e-mail on its way: written once, sent, and settled."""

import random
from datetime import datetime, timedelta

from tortoise import fields

from models import clock
from models.database import rows
from models.fields import MomentField
from models.outgoing_email import suppression
from models.outgoing_email.claim import Claim
from models.outgoing_email.promise import OutgoingPhase, OutgoingState

MOST_ATTEMPTS = 20
LONGEST_TRY = timedelta(hours=72)  # from the promise until giving up, …
FEWEST_ATTEMPTS = 5  # … unless it waited for most of that: greylisting alone takes some
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
    refused_at: datetime | None = MomentField(null=True)  # when its address failed for good
    reported_at: datetime | None = MomentField(null=True)  # when coordinators were told of that
    kept_at: datetime | None = MomentField(
        null=True
    )  # when it was seen last that it is still needed

    has_begun = False  # in this attempt, so that it may have arrived

    class Meta:
        table = "outgoing_email"

    @property
    def may_have_arrived(self) -> bool:
        """Whether an earlier attempt may have reached the mail server, of an e-mail just claimed."""
        return self.phase is OutgoingPhase.DATA

    async def begin(self, *, address: str, subject: str, mime: str) -> bool:
        """Note that from now on it may arrive, and keep it as written: every attempt sends the same bytes.

        False if the lease is over: then it must not be sent.
        """
        begun = await rows(
            "UPDATE outgoing_email"
            " SET phase = 'DATA', address = :address, subject = :subject, mime = :mime"
            " WHERE id = :id AND lease_token = :token AND lease_until > :now RETURNING id",
            **self.lease,
            now=clock.now(),
            address=address,
            subject=subject,
            mime=mime,
        )
        self.address, self.subject, self.mime = address, subject, mime
        self.has_begun = bool(begun)
        return self.has_begun

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

    async def put_off(self, why: str, *, is_in_doubt: bool = False) -> bool:
        """Try again later, ever less often. False if it is given up, after MOST_ATTEMPTS or LONGEST_TRY.

        It `is_in_doubt` when it may have arrived all the same.
        """
        if self._was_tried_enough:
            await self.refused(f"Given up: {why}", is_in_doubt=is_in_doubt)
            return False
        self.abandoned = 0  # a worker has survived it
        due = clock.now() + self._delay()
        await self._queue(due, why, attempts=self.attempts, is_in_doubt=is_in_doubt)
        return True

    async def put_back(
        self, why: str | None = None, *, until: datetime | None = None, is_in_doubt: bool = False
    ) -> None:
        """Leave it as if it had not been claimed: what kept it is not its own fault."""
        due, attempts = until or self.due_at, self.attempts - 1
        await self._queue(due, why, attempts=attempts, is_in_doubt=is_in_doubt)

    async def refused(
        self, why: str, *, is_nobody_there: bool = False, is_in_doubt: bool = False
    ) -> None:
        """Give it up: its address does not take it. Send nothing more there if that is how it stays."""
        now = clock.now()
        await self._settle(OutgoingState.DEAD, why, refused_at=now, is_in_doubt=is_in_doubt)
        if self.address and is_nobody_there:
            await suppression.suppress(self.address, why)
        elif self.address:
            await suppression.suppress_if_refused_often(self.address)

    async def dead(self, why: str) -> None:
        """Give it up: it cannot be sent."""
        await self._settle(OutgoingState.DEAD, why)

    async def cancel(self, why: str) -> None:
        """Give it up: it is no longer called for."""
        await self._settle(OutgoingState.CANCELLED, why)

    async def suppress(self, why: str) -> None:
        """Give it up: nothing is sent to its address any more."""
        await self._settle(OutgoingState.SUPPRESSED, why)

    @property
    def _was_tried_enough(self) -> bool:
        is_old = clock.now() - self.created_at >= LONGEST_TRY
        return self.attempts >= (FEWEST_ATTEMPTS if is_old else MOST_ATTEMPTS)

    def _delay(self) -> timedelta:
        doubled: timedelta = FIRST_DELAY * 2 ** (self.attempts - 1)
        # Spread, so that all that failed together does not come back together.
        return min(doubled, LONGEST_DELAY) * random.uniform(0.5, 1)  # noqa: S311 - guards no secret

    async def _queue(
        self, due: datetime, why: str | None, *, attempts: int, is_in_doubt: bool = False
    ) -> None:
        await rows(
            "UPDATE outgoing_email"
            " SET state = 'QUEUED', phase = :phase, due_at = :due, attempts = :attempts,"
            "     last_error = COALESCE(:why, last_error), abandoned = :abandoned,"
            "     lease_token = NULL, lease_until = NULL"
            " WHERE id = :id AND lease_token = :token RETURNING id",
            **self.lease,
            phase=self._phase_after(is_in_doubt),
            due=due,
            attempts=attempts,
            abandoned=self.abandoned,
            why=why,
        )

    async def _settle(
        self,
        state: OutgoingState,
        why: str,
        *,
        refused_at: datetime | None = None,
        is_in_doubt: bool = False,
    ) -> None:
        await rows(
            "UPDATE outgoing_email"
            " SET state = :state, phase = :phase, last_error = :why, refused_at = :refused_at,"
            "     mime = NULL, lease_token = NULL, lease_until = NULL"
            " WHERE id = :id AND lease_token = :token RETURNING id",
            **self.lease,
            state=state,
            phase=self._phase_after(is_in_doubt),
            why=why,
            refused_at=refused_at,
        )

    def _phase_after(self, is_in_doubt: bool) -> OutgoingPhase:
        is_in_doubt = is_in_doubt or self.may_have_arrived
        return OutgoingPhase.DATA if is_in_doubt else OutgoingPhase.WAITING
