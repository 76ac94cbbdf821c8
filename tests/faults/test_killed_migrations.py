"""Migrations that are killed half way, or begun by several processes at once."""

import asyncio
import random
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

from models.database import connect, disconnect, migrate, rows
from tests.faults.length import times
from tests.faults.processes import PATIENCE, Team, context, together
from tests.live_schema import description
from tests.new_database import make_empty

Schema = dict[str, list[dict[str, Any]]]


def test_what_a_killed_migration_leaves_is_migrated_to_the_same_schema(
    new_database_url: str,
) -> None:
    undisturbed, duration = migrated_in_peace(new_database_url)
    kills, unfinished = times(full=50, short=5), 0

    for _ in range(kills):
        asyncio.run(make_empty(new_database_url))
        kill_while_migrating(new_database_url, after=random.uniform(0, duration))
        unfinished += bool(asyncio.run(migrate(new_database_url)))

        assert asyncio.run(schema_of(new_database_url)) == undisturbed

    print(f"\n{kills} killed within {duration * 1000:.0f} ms, {unfinished} of them unfinished")


def test_eight_that_start_on_a_new_database_at_once_all_find_it_migrated(
    new_database_url: str, eight_processes: Team
) -> None:
    undisturbed, duration = migrated_in_peace(new_database_url)
    starts = times(full=25, short=2)

    for _ in range(starts):
        asyncio.run(make_empty(new_database_url))
        kill_while_migrating(new_database_url, after=random.uniform(0, duration))
        topics = eight_processes.all_do(start, new_database_url)

        assert set(topics) == {len(undisturbed["SELECT * FROM topic ORDER BY id"])}
        assert asyncio.run(schema_of(new_database_url)) == undisturbed

    print(f"\n{starts} times 8 starters, each time after a kill: all found the same schema")


def migrated_in_peace(url: str) -> tuple[Schema, float]:
    """The schema of an undisturbed run, and its seconds."""
    begun = perf_counter()
    asyncio.run(migrate(url))
    return asyncio.run(schema_of(url)), perf_counter() - begun


async def schema_of(url: str) -> Schema:
    await connect(url)
    try:
        return await description()
    finally:
        await disconnect()


async def start(url: str) -> int:
    """Start as the program does. Gives the number of topics it finds."""
    together()
    await migrate(url)
    await connect(url)
    try:
        return len(await rows("SELECT id FROM topic"))
    finally:
        await disconnect()


def kill_while_migrating(url: str, *, after: float) -> None:
    """Kill a process so many seconds after it began to migrate."""
    ours, theirs = context.Pipe()
    process = context.Process(target=_migrate, args=(url, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(PATIENCE), "a process does not begin"
    ours.recv()
    process.join(after)
    process.kill()
    process.join(PATIENCE)
    assert process.exitcode in (0, -9), "it failed before it was killed"
    process.close()
    ours.close()


def _migrate(url: str, pipe: Connection) -> None:
    pipe.send("beginning")
    asyncio.run(migrate(url))
