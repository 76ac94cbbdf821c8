"""An e-mail to one reader, and the decision whether to send it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import (
    Block,
    Choice,
    EmailFrequency,
    EventKind,
    Member,
    NotificationPreference,
    OutgoingEmail,
    Urgency,
)
from models.record import Record

_AT_ONCE = EmailFrequency.AT_ONCE


class NotMailed(Choice):
    """Why an e-mail is not sent."""

    PROMISED_BEFORE = "The same e-mail was promised before."
    NOTHING_TO_TAKE_BACK = "The e-mail it takes back never went out."
    UNWANTED = "The reader does not want such e-mails."
    NOT_A_MEMBER = "The membership of the reader ended."
    BLOCKED = "The reader blocked whose doing it tells of."


@dataclass(frozen=True, kw_only=True)
class Email:
    """What one reader is told about a row; the facts are what the template needs, as JSON has it.

    One without a reader is for whom `mailers.readers` finds when it is written.

    An e-mail without a kind always goes out, as does an essential one. One that `takes_back` the
    e-mails of other templates cancels these while they wait; if none has gone out, it need not be
    sent itself. One that `replaces` others cancels these as well, and goes out whatever became of
    them. The same e-mail about the same row goes out once, unless the `occasion` differs.
    What its reader wants to hear of daily or weekly waits for the next digest, unless it `cannot_wait`.
    Whether it is still wanted is asked again when its turn has come, and whether the row, or one of
    those it is `also_about`, is in the state `only_while` it is called for. It may be `sent_for` a
    member, who is named as the sender, with an address of theirs to `reply_to`. It does not go to who
    blocked the member `by` whose doing it tells of.
    """

    template: str
    reader: Member | None
    about: Record
    also_about: Sequence[Record] = ()
    facts: Mapping[str, Any]
    kind: EventKind | None = None
    takes_back: Sequence[str] = ()
    replaces: Sequence[str] = ()
    occasion: str = ""
    urgency: Urgency = Urgency.NORMAL
    only_while: Choice | None = None
    sent_for: Member | None = None
    reply_to: str | None = None
    cannot_wait: bool = False
    by: Member | None = None

    @property
    def key(self) -> str:
        """What makes it the same e-mail as another."""
        reader = self.reader.id if self.reader else ""
        return f"{self.template}:{self.about.id}:{reader}:{self.occasion}"

    async def deliver_later(self) -> NotMailed | None:
        """Promise it in the running transaction; a worker keeps the promise. Or say why not."""
        if await self._is_settled_by_taking_back():
            return NotMailed.NOTHING_TO_TAKE_BACK
        frequency = await self._frequency()
        if isinstance(frequency, NotMailed):
            return frequency
        promised = await OutgoingEmail.promise(
            key=self.key,
            reader=self.reader,
            template=self.template,
            facts=self.facts,
            about=self.about,
            also_about=self.also_about,
            urgency=self.urgency,
            kind=self.kind,
            only_while=self.only_while,
            sent_for=self.sent_for.name if self.sent_for else None,
            reply_to=self.reply_to,
            held_until=self._held_until(frequency),
            actor_id=self._actor_id,
        )
        return None if promised else NotMailed.PROMISED_BEFORE

    async def _is_settled_by_taking_back(self) -> bool:
        for it in self.replaces:
            await OutgoingEmail.take_back(it, about=self.about, reader=self.reader)
        gone = [
            await OutgoingEmail.take_back(it, about=self.about, reader=self.reader)
            for it in self.takes_back
        ]
        return bool(gone) and not any(gone)

    @property
    def _actor_id(self) -> str | None:
        return self.by.id if self.by else None

    async def _frequency(self) -> EmailFrequency | NotMailed:
        if self.reader is None:
            return _AT_ONCE
        return await frequency_of(self.kind, self.reader, self._actor_id)

    def _held_until(self, frequency: EmailFrequency) -> datetime | None:
        if self.reader is None or self.cannot_wait or frequency is _AT_ONCE:
            return None  # of whom an import knows little more than the address
        return frequency.due(self.reader.clock_zone)


async def frequency_of(
    kind: EventKind | None, reader: Member, actor_id: str | None
) -> EmailFrequency | NotMailed:
    """How soon a reader gets e-mails of a kind, about what somebody did; or why they get none now."""
    if await Block.withholds(actor_id, reader_id=reader.id):
        return NotMailed.BLOCKED
    if kind is None or kind.is_essential:
        return _AT_ONCE
    if not reader.is_in_good_standing:
        return NotMailed.NOT_A_MEMBER
    frequency = await NotificationPreference.frequency_for(reader, kind)
    return NotMailed.UNWANTED if frequency is EmailFrequency.NEVER else frequency


async def reason_against(
    kind: EventKind | None, reader: Member, actor_id: str | None
) -> NotMailed | None:
    """Why a reader must not get e-mails of a kind, about what somebody did, now, if so."""
    frequency = await frequency_of(kind, reader, actor_id)
    return frequency if isinstance(frequency, NotMailed) else None
