"""`migrate`, on databases that are new, ours, and not to be used."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from models.database import Unusable, connect, disconnect, migrate, rows
from models.database.migration import FOLDER
from tests.new_database import execute


def on_file(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


def refusal_of(url: str) -> str:
    """The sentence with which a database is refused."""
    with pytest.raises(Unusable) as refused:
        asyncio.run(migrate(url))
    return str(refused.value)


async def tables(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
    finally:
        await connection.close()
    return [it["tablename"] for it in found]


def test_a_new_database_is_migrated_once(new_database_url: str) -> None:
    first, second = asyncio.run(migrate(new_database_url)), asyncio.run(migrate(new_database_url))

    assert first[0] == "0001_program"
    assert second == []


def test_a_file_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "new.db"

    asyncio.run(migrate(f"sqlite://{file}"))

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]


def test_a_file_of_another_program_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "club.db"
    on_file(file, "CREATE TABLE member (id INTEGER PRIMARY KEY, shoe_size INTEGER)")
    before = file.read_bytes()

    sentence = refusal_of(f"sqlite://{file}")

    assert sentence == (
        f"DATABASE_URL cannot be used: {file} fails with “table member already exists”."
    )
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("new_database_url", ["postgresql"], indirect=True)
def test_a_database_of_another_program_is_refused_and_stays_as_it_is(new_database_url: str) -> None:
    asyncio.run(execute(new_database_url, "CREATE TABLE member (shoe_size INTEGER)"))

    sentence = refusal_of(new_database_url)

    assert sentence.startswith("DATABASE_URL cannot be used: mentor_match_new_")
    assert sentence.endswith('fails with “relation "member" already exists”.')
    assert asyncio.run(tables(new_database_url)) == ["member"]


@pytest.mark.parametrize("new_database_url", ["postgresql"], indirect=True)
def test_a_database_with_versions_of_another_program_is_refused(new_database_url: str) -> None:
    asyncio.run(execute(new_database_url, "CREATE TABLE schema_version (number INTEGER)"))

    sentence = refusal_of(new_database_url)

    assert sentence.endswith('fails with “column "version" does not exist”.')
    assert asyncio.run(tables(new_database_url)) == ["schema_version"]


def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text("username,email,name\n" * 100)
    before = file.read_bytes()

    sentence = refusal_of(f"sqlite://{file}")

    assert sentence == f"DATABASE_URL cannot be used: {file} fails with “file is not a database”."
    assert file.read_bytes() == before


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    asyncio.run(migrate(f"sqlite://{file}"))
    forbid_writing(file)

    sentence = refusal_of(f"sqlite://{file}")

    assert sentence == (
        f"DATABASE_URL cannot be used: {file} fails with “attempt to write a readonly database”."
    )


def forbid_writing(file: Path) -> None:
    """Claim that a later version of SQLite wrote it, such that not even root may write to it."""
    content = bytearray(file.read_bytes())
    content[18] = 3
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("", "it names no file, and a program in memory would be forgotten"),
        (":memory:", "it names no file, and a program in memory would be forgotten"),
        ("a%00b.db", "it names no file, and a program in memory would be forgotten"),
        ("/", "it names no file, and a program in memory would be forgotten"),
        ("/tmp", "/tmp is a folder"),
        ("/no/such/x.db", "the folder of the file /no/such/x.db does not exist"),
        ("/no%0Asuch/x.db", "the folder of the file /no such/x.db does not exist"),
        ("/etc/passwd/x.db", "the folder of the file /etc/passwd/x.db does not exist"),
        ("/proc/x.db", "/proc/x.db fails with “unable to open database file”"),
    ],
)
def test_a_place_where_no_file_can_be_is_refused_in_one_sentence(place: str, why: str) -> None:
    sentence = refusal_of(f"sqlite://{place}")

    assert sentence == f"DATABASE_URL cannot be used: {why}."


def test_a_name_that_is_too_long_is_refused_in_one_sentence(tmp_path: Path) -> None:
    sentence = refusal_of(f"sqlite://{tmp_path}/{'x' * 300}.db")

    assert "File name too long" in sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("new_database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("addition", "why"),
    [
        ("_of_nobody", "there is no database"),
        ("?sslmode=perhaps", "`sslmode` parameter must be one of"),
    ],
)
def test_a_server_that_lets_nobody_in_is_refused_in_one_sentence(
    new_database_url: str, addition: str, why: str
) -> None:
    sentence = refusal_of(new_database_url + addition)

    assert sentence.startswith("DATABASE_URL cannot be used: ")
    assert why in sentence
    assert "\n" not in sentence


def test_a_migration_that_changed_after_it_ran_is_refused(
    new_database_url: str, tmp_path: Path
) -> None:
    migration = tmp_path / "0001_program.sql"
    migration.write_text("CREATE TABLE person (id TEXT);\n")
    asyncio.run(migrate(new_database_url, tmp_path))
    migration.write_text("CREATE TABLE people (id TEXT);\n")

    with pytest.raises(Unusable, match="0001_program was changed after it ran"):
        asyncio.run(migrate(new_database_url, tmp_path))


def test_events_that_are_there_already_are_numbered_by_their_age(
    new_database_url: str, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    before.mkdir()
    for file in FOLDER.glob("000[1-3]*"):
        shutil.copy(file, before)
    asyncio.run(migrate(new_database_url, before))
    asyncio.run(executed(new_database_url, *_MEMBER, *map(_event, [(2, "b"), (1, "c"), (2, "a")])))

    asyncio.run(migrate(new_database_url))

    asyncio.run(executed(new_database_url, _event((0, "d")), "DELETE FROM event WHERE id = 'd'"))
    asyncio.run(executed(new_database_url, _event((0, "e"))))
    numbered = asyncio.run(
        executed(new_database_url, "SELECT id, number FROM event ORDER BY number")
    )
    assert [it["id"] for it in numbered] == ["c", "a", "b", "e"]
    assert len({it["number"] for it in numbered}) == 4
    assert numbered[-1]["number"] >= 5, "that of an event that was deleted is not used again"


_MEMBER = [
    "INSERT INTO member (id, created_at, updated_at, username, username_key, email, email_key,"
    " is_coordinator, name, name_key, languages, time_zone, contact_visibility)"
    " VALUES ('mem_1', 0, 0, 'ada', 'ada', 'a@b.c', 'a@b.c', FALSE, 'Ada', 'ada', 'en', 'UTC', 'NOBODY')"
]


def _event(age_and_id: tuple[int, str]) -> str:
    age, id = age_and_id
    return (
        "INSERT INTO event (id, created_at, reader_id, kind)"
        f" VALUES ('{id}', {age}, 'mem_1', 'REQUEST_CLOSED')"
    )


async def executed(url: str, *statements: str) -> list[dict[str, Any]]:
    """The rows of the last of several statements."""
    await connect(url)
    try:
        return [await rows(it) for it in statements][-1]
    finally:
        await disconnect()
