"""The people and the processes of the fault tests."""

from collections.abc import AsyncIterator, Iterator

import pytest

from models.database import connect, disconnect
from tests.faults.processes import Team
from tests.faults.stage import Stage
from tests.new_database import new_database_url, own_database_url

__all__ = ["new_database_url", "own_database_url"]


@pytest.fixture
async def stage(database: None) -> Stage:
    return await Stage.new()


@pytest.fixture(scope="session")
def four_processes() -> Iterator[Team]:
    with Team(4) as team:
        yield team


@pytest.fixture(scope="session")
def eight_processes() -> Iterator[Team]:
    with Team(8) as team:
        yield team


@pytest.fixture
async def team(four_processes: Team, database_url: str, database: None) -> AsyncIterator[Team]:
    """Four processes, connected to the database of the test."""
    four_processes.all_do(connect, database_url)
    yield four_processes
    four_processes.all_do(disconnect)
