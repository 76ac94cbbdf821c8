"""Keeps promises: sends the e-mails that are owed, does what the calendar brings, removes old pictures."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from mailers import request_mailer
from mailers.delivery import OutOfOrder
from mailers.sending import send, way_out
from models import Budget, OutgoingEmail, clock
from models.database import transaction
from models.mentoring_request.status import end_due_pauses
from models.mentoring_request.waiting import expire_due
from models.picture import Storage, sweep
from settings import Settings

POLL = 1.0  # seconds between two looks into the outbox
SWEEP = timedelta(seconds=30)  # between two looks at what the calendar brings
AT_ONCE = 4  # e-mails on their way at the same time
GRACE = 20.0  # seconds for what is on its way when the process is told to stop
REST = 5.0  # seconds after the database failed
SHORTEST_BREAK = timedelta(seconds=30)
LONGEST_BREAK = timedelta(minutes=15)

log = logging.getLogger(__name__)


class Worker:
    """One of any number of workers on the same database."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._delivery = way_out(settings)
        self._pictures = Storage(settings.pictures)
        self._breaker = Breaker()
        self._stop = asyncio.Event()
        self._next_sweep = clock.now()
        self._is_failing = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what is on its way then may take GRACE to arrive."""
        self._stop = stop
        working = asyncio.create_task(self._work())
        try:
            await stop.wait()
            await asyncio.wait([working], timeout=GRACE)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def work_off(self) -> int:
        """Do all that is due now. Gives how many things that was."""
        return await self._sweep() + await self._send_due()

    async def _work(self) -> None:
        while not self._stop.is_set():
            try:
                await self._sweep_in_time()
                await self._send_due()
            except Exception as trouble:
                # Most likely the database is away, and will be back; the promises are in it.
                self._note(trouble)
                await self._rest(REST)
            else:
                self._is_failing = False
                await self._rest(POLL)

    def _note(self, trouble: Exception) -> None:
        """Log it the first time: the same trouble every few seconds would bury all else."""
        if not self._is_failing:
            log.error("the worker cannot work; it keeps trying", exc_info=trouble)
        self._is_failing = True

    async def _rest(self, seconds: float) -> None:
        waiting = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait([waiting], timeout=seconds)
        waiting.cancel()

    async def _sweep_in_time(self) -> None:
        if clock.now() >= self._next_sweep:
            self._next_sweep = clock.now() + SWEEP
            await self._sweep()

    async def _sweep(self) -> int:
        """Note what the calendar brought about, and tidy up. Gives how many things it concerns."""
        await Budget.forget_full()
        noted = len(await transaction(end_due_pauses)) + await transaction(_expire)
        return noted + await sweep(self._pictures)

    async def _send_due(self) -> int:
        await OutgoingEmail.recover()
        tried = 0
        while not self._is_resting:
            batch = await OutgoingEmail.claim() or await OutgoingEmail.claim_suspect()
            if not batch:
                break
            tried += await self._send_all(batch)
        return tried

    @property
    def _is_resting(self) -> bool:
        return self._stop.is_set() or self._breaker.is_open

    async def _send_all(self, batch: Iterable[OutgoingEmail]) -> int:
        waiting = deque(batch)
        try:
            senders = [self._send_from(waiting) for _ in range(AT_ONCE)]
            outcomes = await asyncio.gather(*senders, return_exceptions=True)
        finally:
            # Told to stop, or the mail system is out of order: others may have them at once.
            for email in waiting:
                await email.put_back()
        return sum(_or_raised(it) for it in outcomes)

    async def _send_from(self, waiting: deque[OutgoingEmail]) -> int:
        tried = 0
        while waiting and not self._is_resting:
            tried += await self._send(waiting.popleft())
        return tried

    async def _send(self, email: OutgoingEmail) -> bool:
        try:
            await send(email, by=self._delivery, settings=self._settings)
        except OutOfOrder as trouble:
            if not self._breaker.is_open:
                log.warning("no e-mails for %s: %s", self._breaker.trip(), trouble)
            return False
        self._breaker.reset()
        return True


async def _expire() -> int:
    """Have requests expire, and tell both sides. Gives how many are told."""
    settled = await expire_due()
    for request, reader in settled:
        await request_mailer.expired(request, reader).deliver_later()
    return len(settled)


def _or_raised(outcome: int | BaseException) -> int:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


class Breaker:
    """Lets nothing through for a while after the mail system failed, each time for longer."""

    def __init__(self) -> None:
        self._break = SHORTEST_BREAK
        self._until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether to leave the mail system alone now."""
        return self._until is not None and clock.now() < self._until

    def trip(self) -> timedelta:
        """Begin a break. Gives its length."""
        length = self._break
        self._until = clock.now() + length
        self._break = min(2 * length, LONGEST_BREAK)
        return length

    def reset(self) -> None:
        """Note that the mail system works."""
        self._break, self._until = SHORTEST_BREAK, None
