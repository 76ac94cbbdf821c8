"""`/members/me/data`: everything that is kept about a member, as a ZIP."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import pytest

from models import SignIn, SignInKind
from models.own_data import LEFT_OUT, PARTS
from tests.canary import PROFILE, WORD, Canary, a_canary
from tests.client import Api
from tests.conftest import Time
from tests.factories import a_member, a_relationship, a_session, a_token
from tests.live_schema import columns
from tests.outbox import told
from tests.photos import a_photo

ADDRESS = "/members/me/data"


async def asked(ask: Api, token: str, method: str = "POST") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return await ask.http.request(method, ADDRESS, headers=headers)


async def taken(ask: Api, canary: Canary) -> dict[str, bytes]:
    """The files of the ZIP, by name."""
    token = await a_token(canary.member)
    headers = {"Authorization": f"Bearer {token}"}
    await ask.http.put("/members/me/picture", content=a_photo(), headers=headers)
    response = await asked(ask, token)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/zip"
    assert response.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {it: archive.read(it) for it in archive.namelist()}


async def test_every_column_of_every_table_is_given_or_left_out_for_a_reason(
    database: None,
) -> None:
    given = {(part.table, it) for part in PARTS for it in part.columns.split()}
    tables = {part.table for part in PARTS}
    kept = {(it.table, it.name) for it in await columns()}

    silent = {
        (table, name)
        for table, name in kept - given
        if f"{table}.{name}" not in LEFT_OUT and table not in LEFT_OUT
    }

    assert silent == set()
    assert given <= kept
    known = {it.table for it in await columns()} | {f"{t}.{n}" for t, n in kept} | {"event_number"}
    assert LEFT_OUT.keys() <= known
    assert LEFT_OUT.keys().isdisjoint(tables | {f"{t}.{n}" for t, n in given})


async def test_all_that_they_wrote_is_in_it(ask: Api) -> None:
    canary = await a_canary()

    files = await taken(ask, canary)

    content = {name: json.loads(it) for name, it in files.items() if name.endswith(".json")}
    assert content.keys() == {"names.json", *(f"{it.table}.json" for it in PARTS)}
    [member] = content["member.json"]
    for name, value in PROFILE.items():
        assert member[name] == getattr(value, "name", value)
    assert [it["statement"] for it in content["enrollment.json"]] == [f"{WORD} statement"]
    assert [it["text"] for it in content["private_note.json"]] == [f"{WORD} note"]
    assert [it["went_well"] for it in content["check_in_answer.json"]] == [f"{WORD} went well"]
    assert f"{WORD} phone" in [it["user_agent"] for it in content["sign_in.json"]]
    assert sum(WORD in it["message"] for it in content["mentoring_request.json"]) == 1
    assert len(content["mentoring_relationship.json"]) == 2
    assert content["names.json"]["members"][canary.running.mentee_id]
    assert sorted(it.startswith("pictures/") for it in files)[-2:] == [True, True]


async def test_values_are_as_the_api_has_them(ask: Api) -> None:
    canary = await a_canary()

    files = await taken(ask, canary)

    [enrollment] = json.loads(files["enrollment.json"])
    assert enrollment["role"] == "MENTOR"
    assert enrollment["channels"] == ["VIDEO"]
    assert enrollment["created_at"].endswith("+00:00")


async def test_nothing_that_others_keep_to_themselves_is_in_it(ask: Api) -> None:
    canary = await a_canary()
    await a_session(await a_relationship(), notes="None of her business.")
    secrets = await secrets_of(canary)

    files = await taken(ask, canary)

    everything = b"".join(it for name, it in files.items() if name.endswith(".json"))
    assert b"None of her business." not in everything
    assert not any(it.encode() in everything for it in secrets)


async def secrets_of(canary: Canary) -> list[Any]:
    hashes = [it.token_hash for it in await SignIn.filter(member_id=canary.member.id)]
    return [*hashes, canary.member.password_hash]


async def test_they_are_told_by_e_mail(ask: Api) -> None:
    ada = await a_member()

    await asked(ask, await a_token(ada))

    assert await told(ada) == ["account_mailer/data_taken"]


async def test_it_takes_a_sign_in_that_has_just_begun(ask: Api, time: Time) -> None:
    ada = await a_member()
    _, token = await SignIn.begin(ada, kind=SignInKind.APP)
    time.passes(timedelta(minutes=11))

    response = await asked(ask, token)

    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    assert "sign in again" in response.json()["errors"][0]["message"]
    assert await told(ada) == []


@pytest.mark.parametrize(("method", "status"), [("POST", 401), ("GET", 405), ("PUT", 405)])
async def test_strangers_and_links_get_nothing(ask: Api, method: str, status: int) -> None:
    response = await asked(ask, "", method)

    assert response.status_code == status
    assert response.json()["errors"]
