"""Whether anything tells names of members from others: `python -m tests.faults.enumeration`.

Each name is tried with a wrong password, in random order, and once more after too many tries.
What is said must be the same, and so must be how long it takes: by the test of Mann and Whitney,
and by the median.
"""

import asyncio
import random
import re
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any

from scipy.stats import mannwhitneyu

from models import password
from models.credentials import OF_A_NAME
from models.database import rows, transaction
from tests.client import Api, served
from tests.factories import PASSWORD, a_member
from tests.faults.programs import KINDS, new_program

_WAIT = re.compile(r"in (300|29\d) s")
NAMES = 500  # of each sort
LEAST_P, MOST_GAP = 0.01, 0.005  # seconds

_SIGN_IN = """
mutation($input: SignInInput!) {
  signIn(input: $input) { errors { code message field } viewer { id } token deviceToken }
}"""


@dataclass
class Heard:
    """What was said about names of one sort, and after how many seconds."""

    said: set[str] = field(default_factory=set)
    took: list[float] = field(default_factory=list)


async def main() -> None:
    """Measure on both databases."""
    for kind in KINDS:
        try:
            async with new_program(kind):
                await _measure(kind)
        except LookupError as why:
            print(why)


async def _measure(kind: str) -> None:
    await _people()
    async with served(TRUSTED_PROXIES="192.0.2.0/24") as api:
        for how in ("a wrong password", "too many tries"):
            known, unknown = await _heard(api, is_too_often=how == "too many tries")
            _tell(f"{kind}, {how}", known, unknown)


async def _people() -> None:
    hash = await password.hashed(PASSWORD)  # with the effort that is made in earnest

    async def work() -> None:
        for n in range(NAMES):
            await a_member(username=f"known{n}", password_hash=hash)

    await transaction(work)


async def _heard(api: Api, *, is_too_often: bool) -> tuple[Heard, Heard]:
    names = [f"{sort}{n}" for sort in ("known", "nobody") for n in range(NAMES)]
    random.shuffle(names)
    heard = {"known": Heard(), "nobody": Heard()}
    for n, name in enumerate(names):
        await rows("DELETE FROM budget RETURNING payer")  # as if nobody else had tried
        for _ in range(OF_A_NAME.tries if is_too_often else 0):
            await OF_A_NAME.admit(name)
        sort = heard[name.rstrip("0123456789")]
        begun = perf_counter()
        said = await _tried(api, name, f"198.51.{n // 250}.{n % 250}")
        sort.took.append(perf_counter() - begun)
        sort.said.add(said)
    return heard["known"], heard["nobody"]


async def _tried(api: Api, username: str, address: str) -> str:
    input: dict[str, Any] = {"username": username, "password": "wrong"}
    response = await api.http.post(
        "/graphql",
        json={"query": _SIGN_IN, "variables": {"input": input}},
        headers={"X-Forwarded-For": address},
    )
    # Of five minutes to wait, a second may have passed, or two.
    return f"{response.status_code} {_WAIT.sub('in N s', response.text)}"


def _tell(what: str, known: Heard, unknown: Heard) -> None:
    p = float(mannwhitneyu(known.took, unknown.took).pvalue)
    gap = abs(median(known.took) - median(unknown.took))
    is_same = known.said == unknown.said and len(known.said) == 1
    mark = "" if is_same and p > LEAST_P and gap < MOST_GAP else "  BELOW THE BAR"
    print(
        f"{what}: {len(known.took)} names of members and {len(unknown.took)} others:"
        f" {'the same answer' if is_same else 'DIFFERENT answers'},"
        f" median {median(known.took) * 1000:.1f} ms and {median(unknown.took) * 1000:.1f} ms,"
        f" gap {gap * 1000:.2f} ms, p = {p:.3f}{mark}"
    )


if __name__ == "__main__":
    asyncio.run(main())
