"""Passwords tried from many processes at once: each try is counted, and not one is too many."""

from collections import Counter
from datetime import datetime, timedelta

from models import Credentials, Exhausted, Refusal, clock, credentials
from models.credentials import OF_ALL
from models.database import dialect
from tests.factories import PASSWORD, a_member
from tests.faults.length import times
from tests.faults.processes import Team, together


async def test_four_processes_try_the_passwords_of_a_member_five_times(team: Team) -> None:
    for number in range(times(full=50, short=2)):
        await a_member(username=f"ada{number}", email=f"ada{number}@example.org")
        told = outcomes(team.all_do(try_both, f"ada{number}", clock.now()))

        # With the name five times; with the address five times, which is told the same and looks at nothing.
        assert told == {"wrong": 10, "300": 4 * 2 * 10 - 10}
        assert await looked_at(f"ada{number}") == 5
    print(f"\n{dialect()}: 4 processes, 80 tries each time, 5 passwords looked at")


async def try_both(username: str, now: datetime) -> list[str]:
    """Ten tries with the user name, and ten with the address, from everywhere."""
    clock.now = lambda: now
    together()
    names = [username, f"{username}@example.org"] * 10
    return [await tried(name, f"{name}{n}") for n, name in enumerate(names)]


async def tried(username: str, address: str, secret: str = "wrong") -> str:
    """What somebody who tries is told."""
    try:
        await Credentials(username, secret, address).prove()
    except Refusal:
        return "wrong"
    except Exhausted as no:
        return f"{no.wait.total_seconds():g}"
    return "right"


def outcomes(answers: list[list[str]]) -> Counter[str]:
    return Counter(it for of_one in answers for it in of_one)


async def looked_at(username: str) -> int:
    """How many tries of a member's own are used up."""
    [member] = [await credentials.Member.named(username)]
    used = 0
    for _ in range(5):
        try:
            await credentials.OF_A_MEMBER.admit(member.id if member else "")
        except Exhausted:
            used += 1
    return used


async def test_four_processes_try_twenty_times_from_one_address(team: Team) -> None:
    for number in range(times(full=20, short=1)):
        told = outcomes(team.all_do(try_many, f"192.0.2.{number}", clock.now()))

        assert told == {"wrong": 20, "15": 20}


async def try_many(address: str, now: datetime) -> list[str]:
    """Ten names each."""
    clock.now = lambda: now
    together()
    return [await tried(f"{id(address)} {now} {n}", address) for n in range(10)]


async def test_four_processes_try_five_hundred_times_in_all(team: Team) -> None:
    now = clock.now()

    at_once = outcomes(team.all_do(count, 200, now))
    later = outcomes(team.all_do(count, 200, now + timedelta(minutes=5)))

    assert at_once["counted"] == later["counted"] == 500


async def count(tries: int, now: datetime) -> list[str]:
    clock.now = lambda: now
    together()
    return [await counted() for _ in range(tries)]


async def counted() -> str:
    try:
        await OF_ALL.admit("")
    except Exhausted:
        return "refused"
    return "counted"


async def test_who_is_known_signs_in_while_four_processes_attack(team: Team) -> None:
    ada = await a_member(username="ada")
    _, token = await credentials.Device.remember(ada)

    team.all_do(try_both, "ada", clock.now())

    assert await tried("ada", "her own", PASSWORD) != "right"
    known = Credentials("ada", PASSWORD, "her own", [token])
    assert (await known.prove()).member == ada
