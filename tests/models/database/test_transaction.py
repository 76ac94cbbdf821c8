"""`transaction`: all or nothing, and again when others get in the way."""

import asyncio
import re
import sqlite3
from contextlib import closing
from contextvars import copy_context
from pathlib import Path

import pytest

from models.database import rows, transaction
from models.event import Event, EventKind
from models.member import Member
from tests.factories import a_member, an_enrollment

pytestmark = pytest.mark.usefixtures("database")

ROOT = Path(__file__).parents[3]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def names() -> list[str]:
    return [it["name"] for it in await rows("SELECT name FROM member ORDER BY name")]


async def rename(member: Member, name: str) -> None:
    await rows(
        "UPDATE member SET name = :name WHERE id = :id RETURNING id", name=name, id=member.id
    )


async def test_what_a_transaction_did_stays() -> None:
    async def work() -> str:
        await a_member(name="Ada")
        return "done"

    outcome = await transaction(work)

    assert outcome == "done"
    assert await names() == ["Ada"]


async def test_of_a_transaction_that_fails_nothing_stays() -> None:
    async def work() -> None:
        await a_member(name="Ada")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await transaction(work)

    assert await names() == []


async def test_a_transaction_inside_another_is_a_part_of_it() -> None:
    async def work() -> None:
        await transaction(lambda: a_member(name="Ada"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await transaction(work)

    assert await names() == []


async def test_a_transaction_reads_what_it_wrote() -> None:
    async def work() -> list[str]:
        await a_member(name="Ada")
        return await names() + [it.name for it in await Member.all()]

    assert await transaction(work) == ["Ada", "Ada"]


async def test_nobody_else_reads_what_a_transaction_has_not_committed() -> None:
    is_written, is_read = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await a_member(name="Ada")
        is_written.set()
        await is_read.wait()

    writing = asyncio.create_task(transaction(work))
    await is_written.wait()
    seen = await names()
    is_read.set()
    await writing

    assert seen == []


async def test_an_error_that_would_come_again_is_raised_at_once() -> None:
    tries = 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        await rows("SELECT 1 FROM nowhere")

    with pytest.raises(Exception, match="nowhere"):
        await transaction(work)

    assert tries == 1


@on_sqlite
async def test_what_sqlite_cannot_decode_is_raised_as_it_is() -> None:
    async def work() -> None:
        await rows("SELECT CAST(x'ff' AS TEXT) AS broken")

    with pytest.raises(Exception, match="Could not decode"):
        await transaction(work)


@on_postgresql
async def test_of_two_transactions_that_block_each_other_both_succeed_in_the_end() -> None:
    ada, bob = await a_member(name="Ada"), await a_member(name="Bob")
    tries, both_hold_one = 0, asyncio.Barrier(2)

    async def renames(first: Member, second: Member, suffix: str) -> None:
        nonlocal tries
        tries += 1
        await rename(first, f"{first.name} {suffix}")
        if tries <= 2:
            await both_hold_one.wait()
        await rename(second, f"{second.name} {suffix}")

    await asyncio.gather(
        transaction(lambda: renames(ada, bob, "from the left")),
        transaction(lambda: renames(bob, ada, "from the right")),
    )

    assert tries == 3
    assert len({it.partition(" ")[2] for it in await names()}) == 1


@on_postgresql
async def test_a_transaction_is_given_up_when_others_get_in_the_way_of_four_tries() -> None:
    ada, outside = await a_member(name="Ada"), copy_context()
    tries = 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        await rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        await names()
        await asyncio.create_task(rename(ada, f"Ada {tries}"), context=outside)
        await rename(ada, "Ada at last")

    with pytest.raises(Exception, match="could not serialize"):
        await transaction(work)

    assert tries == 4
    assert await names() == ["Ada 4"]


@on_sqlite
@pytest.mark.parametrize(("failures", "tries_made"), [(1, 2), (3, 4), (99, 4)])
async def test_a_transaction_is_tried_four_times_when_the_file_is_busy(
    database_url: str, failures: int, tries_made: int
) -> None:
    tries = 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        await a_member(name="Ada")
        if tries <= failures:
            write_from_elsewhere(database_url)

    outcome = await asyncio.gather(transaction(work), return_exceptions=True)

    assert tries == tries_made
    assert "locked" in str(outcome) if failures == 99 else outcome == [None]
    assert await names() == ([] if failures == 99 else ["Ada"])


def write_from_elsewhere(url: str) -> None:
    """Fail to write at once, because somebody else does."""
    with closing(sqlite3.connect(url.removeprefix("sqlite://"), timeout=0)) as elsewhere:
        elsewhere.execute("BEGIN IMMEDIATE")


@on_postgresql
async def test_who_is_locked_can_still_be_told_something() -> None:
    ada, bob = await a_member(name="Ada"), await a_member(name="Bob")
    is_locked, is_told = asyncio.Event(), asyncio.Event()

    async def locks_ada() -> None:
        await Member.lock([ada.id])
        is_locked.set()
        await is_told.wait()

    async def tells_ada() -> None:
        await Member.lock([bob.id])
        kind = EventKind.PARTNER_STATUS_CHANGED
        await Event.of(await an_enrollment(member=bob), kind, to=ada.id, by=bob.id)

    locking = asyncio.create_task(transaction(locks_ada))
    await is_locked.wait()
    await transaction(tells_ada)
    is_told.set()
    await locking

    assert await Event.filter(reader_id=ada.id).count() == 1


@on_postgresql
async def test_who_is_locked_cannot_be_locked_again() -> None:
    ada, order = await a_member(name="Ada"), list[str]()
    is_locked = asyncio.Event()

    async def first() -> None:
        await Member.lock([ada.id])
        is_locked.set()
        await rows("SELECT pg_sleep(0.05)")
        order.append("first")

    async def second() -> None:
        await is_locked.wait()
        await Member.lock([ada.id])
        order.append("second")

    await asyncio.gather(transaction(first), transaction(second))

    assert order == ["first", "second"]


def test_transactions_are_opened_in_one_place_only() -> None:
    opening = re.compile(r"\b(in_transaction|atomic)\b")

    found = [
        str(file.relative_to(ROOT))
        for file in (*ROOT.glob("*.py"), *ROOT.glob("[!.]*/**/*.py"))
        if "tests" not in file.relative_to(ROOT).parts
        if opening.search(file.read_text(encoding="utf-8"))
    ]

    assert found == ["models/database/transaction.py"]
