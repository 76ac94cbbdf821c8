"""Keeps promises: sends the e-mails that are owed, and does what the calendar brings."""

import asyncio
import logging

from duties import Duties
from mailers.post_office import PostOffice
from models.database.listening import listening
from models.outgoing_email.waking import awake
from models.picture import Storage
from settings import Settings

POLL = 1.0  # seconds between two looks into the outbox, should nobody wake us
SWEEP = 30.0  # seconds between two looks at what the calendar brings
NEXT = 0.1  # seconds between two parts of what it brought, for others who write
GRACE = 20.0  # seconds for what is on its way when the process is told to stop
REST = 5.0  # seconds after the database failed

log = logging.getLogger(__name__)


class Worker:
    """One of any number of workers on the same database."""

    def __init__(self, settings: Settings) -> None:
        self._database_url = settings.database_url
        self._post_office = PostOffice(settings)
        self._duties = Duties(Storage(settings.pictures))
        self._stop = asyncio.Event()
        self._promised = asyncio.Event()
        self._is_failing = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what is on its way then may take GRACE to arrive."""
        self._stop = stop
        with awake() as self._promised:
            async with listening(self._database_url, "outgoing_email", self._promised.set):
                await self._run()

    async def _run(self) -> None:
        # Apart, so that neither a mail server that is slow stops the clock, nor a backlog the mail.
        working = [asyncio.create_task(it) for it in (self._send(), self._keep_the_clock())]
        try:
            await self._stop.wait()
            self._post_office.close_counter()
            await asyncio.wait(working, timeout=GRACE)
        finally:
            for it in working:
                it.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            await self._post_office.close()

    async def work_off(self) -> int:
        """Do all that is due now. Gives how many things that was."""
        noted = 0
        while done := await self._duties.do():
            noted += done
        sent = await self._post_office.send_due()
        await self._post_office.close()
        return noted + sent

    async def _send(self) -> None:
        while not self._stop.is_set():
            self._promised.clear()
            try:
                await self._post_office.send_due()
                await self._post_office.rest()
            except Exception as trouble:
                # Most likely the database is away, and will be back; the promises are in it.
                self._note(trouble)
                await self._rest(REST)
            else:
                self._is_failing = False
                await self._rest(self._post_office.rest_of(POLL), self._promised)

    async def _keep_the_clock(self) -> None:
        while not self._stop.is_set():
            # Waiting by a clock that nobody sets: where the time of day is put back, it goes on.
            await self._rest(NEXT if await self._duties.do() else SWEEP)

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
