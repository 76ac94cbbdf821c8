"""E-mails are sent once by any number of workers, and none is lost when workers are killed."""

import random

from models.database import dialect
from tests.faults.length import times
from tests.faults.mail import Workers, all_are_sent, promise, spoilt, summary
from tests.faults.mail_sink import Sink, sink

SLOTS = 4  # e-mails that a worker has on their way at a time
SEED = 1


async def test_what_killed_workers_held_is_sent_all_the_same(
    database_url: str, database: None
) -> None:
    number, kills = times(full=2000, short=60), times(full=200, short=5)
    await promise(number)

    async with sink() as taken:
        workers = Workers.start(2, database_url=database_url, sink=taken)
        try:
            await kill_now_and_then(workers, taken, number=number, kills=kills)
            await all_are_sent(number, within=120)
        finally:
            workers.stop()

    print(f"\n{dialect()}: {summary(taken, kills, number)}")
    assert len(taken.by_id) == number
    assert taken.doubles <= kills * SLOTS
    assert spoilt(taken) == []


async def kill_now_and_then(workers: Workers, taken: Sink, *, number: int, kills: int) -> None:
    """Kill a worker after every few e-mails, so that they are spread over all of them."""
    chance = random.Random(SEED)
    each = number / (kills + 1)
    for _ in range(kills):
        wait_for = min(taken.total + round(chance.uniform(0, 2 * each)), number)
        while taken.total < wait_for and len(taken.by_id) < number:
            taken.has_taken.clear()
            await taken.has_taken.wait()
        workers.kill_one(chance)


async def test_three_workers_send_every_email_once(database_url: str, database: None) -> None:
    number = times(full=10_000, short=200)
    await promise(number)

    async with sink() as taken:
        workers = Workers.start(3, database_url=database_url, sink=taken)
        try:
            await all_are_sent(number, within=600)
        finally:
            workers.stop()

    print(f"\n{dialect()}: 3 workers, {summary(taken, 0, number)}")
    assert len(taken.by_id) == number
    assert taken.doubles == 0
