"""What the calendar brings: a table of duties, each of which takes what is due and says how many.

There are no timers. What is due is a row that says when; any worker takes it, once, in one
transaction with what it leads to. So nothing is forgotten while no worker runs, and nothing is
done twice. A new duty is a verb that does this, and a line in the table.
"""

import logging
from collections.abc import Awaitable, Callable

from mailers import (
    agreement_mailer,
    check_in_mailer,
    coordinator_mailer,
    digest_mailer,
    enrollment_mailer,
    request_mailer,
    session_mailer,
)
from models import Budget, Device, IdempotencyKey, Member, PasswordReset, SignIn, SignOn
from models.agreement.ending import ask_due
from models.check_in import notices, quiet, taking
from models.database import transaction
from models.erasure import purge
from models.mentoring_request.reminding import remind_due, suggest_due
from models.mentoring_request.status import end_due_pauses
from models.mentoring_request.waiting import expire_due
from models.mentoring_session.reminding import remind_due as remind_of_sessions
from models.outgoing_email.forgetting import forget_settled
from models.outgoing_email.setting_right import set_right
from models.outgoing_email.undeliverable import newly_unreachable
from models.picture import Storage, sweep
from models.returning import welcome_due

log = logging.getLogger(__name__)

Duty = Callable[[], Awaitable[int]]


class Duties:
    """All of them, for one worker."""

    def __init__(self, pictures: Storage) -> None:
        self._duties: dict[str, Duty] = {
            # First, because the days of requests go on from there.
            "end pauses": lambda: transaction(_end_pauses),
            "have requests expire": lambda: transaction(_expire),
            "remind of requests": lambda: transaction(_remind),
            "suggest to follow up": lambda: transaction(_suggest),
            "remind of sessions": lambda: transaction(_remind_of_sessions),
            "take check-ins": lambda: transaction(taking.take_due),
            "ask who is quiet": lambda: transaction(quiet.ask_due),
            "tell partners in the morning": lambda: transaction(_tell_partners),
            "ask whether to go on": lambda: transaction(_ask),
            "welcome people back": lambda: transaction(_welcome_back),
            "report undeliverable e-mails": lambda: transaction(_report_undeliverable),
            "set e-mails right after a clock that was ahead": lambda: transaction(set_right),
            "write digests": lambda: transaction(digest_mailer.deliver_due),
            "remove pictures": lambda: sweep(pictures),
            "forget settled e-mails": lambda: transaction(forget_settled),
            "purge what was erased": purge,
            "forget full budgets": _forget_budgets,
            "forget links for passwords, and who does not come back": _forget_links,
            "forget keys of mutations": _forget_keys,
            "forget sign-ins that ended": SignIn.forget_ended,
            "forget devices that nobody uses": Device.forget_unused,
        }
        self._failing = set[str]()

    async def do(self) -> int:
        """Do some of each, whatever becomes of the others. Gives how many things that was."""
        return sum([await self._do(name, duty) for name, duty in self._duties.items()])

    async def _do(self, name: str, duty: Duty) -> int:
        try:
            done = await duty()
        except Exception as trouble:
            self._note(trouble, name)
            return 0
        self._failing.discard(name)
        return done

    def _note(self, trouble: Exception, name: str) -> None:
        """Log it the first time: the same trouble every half minute would bury all else."""
        if name not in self._failing:
            log.error("the worker cannot %s; it keeps trying", name, exc_info=trouble)
        self._failing.add(name)


async def _forget_links() -> int:
    await PasswordReset.forget_over()
    await SignOn.forget_over()
    return 0


async def _forget_keys() -> int:
    await IdempotencyKey.forget_old()
    return 0


async def _end_pauses() -> int:
    return len(await end_due_pauses())


async def _expire() -> int:
    settled = await expire_due()
    for request, reader in settled:
        await request_mailer.expired(request, reader).deliver_later()
    return len(settled)


async def _remind() -> int:
    reminders = await remind_due()
    for it in reminders:
        await request_mailer.reminder(it).deliver_later()
    return len(reminders)


async def _suggest() -> int:
    reminders = await suggest_due()
    for it in reminders:
        await request_mailer.follow_up_due(it).deliver_later()
    return len(reminders)


async def _remind_of_sessions() -> int:
    reminders = await remind_of_sessions()
    for it in reminders:
        await session_mailer.reminder(it).deliver_later()
    return len(reminders)


async def _tell_partners() -> int:
    due = await notices.tell_due()
    for it in due:
        await check_in_mailer.notice(it).deliver_later()
    return len(due)


async def _ask() -> int:
    endings = await ask_due()
    for it in endings:
        await agreement_mailer.day_came(it).deliver_later()
    return len(endings)


async def _welcome_back() -> int:
    returns = await welcome_due()
    for it in returns:
        await enrollment_mailer.welcome_back(it).deliver_later()
        for enrollment, partner in it.news:
            await enrollment_mailer.partner_back(enrollment, partner, "").deliver_later()
    return len(returns)


async def _report_undeliverable() -> int:
    coordinators = await Member.in_good_standing().filter(is_coordinator=True)
    unreachable = await newly_unreachable() if coordinators else []
    for it in coordinators if unreachable else ():
        await coordinator_mailer.undeliverable(it, unreachable).deliver_later()
    return len(unreachable)


async def _forget_budgets() -> int:
    await Budget.forget_full()
    return 0  # there are always some, and they are nobody's concern
