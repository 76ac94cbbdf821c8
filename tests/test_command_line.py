"""The commands of `main.py`, as processes of their own."""

import re
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from typing import Any

import httpx
import pytest

from models import Member
from models.database import connect, disconnect
from tests.bucket import Bucket
from tests.command import Outcome, outcome_of
from tests.ports import free_port
from tests.server import A_KEY, running

HEADER = "username,email,name,password\n"
ADA = "ada,ada@example.org,Ada Byron,a-long-password\n"
GRACE = "grace,grace@example.org,Grace Hopper,\n"
NOBODY = "nobody,no address,Nobody,\n"


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> "Run":
    return Run(database_url, tmp_path)


@dataclass
class Run:
    """Runs commands on a new program."""

    database_url: str
    folder: Path

    async def __call__(self, *command: str, **environment: str) -> Outcome:
        port = str(free_port())
        known = {
            "DATABASE_URL": self.database_url,
            "PORT": port,
            "SECRET_KEY": A_KEY,
            **environment,
        }
        return await outcome_of(command, folder=self.folder, environment=known)

    async def imports(self, text: str, *options: str, **environment: str) -> Outcome:
        file = self.folder / "members.csv"
        file.write_text(text, encoding="utf-8")
        return await self("import-members", str(file), *options, **environment)

    async def usernames(self) -> list[str]:
        await connect(self.database_url)
        try:
            return [it.username for it in await Member.all().order_by("username")]
        finally:
            await disconnect()


async def test_members_are_imported(run: Run) -> None:
    outcome = await run.imports(HEADER + ADA + GRACE)

    assert outcome.code == 0
    assert outcome.out == "Members added: 2, changed: 0, as they were: 0.\n"
    assert await run.usernames() == ["ada", "grace"]


async def test_importing_twice_changes_nothing(run: Run) -> None:
    await run.imports(HEADER + ADA + GRACE)

    outcome = await run.imports(HEADER + ADA + GRACE)

    assert outcome.out == "Members added: 0, changed: 0, as they were: 2.\n"


async def test_a_dry_run_imports_nobody(run: Run) -> None:
    outcome = await run.imports(HEADER + ADA, "--dry-run")

    assert outcome.code == 0
    assert outcome.out == "Members would be added: 1, changed: 0, as they were: 0.\n"
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


async def test_only_the_demo_program_shows_whom_to_sign_in_as(run: Run) -> None:
    await run.imports(HEADER + ADA)

    async with running("run", {"DATABASE_URL": run.database_url, "WORKER": "no"}) as server:
        printed = "".join(server.printed)

    assert "The database has data already." in printed
    assert "mentor-match-demo" not in printed


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
@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
async def test_a_wrong_database_stops_every_command_with_one_sentence(
    run: Run, command: str
) -> None:
    outcome = await run(command, DATABASE_URL=f"sqlite://{run.folder}")

    assert outcome == Outcome(1, "", f"DATABASE_URL cannot be used: {run.folder} is a folder.\n")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "environment",
    [
        {"PORT": "eighty"},
        {"HOST": "no.such.host.example"},
        {"HOST": "203.0.113.9"},
        {"HOST": "é" * 70},
        {"DATABASE_URL": "sqlite://no/such/folder/x.db"},
        {"DATABASE_URL": "sqlite:///etc/passwd"},
        {"DATABASE_URL": "postgres://root@127.0.0.1:1/test"},
        {"DATABASE_URL": "postgres://root@127.0.0.1:5432/"},
        {"MAIL_FOLDER": "/etc/passwd"},
        {"PICTURES": "s3://bucket/../x"},
        {"PERSISTED_DOCUMENTS": "/etc/passwd"},
        {"PICTURES": "/etc/passwd"},
        {"PICTURES": "s3://bucket", **Bucket(port=1).environment},
    ],
)
async def test_what_is_set_wrong_stops_the_start_with_one_sentence(
    run: Run, environment: dict[str, str]
) -> None:
    before = list(run.folder.iterdir())

    outcome = await run("serve", **environment)

    assert outcome.code == 1
    assert re.fullmatch(rf"{next(iter(environment))} cannot be used: .*\.\n", outcome.err)
    assert outcome.out == ""
    assert list(run.folder.iterdir()) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_port_that_is_taken_stops_the_start_before_anything_is_written(run: Run) -> None:
    with create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        outcome = await run("run", PORT=port, DATABASE_URL="sqlite://new.db")

    assert outcome == Outcome(
        1, "", f"PORT cannot be used: “{port}” is taken by another program.\n"
    )
    assert not (run.folder / "new.db").exists()


