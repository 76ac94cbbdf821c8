"""Sending what is due: a few e-mails at a time, for as long as the mail system takes them."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from mailers.breaker import Breaker
from mailers.delivery import OutOfOrder
from mailers.pace import TooSoon
from mailers.sending import Sending
from models import OutgoingEmail, clock
from models.outgoing_email.claim import MOST_AT_ONCE, RENEWAL
from settings import Settings

AT_ONCE = 4  # e-mails on their way at the same time
LONGEST_WAIT = timedelta(minutes=3)  # of a whole budget for e-mails, and some
ROUND = 100  # e-mails until one is tried that workers died with

log = logging.getLogger(__name__)


class PostOffice:
    """The e-mails that this process sends."""

    def __init__(self, settings: Settings) -> None:
        self._sending = Sending.by(settings)
        self._breaker = Breaker()
        self._not_before: datetime | None = None  # the turn of whatever comes next
        self._is_closing = False
        self._waiting = deque[OutgoingEmail]()  # claimed and not yet begun
        self._held = dict[str, OutgoingEmail]()  # claimed and not yet settled, by id
        self._counter = asyncio.Lock()  # one claims at a time
        self._left = 0  # e-mails of the present round that may still be claimed

    async def send_due(self) -> int:
        """Send all that is due now. Gives how many e-mails were dealt with."""
        for dead in await OutgoingEmail.recover():
            log.error("e-mail %s (%s) is given up: workers die of it", dead.id, dead.template)
        done = 0
        while not self._is_resting and await OutgoingEmail.is_any_due():
            in_this_round = await self._send_round() + await self._send_suspect()
            if not in_this_round:
                break  # others have it
            done += in_this_round
        return done

    def rest_of(self, seconds: float) -> float:
        """How many of these seconds to wait until the next look: less, if it is somebody's turn before."""
        if self._not_before is None or not self._is_too_soon:
            return seconds
        return min(seconds, (self._not_before - clock.now()).total_seconds())

    def close_counter(self) -> None:
        """Begin nothing any more."""
        self._is_closing = True

    async def rest(self) -> None:
        """Let go of connections that nobody has needed for a while."""
        await self._sending.delivery.rest()

    async def close(self) -> None:
        """Let go of all connections."""
        await self._sending.delivery.close()

    @property
    def _is_resting(self) -> bool:
        return self._is_closing or self._breaker.is_open or self._is_too_soon

    @property
    def _is_too_soon(self) -> bool:
        # Nobody waits for a turn for longer, unless the clock was ahead and was put back since.
        left = self._not_before - clock.now() if self._not_before else timedelta()
        return timedelta() < left <= LONGEST_WAIT

    async def _send_round(self) -> int:
        self._left = 1 if self._breaker.is_on_trial else ROUND
        async with self._holding():
            return sum(await _all(*[self._send_from_counter() for _ in range(AT_ONCE)]))

    async def _send_suspect(self) -> int:
        """Send one of those that workers died with, with nothing beside it that could suffer, too."""
        if self._is_resting:
            return 0
        async with self._holding():
            self._take(await OutgoingEmail.claim_suspect())
            return await self._send(self._waiting.popleft()) if self._waiting else 0

    async def _send_from_counter(self) -> int:
        done = 0
        while email := await self._next():
            done += await self._send(email)
        return done

    async def _next(self) -> OutgoingEmail | None:
        async with self._counter:
            if self._is_resting:
                return None
            if self._left and not self._waiting:
                await self._claim()
            return self._waiting.popleft() if self._waiting else None

    async def _claim(self) -> None:
        most = min(self._left, MOST_AT_ONCE, self._sending.pace.most_at_once or ROUND)
        claimed = await OutgoingEmail.claim(most)
        self._take(claimed)
        self._left = self._left - len(claimed) if claimed else 0

    def _take(self, claimed: list[OutgoingEmail]) -> None:
        self._waiting.extend(claimed)
        self._held |= {it.id: it for it in claimed}

    async def _send(self, email: OutgoingEmail) -> int:
        """Send one. Gives 0 if it had to be put back."""
        try:
            has_worked = await self._sending.send(email)
        except OutOfOrder as trouble:
            if not self._breaker.is_open:
                log.warning("no e-mails for %s: %s", self._breaker.trip(), str(trouble))
            return 0
        except TooSoon as too_soon:
            self._not_before = too_soon.turn
            return 0
        except asyncio.CancelledError:
            await email.put_back("The worker had to stop.", is_in_doubt=email.has_begun)
            raise
        finally:
            self._held.pop(email.id, None)
        if has_worked:
            self._breaker.reset()
        return 1

    @asynccontextmanager
    async def _holding(self) -> AsyncIterator[None]:
        """Say all the while that we are alive; what was not begun in the end, others may have at once."""
        renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
            while self._waiting:
                await self._waiting.popleft().put_back()
            self._held.clear()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEWAL.total_seconds())
            if tokens := {it.lease_token for it in self._held.values() if it.lease_token}:
                try:
                    await OutgoingEmail.renew(tokens)
                except Exception:
                    # The database is away; if it is back in time, nobody has noticed.
                    log.debug("leases are not renewed", exc_info=True)


async def _all(*doing: Coroutine[None, None, int]) -> list[int]:
    """What all of them give, once all have ended; raises what the first raises that fails."""
    outcomes = await asyncio.gather(*doing, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return [it for it in outcomes if isinstance(it, int)]
