"""How soon an e-mail is at the mail server after the commit that promises it, and how many a second.

`python -m benchmarks.mail` prints both, for both databases, beside what the mail server itself takes
when nothing else is done: what it accepts from one connection with no database behind it.
"""

import argparse
import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import aiosmtplib

import settings
from mailers.email import Email
from models import Enrollment
from models.database import connect, dialect, disconnect, migrate, transaction
from tests.databases import migrated_database, postgres_server
from tests.factories import a_mentor
from tests.faults.mail import all_are_sent, promise
from tests.faults.mail_sink import Sink, sink
from tests.server import A_KEY
from worker import Worker

SLOTS = 4


async def main(idle: int, many: int) -> None:
    """Print a table."""
    print(f"{'':12}{'p50':>8}{'p99':>8}   commit to accepted, {idle} times when idle")
    await on_both(lambda: latency(idle))
    print(f"\n{'':12}{'a second':>10}   {many} e-mails, {SLOTS} on their way at once")
    await on_both(lambda: throughput(many))
    print(f"{'nothing else':12}{await handed_over(many):10.0f}   the same number, one connection")


async def on_both(measure: Callable[[], Awaitable[None]]) -> None:
    """Measure on a new program of each database."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{Path(folder) / 'mail.db'}"
        await migrate(url)
        async with connected(url):
            await measure()
    server = await asyncio.to_thread(postgres_server)
    async with migrated_database(server, "mentor_match_benchmark") as url, connected(url):
        await measure()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[None]:
    """The database, for a while."""
    await connect(url)
    try:
        yield
    finally:
        await disconnect()


@asynccontextmanager
async def working(taken: Sink) -> AsyncIterator[None]:
    """A worker, as in the server's process."""
    stop = asyncio.Event()
    worker = Worker(settings.read({"SMTP_URL": taken.url, "SECRET_KEY": A_KEY}))
    running = asyncio.create_task(worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


async def latency(times: int) -> None:
    """Promise one after the other, each some time after the one before has arrived."""
    enrollment = await a_mentor()
    async with sink() as taken, working(taken):
        seconds = [await _arrival(enrollment, taken, it) for it in range(times)]
    hundredths = quantiles(seconds, n=100)
    print(f"{dialect():12}{hundredths[49] * 1000:5.0f} ms{hundredths[98] * 1000:5.0f} ms")


async def _arrival(enrollment: Enrollment, taken: Sink, number: int) -> float:
    taken.has_taken.clear()
    await asyncio.sleep(random.uniform(0.2, 1.2))  # until the worker has nothing to do
    await transaction(
        Email(
            template="enrollment_mailer/welcome",
            reader=enrollment.member,
            about=enrollment,
            facts={"role": "mentor", "partner_role": "mentee"},
            occasion=str(number),
        ).deliver_later
    )
    committed = perf_counter()
    await taken.has_taken.wait()
    return perf_counter() - committed


async def throughput(number: int) -> None:
    """Promise many at once, and see how soon none is owed any more."""
    await promise(number)
    begun = perf_counter()
    async with sink() as taken, working(taken):
        await all_are_sent(number, within=600)
    print(f"{dialect():12}{number / (perf_counter() - begun):10.0f}")


async def handed_over(number: int) -> float:
    """Messages a second that the mail server takes when nobody does anything else."""
    message = b"Subject: x\r\nMessage-ID: <%d@x>\r\n\r\n" + b"A line of an e-mail.\r\n" * 300
    async with sink() as taken:
        server = aiosmtplib.SMTP(hostname="127.0.0.1", port=taken.port, start_tls=False)
        begun = perf_counter()
        async with server:
            for it in range(number):
                await server.sendmail("a@example.org", ["b@example.org"], message % it)
        return number / (perf_counter() - begun)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=int, default=20, help="how often to promise one when idle")
    parser.add_argument("--many", type=int, default=500, help="how many to promise at once")
    given = parser.parse_args()
    asyncio.run(main(given.idle, given.many))
