"""Whoever is signed out, in whatever way, is out with the next request, in every process; live, too."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from models import Member, SignIn, clock
from models.database import dialect
from tests.api.test_passwords import CHANGE, NEW
from tests.api.test_sign_in import SIGN_OUT, VIEWER, bearer
from tests.factories import PASSWORD, a_member, a_token
from tests.faults.length import times
from tests.faults.test_live_updates import served_by
from tests.live import conversing


class Case:
    """A member with two devices: one is to be out, from the other something is done."""

    def __init__(self, member: Member, lost: str, used: str, here: httpx.AsyncClient) -> None:
        self.member, self.lost, self.used, self._here = member, lost, used, here

    async def asks(self, token: str, document: str, **input: object) -> None:
        """Have the one server do something."""
        asked = {"query": document, "variables": {"input": input}}
        response = await self._here.post("/graphql", json=asked, headers=bearer(token))
        [payload] = response.json()["data"].values()
        assert payload["errors"] == []


async def signs_out(case: Case) -> None:
    await case.asks(case.lost, SIGN_OUT)


async def ends_it_elsewhere(case: Case) -> None:
    mine = await SignIn.filter(member_id=case.member.id).order_by("id").first()
    assert mine
    await case.asks(case.used, SIGN_OUT, signInId=mine.id)


async def changes_the_password(case: Case) -> None:
    await case.asks(case.used, CHANGE, currentPassword=PASSWORD, newPassword=NEW)


async def is_suspended(case: Case) -> None:
    await Member.filter(id=case.member.id).update(suspended_at=clock.now())


async def lapses(case: Case) -> None:
    await Member.filter(id=case.member.id).update(valid_until=clock.now())


@pytest.mark.parametrize(
    "ends", [signs_out, ends_it_elsewhere, changes_the_password, is_suspended, lapses]
)
async def test_the_next_request_of_another_process_is_nobodys(
    database_url: str, database: None, ends: Callable[[Case], Awaitable[None]]
) -> None:
    tries = times(full=100, short=5)
    left = 0

    async with served_by(database_url, 2) as [one, other], AsyncExitStack() as clients:
        here, there = [
            await clients.enter_async_context(httpx.AsyncClient(base_url=it.address))
            for it in (one, other)
        ]
        for _ in range(tries):
            ada = await a_member()
            case = Case(ada, await a_token(ada), await a_token(ada), here)
            before = await who(there, case.lost)
            async with conversing(other.address.removeprefix("http://")) as talk:
                await talk.introduce(token=case.lost)
                await talk.subscribe()
                await ends(case)
                after = await who(there, case.lost)
                code, _ = await talk.closing()
            left += (before, after, code) == (ada.email, None, 4403)

    assert left == tries
    print(f"\n{dialect()}: {ends.__name__}: out with the next request {left} times of {tries}")


async def who(server: httpx.AsyncClient, token: str) -> str | None:
    answer = await server.post("/graphql", json={"query": VIEWER}, headers=bearer(token))
    viewer = answer.json()["data"]["viewer"]
    return viewer and str(viewer["email"])
