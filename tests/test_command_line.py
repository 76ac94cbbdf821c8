"""The commands of `main.py`, as processes of their own."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from models import Member
from models.database import connect, disconnect
from tests.server import ROOT, running

HEADER = "username,email,name,password\n"
ADA = "ada,ada@example.org,Ada Byron,a-long-password\n"
GRACE = "grace,grace@example.org,Grace Hopper,\n"
NOBODY = "nobody,no address,Nobody,\n"


@dataclass
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> "Run":
    return Run(database_url, tmp_path)


@dataclass
class Run:
    """Runs commands on a new program."""

    database_url: str
    folder: Path

    async def __call__(self, *command: str, **environment: str) -> Outcome:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(ROOT / "main.py"), *command),
            cwd=self.folder,
            env={**os.environ, "DATABASE_URL": self.database_url, **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return Outcome(process.returncode, out.decode(), err.decode())

    async def imports(self, text: str, *options: str) -> Outcome:
        file = self.folder / "members.csv"
        file.write_text(text, encoding="utf-8")
        return await self("import-members", str(file), *options)

    async def usernames(self) -> list[str]:
        await connect(self.database_url)
        try:
            return [it.username for it in await Member.all().order_by("username")]
        finally:
            await disconnect()


async def test_members_are_imported(run: Run) -> None:
    outcome = await run.imports(HEADER + ADA + GRACE)

    assert outcome.code == 0
    assert outcome.out == "2 were added, 0 changed, 0 are as they were.\n"
    assert await run.usernames() == ["ada", "grace"]


async def test_importing_twice_changes_nothing(run: Run) -> None:
    await run.imports(HEADER + ADA + GRACE)

    outcome = await run.imports(HEADER + ADA + GRACE)

    assert outcome.out == "0 were added, 0 changed, 2 are as they were.\n"


async def test_a_dry_run_imports_nobody(run: Run) -> None:
    outcome = await run.imports(HEADER + ADA, "--dry-run")

    assert outcome.code == 0
    assert outcome.out == "1 would be added, 0 changed, 0 are as they were.\n"
    assert await run.usernames() == []


async def test_nobody_is_imported_while_a_line_is_wrong(run: Run) -> None:
    outcome = await run.imports(HEADER + ADA + NOBODY)

    assert outcome.code == 1
    assert outcome.err.startswith("line 3: ")
    assert "--skip-bad" in outcome.err
    assert await run.usernames() == []


async def test_lines_that_are_wrong_can_be_left_out(run: Run) -> None:
    outcome = await run.imports(HEADER + ADA + NOBODY, "--skip-bad")

    assert outcome.code == 0
    assert outcome.err.startswith("line 3: ")
    assert await run.usernames() == ["ada"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe\x00", b"name,colour\nx,y\n", b"a\x00b\n"]
)
async def test_a_file_that_is_no_list_of_members_is_refused_in_a_sentence(
    run: Run, content: bytes | None
) -> None:
    file = run.folder / "members.csv"
    if content is not None:
        file.write_bytes(content)

    outcome = await run("import-members", str(file))

    assert outcome.code == 1
    assert f"{file} cannot be imported: " in outcome.err
    assert "Traceback" not in outcome.err


async def test_the_demo_program_fills_an_empty_database_only(run: Run) -> None:
    first = await run("demo")
    members = await run.usernames()

    second = await run("demo")

    assert first.code == 0
    assert len(members) == 300
    assert {"mentee", "mentor", "coordinator"} <= {*members}
    assert second.code == 1
    assert second.err == (
        "This database is in use already; the demo program only fills an empty one.\n"
    )
    assert await run.usernames() == members


async def test_serving_does_not_fill_a_new_database(run: Run) -> None:
    async with running("serve", {"DATABASE_URL": run.database_url, "WORKER": "no"}):
        pass

    assert await run.usernames() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_migrating_says_what_it_did(run: Run) -> None:
    address = f"sqlite://{run.folder / 'new.db'}"

    first = await run("migrate", DATABASE_URL=address)
    second = await run("migrate", DATABASE_URL=address)

    assert first.out.startswith("applied 0001_program\n")
    assert second.out == "The database is up to date.\n"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"DATABASE_URL": "sqlite://no/such/folder/x.db"}, "no/such/folder"),
        ({"DATABASE_URL": "sqlite://:memory:"}, "memory"),
        ({"DATABASE_URL": "postgres://root@127.0.0.1:1/test"}, "127.0.0.1:1"),
        ({"SMTP_URL": "mail"}, "SMTP_URL"),
    ],
)
async def test_what_is_set_wrong_stops_the_start_with_one_sentence(
    run: Run, environment: dict[str, str], named: str
) -> None:
    outcome = await run("serve", **environment)

    assert outcome.code == 1
    assert named in outcome.err
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_port_that_is_taken_is_said_to_be_so(run: Run) -> None:
    async with running("serve", {"DATABASE_URL": run.database_url}) as server:
        port = server.address.rpartition(":")[2]

        outcome = await run("serve", PORT=port)

    assert outcome.code != 0
    assert "address already in use" in outcome.err
    assert "Traceback" not in outcome.err
