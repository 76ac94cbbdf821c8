"""A budget that many processes draw on at once: what is there is spent, and not a point more."""

from statistics import median
from time import perf_counter

from models import Budget, Exhausted
from models.database import dialect
from tests.faults.length import times
from tests.faults.processes import Team, together

PRICE = 86  # points, of which one comes back a second: none does while the test lasts
AFFORDABLE = 10
TRIES = 50  # of each process


async def test_four_processes_spend_what_is_there_and_no_more(team: Team) -> None:
    durations = list[float]()

    for number in range(times(full=50, short=2)):
        outcomes = [it for of_one in team.all_do(spend, f"payer {number}") for it in of_one]

        assert sum(is_paid for is_paid, _ in outcomes) == AFFORDABLE
        durations += [it for _, it in outcomes]

    print(
        f"\n{dialect()}: {len(durations)} tries of 4 processes at once, never more than"
        f" {AFFORDABLE} paid: median {median(durations) * 1000:.2f} ms,"
        f" longest {max(durations) * 1000:.0f} ms"
    )


async def spend(payer: str) -> list[tuple[bool, float]]:
    """Of each try, whether it was paid, and the seconds that it took."""
    budget = Budget(payer, most_at_once=PRICE, burst=AFFORDABLE * PRICE, per_second=1)
    together()
    return [await _tried(budget) for _ in range(TRIES)]


async def _tried(budget: Budget) -> tuple[bool, float]:
    begun = perf_counter()
    try:
        await budget.spend(PRICE)
    except Exhausted:
        return False, perf_counter() - begun
    return True, perf_counter() - begun
