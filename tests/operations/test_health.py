"""Whether a process says how it is."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailers import request_mailer
from models import clock
from models.database import disconnect, pulse, rows
from operations import health
from tests.client import Api, served
from tests.factories import a_request


async def readiness(api: Api) -> tuple[int, dict[str, Any]]:
    response = await api.http.get("/readyz")
    return response.status_code, response.json()


async def test_a_process_that_answers_is_alive(ask: Api) -> None:
    response = await ask.http.get("/livez")

    assert (response.status_code, response.text) == (200, "alive\n")


async def test_a_process_that_can_work_is_ready_and_says_what_was_looked_at(ask: Api) -> None:
    status, said = await readiness(ask)

    assert (status, said["status"]) == (200, "ready"), said
    assert said["checks"].keys() == {"database", "schema", "clock", "disk"}
    assert all(it["ok"] for it in said["checks"].values())


async def test_without_its_database_it_is_alive_but_not_ready_and_keeps_secrets(
    ask: Api, database_url: str
) -> None:
    await disconnect()

    status, said = await readiness(ask)

    assert (await ask.http.get("/livez")).status_code == 200
    assert (status, said["status"]) == (503, "not ready")
    assert not said["checks"]["database"]["ok"]
    assert database_url.partition("://")[2] not in str(said)


async def test_it_is_not_ready_before_all_migrations_ran(ask: Api) -> None:
    await rows("DELETE FROM schema_version WHERE version = 28 RETURNING version")

    status, said = await readiness(ask)

    assert status == 503
    assert said["checks"]["schema"] == {"ok": False, "detail": "0028_operations did not run."}
    await restore_note()


async def restore_note() -> None:
    """PostgreSQL's database is used again by other tests."""
    [needed] = [it for it in pulse._needed(pulse.dialect()) if it.version == 28]
    await rows(
        "INSERT INTO schema_version VALUES (28, :name, :checksum, 0) RETURNING version",
        name=needed.name,
        checksum=needed.checksum,
    )


async def test_migrations_of_a_newer_program_do_not_matter(ask: Api) -> None:
    await rows("INSERT INTO schema_version VALUES (9999, 'x', 'x', 0) RETURNING version")

    status, _ = await readiness(ask)

    await rows("DELETE FROM schema_version WHERE version = 9999 RETURNING version")
    assert status == 200


async def test_it_is_not_ready_on_a_full_disk(ask: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil._ntuple_diskusage(total=2**40, used=2**40 - 2**20, free=2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)

    status, said = await readiness(ask)

    assert status == 503
    assert not said["checks"]["disk"]["ok"]


async def test_it_is_not_ready_while_the_clocks_disagree(
    ask: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def skew() -> timedelta:
        return timedelta(seconds=-6)

    monkeypatch.setattr(pulse, "skew", skew)

    status, said = await readiness(ask)

    assert status == 503
    assert not said["checks"]["clock"]["ok"]


async def test_only_who_sends_e_mails_is_not_ready_while_they_are_late(
    database: None, tmp_path: Path
) -> None:
    await request_mailer.received(await a_request(), []).deliver_later()
    long_ago = clock.now() - health.MOST_LAG
    await rows("UPDATE outgoing_email SET due_at = :due RETURNING id", due=long_ago)

    found = {}
    for worker in ("yes", "no"):
        async with served(MAIL_FOLDER=str(tmp_path), PICTURES=str(tmp_path), WORKER=worker) as api:
            found[worker], _ = await readiness(api)

    assert found == {"yes": 503, "no": 200}


async def test_it_looks_once_a_second_however_many_ask(
    ask: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    monkeypatch.setattr(pulse, "write_and_read", noting(looks))
    monkeypatch.setattr(health, "FRESH", 3600.0)

    for _ in range(5):
        await readiness(ask)

    assert len(looks) == 1


def noting(looks: list[str]) -> Any:
    async def look() -> None:
        looks.append("look")

    return look


async def test_it_is_not_ready_once_it_is_told_to_stop(ask: Api) -> None:
    ask.app.state.stopping.set()

    response = await ask.http.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"].keys() == {"stopping"}
    assert response.headers["connection"] == "close"
