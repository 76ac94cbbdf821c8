"""What a process counts, as Prometheus reads it."""

import re
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from mailers import request_mailer
from models import measures
from models.measures import MOST_SERIES, OTHER, Count, Level, Spread
from operations.metrics import PREFIX, Metrics
from tests.client import Api
from tests.factories import a_request

OPERATING = Path(__file__).parents[2] / "docs/operating.md"


async def numbers() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = (await Metrics().text()).decode()
    return {
        (it.name.removeprefix(PREFIX), tuple(sorted(it.labels.items()))): it.value
        for family in text_string_to_metric_families(text)
        for it in family.samples
    }


async def number(what: str, **labels: str) -> float:
    return (await numbers()).get((what, tuple(sorted(labels.items()))), 0)


async def test_the_outbox_is_told_by_state_and_age(database: None) -> None:
    await request_mailer.received(await a_request(), []).deliver_later()

    found = await numbers()

    assert found["outbox_emails", (("state", "QUEUED"),)] == 1
    assert found["outbox_emails", (("state", "DEAD"),)] == 0
    assert found["outbox_oldest_due_seconds", ()] >= 0
    assert found["database_up", ()] == 1


async def test_without_a_database_it_is_told_that_there_is_none() -> None:
    found = await numbers()

    assert found["database_up", ()] == 0
    assert "process_resident_memory_bytes" in {name for name, _ in found}


async def test_what_became_of_a_mutation_is_counted(ask: Api) -> None:
    refused = {"name": "sign_in", "outcome": "BAD_CREDENTIALS"}
    before = await number("mutations_total", **refused)

    await ask(
        "mutation($input: SignInInput!) { signIn(input: $input) { errors { code } } }",
        input={"username": "nobody", "password": "nothing"},
    )

    assert await number("mutations_total", **refused) == before + 1


async def test_how_long_it_took_is_told_by_kind_and_never_in_the_words_of_clients(
    ask: Api,
) -> None:
    query: dict[str, Any] = {"kind": "query", "document": ""}
    before = await number("graphql_request_seconds_count", **query)

    await ask("query AdaLovelace { program { name } }")

    assert await number("graphql_request_seconds_count", **query) == before + 1
    assert "AdaLovelace" not in (await Metrics().text()).decode()


async def test_what_it_cost_is_told(ask: Api) -> None:
    before = await number("graphql_cost_points_count", kind="query")

    await ask("{ program { name } }")

    assert await number("graphql_cost_points_count", kind="query") == before + 1


def test_labels_that_become_too_many_are_counted_together() -> None:
    count = Count("x", "x", "word")

    for it in range(MOST_SERIES + 5):
        count.add(str(it))

    assert len(count.series) == MOST_SERIES + 1
    assert count.series[OTHER,] == 5


def test_a_level_falls_again_when_the_block_is_left() -> None:
    level = Level("x", "x")

    with level.one():
        within = level.series[()]

    assert (within, level.series[()]) == (1, 0)


def test_a_value_is_counted_up_to_its_bound() -> None:
    spread = Spread("x", "x", bounds=(1.0, 2.0))

    for it in (0.5, 1.0, 1.5, 9.0):
        spread.note(it)

    assert spread.series[()].buckets == [2, 1, 1]
    assert spread.series[()].sum == 12.0


def test_the_page_for_operators_has_every_measure() -> None:
    told = set(re.findall(r"`mentor_match_(\w+)`", OPERATING.read_text(encoding="utf-8")))

    counted = {f"{it.name}_total" if isinstance(it, Count) else it.name for it in measures.ALL}
    assert told == counted | {"outbox_emails", "outbox_oldest_due_seconds", "database_up"}
