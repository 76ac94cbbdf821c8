"""Keeps promises: sends the e-mails that are owed, does what the calendar brings, removes old pictures."""

import asyncio
import logging
from datetime import timedelta

from mailers import request_mailer
from mailers.post_office import PostOffice
from models import Budget, clock
from models.database import transaction
from models.database.listening import listening
from models.mentoring_request.status import end_due_pauses
from models.mentoring_request.waiting import expire_due
from models.outgoing_email.waking import awake
from models.picture import Storage, sweep
from settings import Settings

POLL = 1.0  # seconds between two looks into the outbox, should nobody wake us
SWEEP = timedelta(seconds=30)  # between two looks at what the calendar brings
GRACE = 20.0  # seconds for what is on its way when the process is told to stop
REST = 5.0  # seconds after the database failed

log = logging.getLogger(__name__)


class Worker:
    """One of any number of workers on the same database."""

    def __init__(self, settings: Settings) -> None:
        self._database_url = settings.database_url
        self._post_office = PostOffice(settings)
        self._pictures = Storage(settings.pictures)
        self._stop = asyncio.Event()
        self._promised = asyncio.Event()
        self._next_sweep = clock.now()
        self._is_failing = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what is on its way then may take GRACE to arrive."""
        self._stop = stop
        with awake() as self._promised:
            async with listening(self._database_url, "outgoing_email", self._promised.set):
                await self._run()

    async def _run(self) -> None:
        working = asyncio.create_task(self._work())
        try:
            await self._stop.wait()
            self._post_office.close_counter()
            await asyncio.wait([working], timeout=GRACE)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await self._post_office.close()

    async def work_off(self) -> int:
        """Do all that is due now. Gives how many things that was."""
        done = await self._sweep() + await self._post_office.send_due()
        await self._post_office.close()
        return done

    async def _work(self) -> None:
        while not self._stop.is_set():
            self._promised.clear()
            try:
                await self._sweep_in_time()
                await self._post_office.send_due()
                await self._post_office.rest()
            except Exception as trouble:
                # Most likely the database is away, and will be back; the promises are in it.
                self._note(trouble)
                await self._rest(REST)
            else:
                self._is_failing = False
                await self._rest(self._post_office.rest_of(POLL), self._promised)

    def _note(self, trouble: Exception) -> None:
        """Log it the first time: the same trouble every few seconds would bury all else."""
        if not self._is_failing:
            log.error("the worker cannot work; it keeps trying", exc_info=trouble)
        self._is_failing = True

    async def _rest(self, seconds: float, *unless: asyncio.Event) -> None:
        waiting = [asyncio.ensure_future(it.wait()) for it in (self._stop, *unless)]
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for it in waiting:
            it.cancel()

    async def _sweep_in_time(self) -> None:
        if clock.now() >= self._next_sweep:
            self._next_sweep = clock.now() + SWEEP
            await self._sweep()

    async def _sweep(self) -> int:
        """Note what the calendar brought about, and tidy up. Gives how many things it concerns."""
        await Budget.forget_full()
        noted = len(await transaction(end_due_pauses)) + await transaction(_expire)
        return noted + await sweep(self._pictures)


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
