"""All who are connected to this process: woken when there is news, and shown out when they may not stay."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from models import measures
from models.database.listening import listening
from models.live import order
from models.live.presence import Ending, Presence, TooMany
from models.sign_in import SignIn

LOOK_EVERY = 0.5  # seconds; half of what may pass until somebody who is signed out hears no more
LOOK_AGAIN = 0.02  # seconds; at least between two looks, and when an event is not settled yet
MOST_CONNECTIONS = 10  # of one member, with this process

log = logging.getLogger(__name__)


class Audience:
    """Whoever is connected; looks for news and at their sign-ins once for all of them."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._present: dict[str, set[Presence]] = {}  # by member
        self._settled: int | None = None  # up to which number events are known, if anybody looks
        self._somebody = asyncio.Event()  # is there
        self._heard = asyncio.Event()  # that there may be news
        self._is_failing = False

    @contextmanager
    def present(self, sign_in: SignIn) -> Iterator[Presence]:
        """A connection of a member, for the block. Raises TooMany."""
        own = self._present.setdefault(sign_in.member_id, set())
        if len(own) >= MOST_CONNECTIONS:
            raise TooMany(f"A member has at most {MOST_CONNECTIONS} connections at once.")
        presence = Presence(sign_in, own, lambda: self._settled)
        own.add(presence)
        self._somebody.set()
        try:
            with measures.CONNECTIONS.one():
                yield presence
        finally:
            self._leave(presence)

    def _leave(self, presence: Presence) -> None:
        member_id = presence.sign_in.member_id
        own = self._present[member_id]
        own.discard(presence)
        if not own:
            del self._present[member_id]

    def dismiss(self) -> None:
        """Ask everybody to leave, because this process is about to stop."""
        for presence in self._everybody():
            presence.end(Ending.SERVER_STOPS)

    async def run(self) -> None:
        """Look after those who are connected, as long as this is not cancelled."""
        async with listening(self._database_url, "event", self._heard.set):
            while True:
                await self._wait_for_somebody()
                await self._look_after_them()

    async def _wait_for_somebody(self) -> None:
        if not self._present:
            self._settled = None
            self._somebody.clear()
            await self._somebody.wait()

    async def _look_after_them(self) -> None:
        try:
            await self._show_out()
            await self._look_for_a_while()
            self._is_failing = False
        except Exception as trouble:
            # Most likely the database is away, and will be back; whoever asks it hears of that.
            if not self._is_failing:
                log.error("live updates stand still; trying on", exc_info=trouble)
            self._is_failing = True
            await asyncio.sleep(LOOK_EVERY)

    async def _show_out(self) -> None:
        everybody = self._everybody()
        valid = await SignIn.valid_among({it.sign_in.id for it in everybody})
        for presence in everybody:
            if presence.sign_in.id not in valid:
                presence.end(Ending.SIGNED_OUT)

    async def _look_for_a_while(self) -> None:
        """Look for news once, and again as soon as there may be some."""
        deadline, pause = asyncio.get_running_loop().time() + LOOK_EVERY, LOOK_AGAIN
        while asyncio.get_running_loop().time() < deadline:
            is_more_to_come = await self._look()
            await asyncio.sleep(pause)
            pause *= 2  # should another transaction take long
            if not is_more_to_come:
                pause = LOOK_AGAIN
                await self._wait_for_news(deadline)

    async def _look(self) -> bool:
        """Wake those for whom there is news; whether more is to come soon."""
        end = await order.end()
        before, news = self._settled, set(self._present)
        if before is not None and end.settled > before:
            news = await order.readers_of(after=before, up_to=end.settled)
        if before is None or end.settled > before:
            self._settled = end.settled  # first, for whoever is woken reads up to there
            self._wake(news)
        return end.is_more_to_come

    async def _wait_for_news(self, deadline: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                await self._heard.wait()
        self._heard.clear()

    def _wake(self, readers: set[str]) -> None:
        for reader in readers:
            for presence in self._present.get(reader, ()):
                for follower in presence.followers:
                    follower.wake()

    def _everybody(self) -> list[Presence]:
        return [presence for own in self._present.values() for presence in own]