async def test_a_worker_needs_a_place_for_its_e_mails(run: Run) -> None:
    outcome = await run("worker", MAIL_FOLDER="/etc/passwd")

    assert outcome == Outcome(
        1, "", "MAIL_FOLDER cannot be used: “/etc/passwd” is no folder to write to.\n"
    )


async def test_a_server_without_a_worker_needs_no_place_for_e_mails(run: Run) -> None:
    settings = {"DATABASE_URL": run.database_url, "WORKER": "no", "MAIL_FOLDER": "/etc/passwd"}

    async with running("serve", settings):
        pass


async def test_nothing_private_is_logged_however_much_is_logged(run: Run) -> None:
    name, secret = "Augusta whom nobody knows", "a word between the two of us"
    profile = f"ada,ada@example.org,{name},{secret}\n"

    imported = await run.imports(HEADER + profile, LOG_LEVEL="DEBUG")
    async with running("serve", {"DATABASE_URL": run.database_url, "LOG_LEVEL": "DEBUG"}) as server:
        answer = await sign_in(server.address, "ada", secret)

    logged = imported.err + "".join(server.printed)
    assert (imported.code, answer) == (0, {"viewer": {"member": {"name": name}}})
    assert "DEBUG" in logged
    assert secret not in logged
    assert name not in logged


async def sign_in(address: str, username: str, password: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=address) as http:
        answer = await http.post(
            "/graphql",
            json={
                "query": "mutation($input: SignInInput!)"
                " { signIn(input: $input) { viewer { member { name } } } }",
                "variables": {"input": {"username": username, "password": password}},
            },
        )
    signed_in: dict[str, Any] = answer.json()["data"]["signIn"]
    return signed_in


async def test_a_key_is_made_once_and_only_its_owner_can_read_it(run: Run) -> None:
    await run("demo", SECRET_KEY="")
    key = (run.folder / "secret.key").read_text()

    await run("demo", SECRET_KEY="")

    assert (run.folder / "secret.key").read_text() == key
    assert (run.folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [it.name for it in run.folder.glob("secret*")] == ["secret.key"]


async def test_another_key_than_the_one_that_signed_is_refused(run: Run) -> None:
    await run("demo", SECRET_KEY="")

    outcome = await run("serve", SECRET_KEY="another-key-than-the-one-that-signed")

    assert outcome.code == 1
    assert "SECRET_KEY cannot be used: is not the one that signed" in outcome.err
    assert "another-key" not in outcome.err


async def test_after_a_change_of_keys_the_former_alone_is_refused_with_what_to_do(run: Run) -> None:
    former, new = "the-former-key-that-signed-so-far", "the-new-key-that-signs-from-now-on"
    await run("demo", SECRET_KEY=former)
    await run("mail", "list", SECRET_KEY=f"{new} {former}")

    refused = await run("mail", "list", SECRET_KEY=former)
    both = await run("mail", "list", SECRET_KEY=f"{former} {new}")

    assert (refused.code, both.code) == (1, 0)
    assert "SECRET_KEY cannot be used: is a former one: give the newest" in refused.err
    assert "-key-that-" not in refused.err


async def test_a_key_that_cannot_be_kept_is_asked_for(run: Run) -> None:
    (run.folder / "secret.key").mkdir()

    outcome = await run("demo", SECRET_KEY="")

    assert outcome.code == 1
    assert outcome.err.startswith("SECRET_KEY cannot be used: is not given")
