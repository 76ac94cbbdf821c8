"""The id of a request, by which it is found in the log."""

import logging
from collections.abc import AsyncIterator

import pytest

from models import Program
from operations import logs
from tests.client import Api, served

PROXY = "192.0.2.7"
ID = "a-proxys-own-id-1"
SECRET = "the password is not 4711"


@pytest.fixture
async def behind_a_proxy(database: None) -> AsyncIterator[Api]:
    async with served(PROXY, TRUSTED_PROXIES=PROXY) as api:
        yield api


async def id_of(api: Api, **headers: str) -> str:
    response = await api.http.get("/livez", headers=headers)
    id: str = response.headers["x-request-id"]
    return id


async def test_every_answer_has_an_id_of_its_own(ask: Api) -> None:
    assert await id_of(ask) != await id_of(ask)


async def test_that_of_a_trusted_proxy_is_kept(behind_a_proxy: Api) -> None:
    assert await id_of(behind_a_proxy, **{"X-Request-ID": ID}) == ID


@pytest.mark.parametrize("odd", ["short", "x" * 65, "a b c d e f g", 'a"b\\c{d}e', ""])
async def test_one_that_is_odd_is_not(behind_a_proxy: Api, odd: str) -> None:
    assert await id_of(behind_a_proxy, **{"X-Request-ID": odd}) != odd


async def test_nor_is_that_of_anybody_else(ask: Api) -> None:
    assert await id_of(ask, **{"X-Request-ID": ID}) != ID


async def test_a_crash_is_logged_with_it(
    ask: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def crash() -> Program:
        raise ValueError(SECRET)

    monkeypatch.setattr(Program, "current", crash)
    caplog.handler.setFormatter(logs.TextLines())

    response = await ask.http.post("/graphql", json={"query": "{ program { name } }"})

    [error] = response.json()["errors"]
    assert f"crash {error['extensions']['id']} at" in caplog.text
    assert f"[{response.headers['x-request-id']}]" in caplog.text
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text
    assert logging.getLogger("schema.errors").isEnabledFor(logging.ERROR)
