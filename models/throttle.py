"""How often somebody may try what others must not guess; counted across all processes."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from models.budget import Budget

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Throttle:
    """So many tries at once, which come back one by one within this time."""

    name: str
    tries: int
    within: timedelta

    async def admit(self, who: str) -> None:
        """Count a try. Raises Exhausted after too many, and Busy."""
        await self._budget_of(who).spend(self._price)

    async def give_back(self, who: str) -> None:
        """Count a try no more. Raises Busy."""
        await self._budget_of(who).give_back(self._price)

    @property
    def _price(self) -> int:
        """Points of a try: the milliseconds in which it comes back."""
        return self.within // self.tries // _MILLISECOND

    def _budget_of(self, who: str) -> Budget:
        # Who tries may be an address that somebody typed, which is nobody's to read.
        payer = f"{self.name} {hashlib.sha256(who.encode()).hexdigest()}"
        return Budget(payer, self._price, self.tries * self._price, per_second=1000)
