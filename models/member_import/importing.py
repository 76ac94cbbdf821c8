"""Bringing members up to the directory's list."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models import clock, password
from models.database import dialect, rows, transaction
from models.enrollment import Enrollment
from models.erasure.log import ErasureLog
from models.member import Member
from models.member_import.file import read
from models.member_import.line import BadLine, Line
from models.member_import.plan import Change, Plan
from models.password_reset import PasswordReset
from models.program import Program

_AT_ONCE = 1000  # rows of one statement; PostgreSQL takes 32,767 values

# Tells a member, in the transaction, that this address is no longer theirs.
TellMoved = Callable[[Member, str], Awaitable[None]]
_Hashes = Mapping[int, str]  # of first passwords, by the number of the line


class Underway(Exception):
    """Somebody else imports at this moment; the message is a sentence that says so."""


@dataclass(frozen=True)
class Report:
    """What an import did, or would do."""

    added: int
    changed: int
    unchanged: int
    bad: Sequence[BadLine]
    erased: Sequence[int] = ()  # the numbers of lines about people who had themselves erased


async def import_members(
    lines: Iterable[str],
    *,
    is_dry: bool,
    skips_bad: bool,
    tell_moved: TellMoved,
    erased: ErasureLog | None = None,
) -> Report:
    """Bring members up to a directory's list. Importing it twice changes nothing.

    Who was `erased` is not brought back.

    Bad lines are reported with their reasons; unless they are skipped, nothing is imported then.
    A dry run only reports. Members who are not on the list stay as they are.
    Raises Unreadable, Underway.
    """
    good, bad = read(lines, program=(await Program.current()).name)
    good, gone = await _without_erased(good, erased)
    plan = await Plan.of(good, bad)
    if is_dry or (plan.bad and not skips_bad):
        return _report(plan, gone)
    hashes = {
        it.number: await password.hashed(it.password) for it in plan.lines_that_give_passwords()
    }

    async def work() -> Report:
        await _be_the_only_one()
        await _lock(it.member.id for it in plan.changed)
        # Again, because hashing takes long, and members go on writing meanwhile.
        current = await Plan.of(good, bad)
        if skips_bad or not current.bad:
            await _carry_out(current, hashes, tell_moved)
        return _report(current, gone)

    return await transaction(work)


def _report(plan: Plan, gone: Sequence[int]) -> Report:
    return Report(len(plan.added), len(plan.changed), plan.unchanged, plan.bad, gone)


async def _without_erased(
    lines: Sequence[Line], log: ErasureLog | None
) -> tuple[list[Line], list[int]]:
    """The lines about others, and the numbers of those about people who were erased."""
    if log is None:
        return list(lines), []
    names = {name for it in lines for name in (it.identity.username, it.identity.email)}
    known = await log.known_among(names)
    gone = {
        it.number for it in lines if not known.isdisjoint((it.identity.username, it.identity.email))
    }
    return [it for it in lines if it.number not in gone], sorted(gone)


async def _be_the_only_one() -> None:
    """Have no other import add the same people. Raises Underway."""
    if dialect() == "postgresql":  # SQLite has one writer at a time anyway
        # A row that nothing else locks stands for all imports.
        lock = "SELECT id FROM program FOR NO KEY UPDATE SKIP LOCKED"
        if not await rows(lock):
            raise Underway("Another import is under way; try again when it is done.")


async def _lock(ids: Iterable[str]) -> None:
    for some in _in_parts(sorted(ids)):
        await Member.lock(some)


async def _carry_out(plan: Plan, hashes: _Hashes, tell_moved: TellMoved) -> None:
    await _free_addresses(it.member.id for it in plan.changed if it.moves)
    for change in plan.changed:
        former = change.member.email
        await _bring_up(change, hashes)
        if change.moves:
            await _move(change.member, former, tell_moved)
    await Member.bulk_create([_new(it, hashes) for it in plan.added], batch_size=_AT_ONCE)


async def _free_addresses(ids: Iterable[str]) -> None:
    """Take away the addresses that change, so that members may swap them."""
    for some in _in_parts(sorted(ids)):
        # An id is like no other, and no address.
        await rows("UPDATE member SET email_key = id WHERE id IN :ids RETURNING id", ids=some)


async def _bring_up(change: Change, hashes: _Hashes) -> None:
    values = {**change.values, "updated_at": clock.now()}
    if change.gives_password:
        values["password_hash"] = hashes.get(change.line.number)
    change.member.update_from_dict(values)
    # Nothing else: the rest is not the directory's.
    await change.member.save(update_fields=list(values))
    if "name" in values:
        await _refresh_search(change.member.id)


async def _move(member: Member, former: str, tell: TellMoved) -> None:
    """See to it that the former address leads nowhere any more, and that both know it."""
    await PasswordReset.forget([member.id])
    await tell(member, former)


async def _refresh_search(member_id: str) -> None:
    member = await Member.get(id=member_id)
    for enrollment in await Enrollment.of(member):
        await enrollment.refresh_derived(member)


def _new(line: Line, hashes: _Hashes) -> Member:
    return Member(**line.first_values, **line.values, password_hash=hashes.get(line.number))


def _in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(ids), _AT_ONCE):
        yield ids[begin : begin + _AT_ONCE]
