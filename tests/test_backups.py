"""`main.py backup`, `restore` and `check`: what is kept comes back, and nothing happens twice."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mailers import request_mailer
from models import Member, SignIn, SignInKind
from models.database import connect, disconnect, rows
from tests.command import Outcome
from tests.factories import a_member, a_request
from tests.new_database import new_database_url, own_database_url
from tests.server import A_KEY
from tests.test_command_line import Run

__all__ = ["new_database_url", "own_database_url"]  # fixtures

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def database_url(own_database_url: str) -> str:
    """A database of its own, because nobody may be connected to one that is replaced."""
    return own_database_url


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/pic_1-small.webp").write_bytes(b"a picture")
    return Run(database_url, tmp_path)


async def backed_up(run: Run) -> Path:
    outcome = await run("backup", "kept")
    assert outcome.code == 0, outcome.err
    return sorted((run.folder / "kept").iterdir())[-1]


async def restored(run: Run, backup: Path, *options: str) -> Outcome:
    """Put a backup into a file of its own, or into the database of the tests, which is in use."""
    return await run(
        "restore", str(backup), *options, DATABASE_URL=f"sqlite://{run.folder}/restored.db"
    )


def found(run: Run, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(run.folder / "restored.db")) as it:
        return it.execute(statement).fetchall()


only_sqlite = pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)


async def test_a_backup_holds_the_database_and_the_pictures_and_not_the_key(run: Run) -> None:
    outcome = await run("backup", "kept")

    [backup] = (run.folder / "kept").iterdir()
    assert {it.name for it in backup.iterdir()} == {"backup.json", "database", "pictures"}
    assert (backup / "pictures/pic_1-small.webp").read_bytes() == b"a picture"
    assert (backup / "database").stat().st_mode & 0o777 == 0o600
    assert f"Backed up into kept/{backup.name}." in outcome.out
    assert "secret.key" in outcome.out
    assert A_KEY not in str([it.read_bytes() for it in backup.glob("*.*")])


async def test_only_so_many_are_kept(run: Run) -> None:
    first = await backed_up(run)
    second = await backed_up(run)

    await run("backup", "kept", "--keep", "2")

    assert not first.exists()
    assert second.exists()


async def test_what_was_backed_up_comes_back_in_the_place_of_what_is_there(run: Run) -> None:
    await a_member(username="ada")
    backup = await backed_up(run)
    await a_member(username="grace")
    (run.folder / "pictures/pic_1-small.webp").unlink()
    await disconnect()

    outcome = await run("restore", str(backup), "--replace")

    await connect(run.database_url)
    assert outcome.code == 0, outcome.err
    assert [it.username for it in await Member.all()] == ["ada"]
    assert (run.folder / "pictures/pic_1-small.webp").exists()
    assert (await run("check")).code == 0


@only_sqlite
async def test_e_mails_that_may_have_been_sent_since_wait_for_an_operator(run: Run) -> None:
    await request_mailer.received(await a_request(), []).deliver_later()
    backup = await backed_up(run)

    outcome = await restored(run, backup)
    held = found(run, "SELECT state FROM outgoing_email")
    released = await run(
        "mail", "release", "--all", DATABASE_URL=f"sqlite://{run.folder}/restored.db"
    )

    assert held == [("HELD",)]
    assert "e-mails held: 1" in outcome.out
    assert released.out == "1 e-mails are sent now.\n"
    assert found(run, "SELECT state FROM outgoing_email") == [("QUEUED",)]


@only_sqlite
async def test_nobody_is_signed_in_who_may_have_signed_out_since(run: Run) -> None:
    await SignIn.begin(await a_member(), kind=SignInKind.APP)
    backup = await backed_up(run)

    await restored(run, backup)

    assert found(run, "SELECT count(*) FROM sign_in WHERE ended_at IS NULL") == [(0,)]


@only_sqlite
async def test_a_program_that_is_there_is_only_given_up_on_demand(run: Run) -> None:
    await a_member(username="ada")
    backup = await backed_up(run)
    await restored(run, backup)

    refused = await restored(run, backup)
    replaced = await restored(run, backup, "--replace")

    assert refused.err == "There is a program in the database: --replace gives it up.\n"
    assert replaced.code == 0, replaced.err


async def test_a_program_that_is_being_used_is_not_replaced(run: Run) -> None:
    backup = await backed_up(run)
    member = await a_member()

    outcome = await run("restore", str(backup), "--replace")

    assert outcome.code == 1
    assert "stop the server and the workers first" in outcome.err
    assert await Member.get(id=member.id)


@only_sqlite
@pytest.mark.parametrize("damage", ["cut", "scrambled", "unfinished", "of another kind"])
async def test_what_is_no_whole_backup_is_not_put_back(run: Run, damage: str) -> None:
    await a_member(username="ada")
    backup = await backed_up(run)
    spoil(backup, damage)

    outcome = await restored(run, backup)

    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    target = run.folder / "restored.db"
    assert not target.exists() or b"ada" not in target.read_bytes()


def spoil(backup: Path, damage: str) -> None:
    content = (backup / "database").read_bytes()
    made = json.loads((backup / "backup.json").read_text())
    if damage == "cut":
        (backup / "database").write_bytes(content[:-1])
    elif damage == "scrambled":
        middle = len(content) // 2
        spoilt = content[:middle] + bytes(20_000) + content[middle + 20_000 :]
        (backup / "database").write_bytes(spoilt)
    elif damage == "unfinished":
        (backup / "backup.json").unlink()
    else:
        (backup / "backup.json").write_text(json.dumps({**made, "dialect": "postgresql"}))


async def test_all_is_in_order_in_a_new_program(run: Run) -> None:
    outcome = await run("check")

    assert outcome == Outcome(0, "All is as it should be.\n", "")


async def test_a_rule_that_does_not_hold_is_named(run: Run) -> None:
    request = await a_request()
    await rows("DELETE FROM event WHERE request_id = :id RETURNING id", id=request.id)

    outcome = await run("check")

    assert outcome.code == 1
    assert "!! not true: a request has one event of being sent" in outcome.out
    assert request.id in outcome.out


async def test_e_mails_that_were_given_up_are_named(run: Run) -> None:
    await request_mailer.received(await a_request(), []).deliver_later()
    await rows("UPDATE outgoing_email SET state = 'DEAD' RETURNING id")

    outcome = await run("check")

    assert outcome.code == 1
    assert "!! 1 e-mails are DEAD: `mail list --state DEAD`." in outcome.out
