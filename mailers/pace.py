"""How many e-mails a provider takes in a minute: counted in the database, for all workers together."""

from datetime import datetime, timedelta

from models import Budget, Exhausted, OutgoingEmail, Urgency, clock
from models.outgoing_email.outgoing_email import LONGEST_DELAY
from settings import Settings

MINUTE = timedelta(minutes=1)


class TooSoon(Exception):
    """An e-mail would be one too many; `turn` says when it would not. `is_for_all`: nor would another."""

    def __init__(self, turn: datetime, *, is_for_all: bool) -> None:
        super().__init__("too many e-mails in a minute")
        self.turn = turn
        self.is_for_all = is_for_all


class Pace:
    """Lets no more e-mails through than the settings allow."""

    def __init__(self, settings: Settings) -> None:
        self._of_all = settings.mail_per_minute
        self._of_domain = settings.mail_per_domain_per_minute
        self._turns: dict[tuple[str, Urgency], datetime] = {}  # the last that was given away
        self._given_at = clock.now()

    @property
    def most_at_once(self) -> int | None:
        """How many may go at the same instant; None if there is no limit."""
        return self._of_all and _burst(self._of_all)

    async def keep(self, email: OutgoingEmail, address: str) -> None:
        """Count an e-mail that is about to be sent. Raises TooSoon."""
        domain = address.rpartition("@")[2].lower()
        if self._of_domain:
            await self._keep_for(domain, email)
        if self._of_all:
            try:
                await _spend("mail", self._of_all)
            except Exhausted as none_left:
                raise TooSoon(clock.now() + none_left.wait, is_for_all=True) from None

    async def _keep_for(self, domain: str, email: OutgoingEmail) -> None:
        assert self._of_domain
        try:
            await _spend(f"mail to {domain}", self._of_domain)
        except Exhausted as none_left:
            turn = self._next_turn(domain, email.urgency, clock.now() + none_left.wait)
            raise TooSoon(turn, is_for_all=False) from None

    def _next_turn(self, domain: str, urgency: Urgency, earliest: datetime) -> datetime:
        """One after the other: those that would come back at once would only be sent away again."""
        assert self._of_domain
        now = clock.now()
        if now < self._given_at:
            self._turns.clear()  # which a clock gave away that was ahead, and was put back since
        last = self._turns.get((domain, urgency))
        turn = earliest if last is None else max(earliest, last + MINUTE / self._of_domain)
        turn = min(turn, now + LONGEST_DELAY)  # as long as anything waits
        self._turns = {key: it for key, it in self._turns.items() if it > now}
        self._turns[domain, urgency], self._given_at = turn, now
        return turn


def _burst(per_minute: int) -> int:
    return max(1, per_minute // 60)


async def _spend(payer: str, per_minute: int) -> None:
    """Pay for one e-mail, at 60 points of which so many come back a second.

    What may be sent at once and what comes back in the next minute are together no more than the limit.
    """
    burst = _burst(per_minute)
    comes_back = per_minute - burst + 1
    await Budget(payer, 60, 60 * burst, comes_back).spend(60)
