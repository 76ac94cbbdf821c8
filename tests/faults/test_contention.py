"""Many processes that write to one SQLite file: each waits for its turn, and none is turned away."""

from statistics import quantiles
from time import perf_counter

import pytest

from models.database import connect, disconnect, rows, transaction
from tests.factories import a_member
from tests.faults.length import times
from tests.faults.processes import Team, together


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_eight_processes_that_read_and_then_write_wait_for_each_other(
    database_url: str, database: None, eight_processes: Team
) -> None:
    member = await a_member()
    each = times(full=200, short=20)
    before = (await _counted(member.id)) + 8 * each

    durations = eight_processes.all_do(count_up, database_url, member.id, each)

    assert await _counted(member.id) == before
    _report([it for of_one in durations for it in of_one])


async def count_up(url: str, member_id: str, often: int) -> list[float]:
    """The seconds that each transaction took."""

    async def work() -> None:
        number = await _counted(member_id)
        await rows(
            "UPDATE member SET updated_at = :number WHERE id = :id RETURNING id",
            number=number + 1,
            id=member_id,
        )

    async def duration() -> float:
        begun = perf_counter()
        await transaction(work)
        return perf_counter() - begun

    await connect(url)
    together()
    try:
        return [await duration() for _ in range(often)]
    finally:
        await disconnect()


async def _counted(member_id: str) -> int:
    [found] = await rows("SELECT updated_at FROM member WHERE id = :id", id=member_id)
    return int(found["updated_at"])


def _report(durations: list[float]) -> None:
    hundredths = quantiles(durations, n=100)
    print(
        f"\n{len(durations)} transactions of 8 processes, 0 turned away:"
        f" median {hundredths[49] * 1000:.1f} ms, p99 {hundredths[98] * 1000:.0f} ms,"
        f" longest {max(durations) * 1000:.0f} ms"
    )
