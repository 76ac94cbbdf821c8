"""What somebody may spend of our time: points that come back steadily, counted across all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models import clock
from models.database import hasty_rows

SKEW = timedelta(minutes=1)  # by which clocks of several machines may differ

_MILLISECOND = timedelta(milliseconds=1)


class Exhausted(Exception):
    """There are not enough points left; `wait` says when there will be."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("the budget is exhausted")
        self.wait = wait


@dataclass(frozen=True)
class Budget:
    """The points of one payer, who may be anybody with a name.

    Kept is only when it will be full again: each point puts that off by the time it takes to come
    back, and nobody may put it off by more than `burst` points (GCRA). What is put off by more than
    that and SKEW was so by a clock that was ahead and is right again, and counts no more.
    """

    payer: str
    most_at_once: int  # points
    burst: int  # points of a full budget
    per_second: int  # points that come back

    async def spend(self, points: int) -> int:
        """Take some points, at most `most_at_once`. Gives how many are left. Raises Exhausted."""
        now = clock.now()
        spent = await hasty_rows(
            """
            INSERT INTO budget (payer, full_at) VALUES (:payer, :full_at)
            ON CONFLICT (payer) DO UPDATE SET
                full_at = CASE WHEN budget.full_at > :now AND budget.full_at <= :possible
                    THEN budget.full_at + :takes ELSE :full_at END
            WHERE budget.full_at + :takes <= :latest OR budget.full_at > :possible
            RETURNING full_at
            """,
            payer=self.payer,
            full_at=now + self._time(points),
            now=now,
            takes=self._time(points) // _MILLISECOND,
            latest=now + self._whole,
            possible=now + self._whole + SKEW,
        )
        if not spent:
            raise Exhausted(await self._wait(points, now))
        return self._points(clock.moment(spent[0]["full_at"]), now)

    async def give_back(self, points: int) -> None:
        """Put back points that were taken a moment ago, before they would have come back."""
        await hasty_rows(
            """
            UPDATE budget SET full_at = full_at - :takes
            WHERE payer = :payer AND full_at > :now RETURNING payer
            """,
            payer=self.payer,
            takes=self._time(points) // _MILLISECOND,
            now=clock.now(),
        )

    async def _wait(self, points: int, now: datetime) -> timedelta:
        found = await hasty_rows(
            "SELECT full_at FROM budget WHERE payer = :payer", payer=self.payer
        )
        full_at = clock.moment(found[0]["full_at"]) if found else now
        return max(full_at + self._time(points) - self._whole - now, _MILLISECOND)

    @property
    def _whole(self) -> timedelta:
        # Whatever is allowed at all must be affordable to those who waited.
        return self._time(max(self.burst, self.most_at_once))

    def _time(self, points: int) -> timedelta:
        return -(-points * 1000 // self.per_second) * _MILLISECOND

    def _points(self, full_at: datetime, now: datetime) -> int:
        return (self._whole - (full_at - now)) * self.per_second // timedelta(seconds=1)

    @staticmethod
    async def forget_full() -> None:
        """Delete what says nothing any more, so that nobody's address is kept for long."""
        await hasty_rows(
            "DELETE FROM budget WHERE full_at <= :now RETURNING payer", now=clock.now()
        )
