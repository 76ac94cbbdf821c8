"""`Credentials`: whom a user name or an address signs in, and how often somebody may try."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from models import Credentials, Device, Exhausted, Reason, Refusal, clock, password
from models.database import rows
from tests.conftest import Time
from tests.factories import PASSWORD, a_member, signing_in

pytestmark = pytest.mark.usefixtures("database")

MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    "written", ["ada", " ADA ", "p3@xn--bcher-kva.de", "p3@bücher.de", " P3@BÜCHER.de "]
)
async def test_a_member_signs_in_by_user_name_or_address_as_they_write_it(written: str) -> None:
    ada = await a_member(username="ada", email="p3@xn--bcher-kva.de")

    assert await signing_in(written, PASSWORD) == ada


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_user_name_counts_before_an_address(is_first: bool) -> None:
    other = {"username": "eve", "email": "ada@example.org"}
    if is_first:
        await a_member(**other)
    ada = await a_member(username="ada@example.org", email="a@example.org")
    if not is_first:
        await a_member(**other)

    assert await signing_in("ada@example.org", PASSWORD) == ada


async def outcome(
    username: str, secret: str = "wrong", address: str = "", devices: tuple[str, ...] = ()
) -> str:
    """SIGNED_IN, the code of the refusal, or for how many seconds to wait."""
    try:
        await Credentials(username, secret, address or username, devices).prove()
    except Refusal as no:
        return no.reason.name
    except Exhausted as no:
        return f"{no.wait.total_seconds():g}"
    return "SIGNED_IN"


@pytest.mark.parametrize("username", ["ada", "eve"])
async def test_a_name_is_tried_five_times_and_then_twelve_times_an_hour(
    time: Time, username: str
) -> None:
    await a_member(username="ada")

    at_once = [await outcome(username, address=f"{n}") for n in range(7)]
    hour = []
    for _ in range(60):
        time.passes(MINUTES)
        hour.append(await outcome(username, address="another"))

    assert at_once == ["BAD_CREDENTIALS"] * 5 + ["300"] * 2
    assert hour.count("BAD_CREDENTIALS") == 12


async def test_the_right_password_is_not_looked_at_after_too_many_tries(time: Time) -> None:
    await a_member(username="ada")
    for n in range(5):
        await outcome("ada", address=f"{n}")

    assert await outcome(" ADA ", PASSWORD) == "300"


async def test_name_and_address_of_a_member_are_no_two_ways_to_try(time: Time) -> None:
    await a_member(username="ada", email="ada@example.org")
    for n in range(5):
        await outcome("ada", address=f"{n}")

    # As if it were wrong, for that there is anything to wait for would tell that both are hers.
    assert await outcome("ada@example.org", PASSWORD) == "BAD_CREDENTIALS"
    time.passes(5 * MINUTES)
    assert await outcome("ada@example.org", PASSWORD) == "SIGNED_IN"


async def test_an_address_of_the_network_tries_twenty_times_and_then_240_times_an_hour(
    time: Time,
) -> None:
    at_once = [await outcome(f"somebody{n}", address="x") for n in range(22)]
    hour = []
    for n in range(360):
        time.passes(MINUTES / 6)
        hour.append(await outcome(f"nobody{n}", address="x"))

    assert at_once == ["BAD_CREDENTIALS"] * 20 + ["15"] * 2
    assert hour.count("BAD_CREDENTIALS") == 240


async def test_who_is_refused_has_not_tried(time: Time) -> None:
    """An attacker whose address is exhausted locks nobody out, nor does one name a whole office."""
    for n in range(20):
        await outcome(f"somebody{n}", address="attacker")
    for _ in range(9):
        await outcome("grace", address="attacker")
    for n in range(30):
        await outcome("ada", address="office" if n > 5 else f"{n}")

    graces = [await outcome("grace", address=f"{n}") for n in range(6)]
    offices = [await outcome(f"colleague{n}", address="office") for n in range(21)]

    assert graces.count("BAD_CREDENTIALS") == 5
    assert offices.count("BAD_CREDENTIALS") == 20


async def test_who_succeeds_is_not_counted(time: Time) -> None:
    await a_member(username="ada", email="ada@example.org")

    outcomes = [await outcome("ada", PASSWORD, address="office") for _ in range(25)]

    assert set(outcomes) == {"SIGNED_IN"}
    assert await outcome("ada", address="office") == "BAD_CREDENTIALS"


async def test_a_known_device_is_let_in_whatever_others_try(time: Time) -> None:
    ada = await a_member(username="ada")
    _, token = await Device.remember(ada)
    for n in range(25):
        await outcome("ada", address=f"{n % 4}")

    assert await outcome("ada", PASSWORD, address="0") == "300"
    assert await outcome("ada", PASSWORD, address="0", devices=("another", token)) == "SIGNED_IN"


async def test_a_known_device_is_no_way_to_guess(time: Time) -> None:
    ada = await a_member(username="ada")
    _, token = await Device.remember(ada)

    outcomes = [await outcome("ada", address=f"{n}", devices=(token,)) for n in range(6)]

    assert outcomes == ["BAD_CREDENTIALS"] * 5 + ["300"]


async def test_the_device_of_one_member_is_not_known_to_another(time: Time) -> None:
    ada, grace = await a_member(username="ada"), await a_member()
    _, token = await Device.remember(grace)
    for n in range(5):
        await outcome("ada", address=f"{n}")

    assert await outcome("ada", PASSWORD, devices=(token,)) == "300"
    assert await Device.known([token], ada) is None
    assert await Device.known([token], None) is None


async def test_who_tried_and_where_from_is_not_kept_in_clear() -> None:
    await outcome("ada@example.org", address="192.0.2.77")

    kept = str(await rows("SELECT * FROM budget"))

    assert "ada" not in kept
    assert "192.0.2.77" not in kept


async def test_a_password_is_renewed_where_its_hash_was_made_with_less_effort() -> None:
    little = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

    renewed = await password.renewed(PASSWORD, little)

    assert renewed
    assert await password.is_right(PASSWORD, renewed)
    assert await password.renewed(PASSWORD, renewed) is None


async def test_a_device_that_nobody_uses_is_forgotten_after_a_year(time: Time) -> None:
    ada = await a_member()
    unused, _ = await Device.remember(ada)
    used, token = await Device.remember(ada)
    time.passes(timedelta(days=364))
    await used.touch()

    time.passes(timedelta(days=1))

    assert await Device.forget_unused() == 1
    assert await Device.all() == [used]
    assert await Device.known([token], ada) == used
    assert used.last_used_at < clock.now()
    assert unused not in await Device.all()


async def test_that_the_membership_ended_counts_as_no_try(time: Time) -> None:
    await a_member(username="ada", valid_until=clock.now())

    outcomes = {await outcome("ada", PASSWORD) for _ in range(7)}

    assert outcomes == {Reason.NOT_ALLOWED.name}
