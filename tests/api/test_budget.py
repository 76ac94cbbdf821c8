"""Who asks for much in a short time is told when to go on."""

from typing import Any

import httpx
import pytest

from models.database import rows
from schema.negotiation import JSON, RESPONSE
from tests.client import Api, served
from tests.factories import a_member
from tests.unchanged import everything

PROGRAM = "{ program { name } }"
POOR = {"ADDRESS_COST_BURST": "3", "ADDRESS_COST_PER_SECOND": "1", "COST_LIMIT": "3"}
HEADLINE = 'mutation { updateProfile(input: {headline: "Changed"}) { errors { code } } }'

pytestmark = pytest.mark.usefixtures("database", "time")


async def asked(api: Api, **headers: str) -> httpx.Response:
    return await api.http.post("/graphql", json={"query": PROGRAM}, headers=headers)


async def exhaust(api: Api, **headers: str) -> None:
    for _ in range(3):
        assert (await asked(api, **headers)).status_code == 200


async def remaining(api: Api, **asking: Any) -> int:
    answer = await api.answer(PROGRAM, **asking)
    return int(answer["extensions"]["cost"]["remaining"])


async def payers() -> set[str]:
    return {it["payer"] for it in await rows("SELECT payer FROM budget")}


async def test_an_answer_says_what_is_left() -> None:
    async with served(**POOR) as api:
        answers = [await asked(api) for _ in range(3)]

    costs = [it.json()["extensions"]["cost"] for it in answers]
    assert costs == [{"requested": 1, "limit": 3, "remaining": it} for it in (2, 1, 0)]


@pytest.mark.parametrize("media", [JSON, RESPONSE])
async def test_who_has_nothing_left_hears_when_to_ask_again(media: str) -> None:
    async with served(**POOR) as api:
        await exhaust(api)

        response = await asked(api, Accept=media)

    [error] = response.json()["errors"]
    assert response.status_code == 429
    assert response.headers["retry-after"] == "1"
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert error["extensions"] == {"code": "RATE_LIMITED"}
    assert "in 1 s" in error["message"]


async def test_a_mutation_that_cannot_be_paid_changes_nothing() -> None:
    ada = await a_member(headline="Analyst")
    async with served(COST_BURST="15", COST_PER_SECOND="1", COST_LIMIT="12") as api:
        await api(HEADLINE.replace("Changed", "Engineer"), as_=ada)
        before = await everything()

        answer = await api.answer(HEADLINE, as_=ada)

    assert answer["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert await everything() == before


async def test_members_pay_for_themselves_wherever_they_are() -> None:
    ada, grace = await a_member(), await a_member()
    async with served(COST_BURST="1000") as here, served("192.0.2.9", COST_BURST="1000") as there:
        assert await remaining(here, as_=ada) == 999
        assert await remaining(there, as_=ada) == 998
        assert await remaining(here, as_=grace) == 999


async def test_who_is_not_signed_in_shares_with_their_address() -> None:
    async with served(**POOR) as here, served("192.0.2.2", **POOR) as there:
        await exhaust(here)

        assert (await asked(here)).status_code == 429
        assert (await asked(there)).status_code == 200


@pytest.mark.parametrize(
    ("address", "payer"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("somewhere", "unknown"),
    ],
)
async def test_an_address_is_one_of_ipv4_or_a_network_of_ipv6(address: str, payer: str) -> None:
    async with served(address) as api:
        await asked(api)

    assert await payers() == {f"address {payer}"}


@pytest.mark.parametrize(
    ("_case", "trusted", "told", "payer"),
    [
        ("by nobody we trust", "", "198.51.100.1", "10.0.0.1"),
        ("by a proxy", "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("by a proxy, and made up", "10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("by two proxies", "10.0.0.0/8", "198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("by one of two proxies", "10.0.0.1", "198.51.100.1, 10.9.9.9", "10.9.9.9"),
        ("nothing", "10.0.0.1", "", "10.0.0.1"),
        ("nonsense", "10.0.0.1", "me", "10.0.0.1"),
        ("nonsense before", "10.0.0.1", "x, 198.51.100.1", "198.51.100.1"),
        ("of IPv6", "10.0.0.1 ::1", "2001:db8::1", "2001:db8::/64"),
        ("proxies only", "10.0.0.0/8", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
    ],
)
async def test_where_a_request_comes_from_is_believed_of_trusted_proxies(
    _case: str, trusted: str, told: str, payer: str
) -> None:
    async with served("10.0.0.1", TRUSTED_PROXIES=trusted) as api:
        await asked(api, **{"X-Forwarded-For": told})

    assert await payers() == {f"address {payer}"}


async def test_an_operation_may_cost_as_much_as_is_set() -> None:
    async with served(COST_LIMIT="60") as api:
        answer = await api.answer("{ program { topics { name } } }")

    [error] = answer["errors"]
    assert error["extensions"]["limit"] == {"name": "cost", "most": 60, "found": 61}
    assert await payers() == set()
