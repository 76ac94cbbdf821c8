"""The worst query that is accepted takes so many statements and no more, whatever it asks for.

How long it takes, `python -m tests.faults.worst_query` prints, with 20,000 members.
"""

from collections.abc import AsyncIterator

import pytest

from models.database import dialect, postgresql_engine
from tests.faults.length import times
from tests.faults.worst_query import HEIGHTS, KNOWN, Program, climbed, program

MEMBERS = 500  # as many statements as for 20,000
MOST = 95  # statements; the bar is 25, which thirty small lists in one document miss by far


@pytest.fixture
async def asked(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Program]:
    """Over one connection: over several, it is chance what is loaded at once."""
    monkeypatch.setattr(postgresql_engine, "MOST", 1)
    async with program(database_url, MEMBERS) as asked:
        yield asked


async def test_no_accepted_query_takes_endless_statements(asked: Program) -> None:
    steps = times(full=1_000, short=40)

    worst = await climbed(asked, seed=1, steps=steps, height=HEIGHTS["most statements"])

    assert worst.cost <= 1_000
    assert worst.statements <= MOST
    print(f"\n{dialect()}: {worst}")


@pytest.mark.parametrize("name", KNOWN)
async def test_the_worst_that_we_know_takes_no_more(asked: Program, name: str) -> None:
    burden = await asked.burden(KNOWN[name])

    assert burden is not None
    assert burden.statements <= MOST
