"""A fresh database for every test, on SQLite and on PostgreSQL where one answers; and a way to ask."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import hypothesis
import pytest

from models import clock
from models.database import connect, disconnect
from settings import secret_key
from tests import databases
from tests.client import Api, served


@pytest.fixture(scope="session", autouse=True)
def key_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The key that is made where a test gives none is not kept where the tests are started."""
    secret_key.FILE = tmp_path_factory.mktemp("key") / "secret.key"


# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.migrated_file(tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="session")
def make_new() -> Iterator[Callable[[], str]]:
    """A PostgreSQL database, and what brings it back to a new program and gives its address."""
    server = databases.postgres_server()
    name = f"mentor_match_tests_{os.getpid()}"
    with asyncio.Runner() as runner:
        lasting = databases.migrated_database(server, name)
        address = runner.run(lasting.__aenter__())
        # One connection for all tests, because a new one has to learn every table first.
        connection = runner.run(asyncpg.connect(address))

        def renewed() -> str:
            runner.run(databases.make_new(connection))
            return address

        yield renewed
        runner.run(connection.close())
        runner.run(lasting.__aexit__(None, None, None))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new program's database."""
    if request.param == "sqlite":
        return databases.copied(request.getfixturevalue("sqlite_template"), tmp_path)
    renewed: Callable[[], str] = request.getfixturevalue("make_new")
    return renewed()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[None]:
    """A new program, connected."""
    await connect(database_url)
    yield
    await disconnect()


@pytest.fixture
async def ask(database: None, tmp_path: Path) -> AsyncIterator[Api]:
    """The API over HTTP, on a new program."""
    async with served(MAIL_FOLDER=str(tmp_path), PICTURES=str(tmp_path / "pictures")) as api:
        yield api


class Time:
    """The clock, which stands still and can be moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self._now)

    def passes(self, duration: timedelta) -> None:
        self._now += duration

    def is_(self, moment: datetime) -> None:
        self._now = moment


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say last what was not tested, each reason once."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = sorted({report.longrepr[2].removeprefix("Skipped: ") for report in skipped})
    terminalreporter.section("skipped" if reasons else "nothing was skipped")
    for reason in reasons:
        terminalreporter.write_line(reason)
