"""Being connected, for as long as a sign-in is valid, and being told of events meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import Enum, auto

from models.budget import Exhausted
from models.event import Event
from models.live import order
from models.sign_in import SignIn

MOST_SUBSCRIPTIONS = 10  # of one member, with this process
AT_ONCE = 20  # events of a subscription in memory
REST = timedelta(seconds=0.5)  # at least, where points are missing; more events can be told then


class TooMany(Exception):
    """There is a limit to this; the message is a sentence for people."""


class Ending(Enum):
    """Why a presence is over."""

    SIGNED_OUT = auto()  # or lapsed, or suspended
    SERVER_STOPS = auto()  # connecting again leads to another


class Presence:
    """A connection of a member; `own` are all of the same member."""

    def __init__(
        self, sign_in: SignIn, own: Collection["Presence"], settled: Callable[[], int | None]
    ) -> None:
        self.sign_in = sign_in
        self.over: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self.followers: set[Follower] = set()
        self.settled = settled  # up to which number all events are known
        self._own = own

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be told here any more."""
        return self.over.done()

    def end(self, why: Ending) -> None:
        """Tell nothing from now on."""
        if not self.is_over:
            self.over.set_result(why)
        for follower in self.followers:
            follower.leave()

    @contextmanager
    def following(self) -> Iterator["Follower"]:
        """Somebody who is told of the member's events, within the block. Raises TooMany."""
        if sum(len(it.followers) for it in self._own) >= MOST_SUBSCRIPTIONS:
            raise TooMany(f"A member has at most {MOST_SUBSCRIPTIONS} subscriptions at once.")
        follower = Follower(self)
        self.followers.add(follower)
        try:
            yield follower
        finally:
            self.followers.discard(follower)

    async def is_valid(self) -> bool:
        """Whether the sign-in still is; the member, who may have changed, is read with it."""
        known = await SignIn.valid_among([self.sign_in.id])
        if self.sign_in.id not in known:
            self.end(Ending.SIGNED_OUT)
            return False
        self.sign_in = known[self.sign_in.id]
        return True


class Follower:
    """Reads on from the number of the last event whenever it is woken.

    Nothing is kept for it meanwhile: one who takes what is told slowly, or not at all, costs no
    more than one who is quick.
    """

    def __init__(self, presence: Presence) -> None:
        self._presence = presence
        self._woken = asyncio.Event()
        self._woken.set()  # to begin with what happened before it came
        self._number: int | None = None  # of the event that was told last
        self._known: str | None = None
        self._leaving = asyncio.Event()

    @property
    def sign_in(self) -> SignIn:
        """The sign-in with its member, as they were when the last events were read."""
        return self._presence.sign_in

    def wake(self) -> None:
        """Have it look for events."""
        self._woken.set()

    def leave(self) -> None:
        """Have it end, once what is being told is told."""
        self._leaving.set()
        self.wake()

    async def begin(self, *, after: str | None) -> None:
        """Begin behind an event, or now. Raises UnknownEvent."""
        self._number, self._known = (await order.end()).settled, after
        if after is not None:
            # Who knows the event from their feed may know it before it is settled.
            known = await order.number_of(after, self.sign_in.member_id)
            self._number = min(self._number, known)

    async def events(self, pay: Callable[[], Awaitable[None]]) -> AsyncIterator[Event]:
        """Each event once, in their order, until it is to leave or the sign-in has ended.

        Each is paid for before; one for which `pay` raises Exhausted waits for its points.
        """
        while not self._leaving.is_set():
            await self._woken.wait()
            self._woken.clear()
            while (found := await self._next()) and await self._presence.is_valid():
                for event in found:
                    is_news = event.id != self._known
                    if self._leaving.is_set() or (is_news and not await self._has_paid(pay)):
                        break  # to read it anew: much may have changed since
                    self._number = event.number
                    if is_news:
                        yield event

    async def _has_paid(self, pay: Callable[[], Awaitable[None]]) -> bool:
        """Whether there were points; if not, this is when there may be some, or when it is to leave."""
        try:
            await pay()
        except Exhausted as no:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(no.wait, REST).total_seconds()):
                    await self._leaving.wait()
            return False
        return True

    async def _next(self) -> Sequence[Event]:
        assert self._number is not None, "it has to begin somewhere"
        settled = self._presence.settled()
        # Nobody has looked yet, and whoever does will wake it; or there is no time for more.
        if settled is None or self._leaving.is_set():
            return ()
        return await order.events_of(
            self.sign_in.member_id, after=self._number, up_to=settled, most=AT_ONCE
        )
