"""How often somebody may try what others must not guess; counted across all processes."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from models.budget import Budget

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Throttle:
    """So many tries at once, which come back one by one within this time."""

    name: str
    tries: int
    within: timedelta

    async def admit(self, who: str) -> None:
        """Count a try. Raises Exhausted after too many, and Busy."""
        # Who tries may be an address that somebody typed, which is nobody's to read.
        payer = f"{self.name} {hashlib.sha256(who.encode()).hexdigest()}"
        points = self.within // self.tries // _SECOND  # one comes back each second
        await Budget(payer, points, self.tries * points, per_second=1).spend(points)
