"""Leaving the mail system alone for a while after it failed."""

import random
from datetime import datetime, timedelta

from models import clock

SHORTEST_BREAK = timedelta(seconds=30)
LONGEST_BREAK = timedelta(minutes=15)


class Breaker:
    """Lets nothing through for a while after the mail system failed, each time for longer.

    Each process has its own: one that cannot reach the mail system says nothing about the others.
    """

    def __init__(self) -> None:
        self._break = SHORTEST_BREAK
        self._until: datetime | None = None
        self._length = timedelta()  # of the present break

    @property
    def is_open(self) -> bool:
        """Whether to leave the mail system alone now."""
        # Longer than the break it is only by a clock that was ahead, and was put back since.
        left = self._until - clock.now() if self._until else timedelta()
        return timedelta() < left <= self._length

    @property
    def is_on_trial(self) -> bool:
        """Whether it failed the last time, so that one message is enough to try it with."""
        return self._until is not None

    def trip(self) -> timedelta:
        """Begin a break. Gives its length."""
        # Spread, so that all processes do not come back together.
        length = self._break * random.uniform(0.8, 1)  # noqa: S311 - guards no secret
        self._until, self._length = clock.now() + length, length
        self._break = min(2 * self._break, LONGEST_BREAK)
        return length

    def reset(self) -> None:
        """Note that the mail system works."""
        self._break, self._until = SHORTEST_BREAK, None
