"""A mail server that is away for a day: everything waits in the database, and goes out afterwards."""

import os
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import settings
from mailers.post_office import PostOffice
from models import clock
from models.database import dialect, rows
from tests.conftest import Time
from tests.faults.length import times
from tests.faults.mail import promise, states
from tests.faults.mail_sink import sink
from tests.server import A_KEY

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
PER_MINUTE = 600
MOST_GROWTH = 20  # MB


async def test_after_a_day_without_a_mail_server_all_is_sent_and_no_faster_than_allowed(
    database: None, time: Time
) -> None:
    number = times(full=5000, short=100)
    await promise(number)
    begun, before = clock.now(), _megabytes()

    async with sink(is_away=True) as host:
        office = PostOffice(
            settings.read(
                {"SMTP_URL": host.url, "SECRET_KEY": A_KEY, "MAIL_PER_MINUTE": str(PER_MINUTE)}
            )
        )
        while clock.now() - begun < DAY:
            await office.send_due()
            time.passes(MINUTE)
        growth = _megabytes() - before
        waiting = await states()

        await host.recover()
        while await states() != {"SENT": number}:
            await office.send_due()
            time.passes(timedelta(seconds=1))
        await office.close()

    sent = [clock.moment(it["sent_at"]) for it in await rows("SELECT sent_at FROM outgoing_email")]
    print(
        f"\n{dialect()}: {number} e-mails, a day without a mail server: {growth:.1f} MB more,"
        f" 0 dead, all sent {max(sent) - min(sent)} after it was back,"
        f" at most {_most_in_a_minute(sent)} a minute of {PER_MINUTE}"
    )
    assert waiting == {"QUEUED": number}
    assert growth < MOST_GROWTH
    assert len(host.by_id) == host.total == number
    assert _most_in_a_minute(sent) <= PER_MINUTE


def _most_in_a_minute(instants: Sequence[datetime]) -> int:
    ordered = sorted(instants)
    return max(place + 1 - bisect_right(ordered, it - MINUTE) for place, it in enumerate(ordered))


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
