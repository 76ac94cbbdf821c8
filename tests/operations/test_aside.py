"""The port on which only those who run the program ask."""

from pathlib import Path

import httpx

from tests.ports import free_port
from tests.server import running
from tests.test_command_line import Run


async def test_the_numbers_are_on_a_port_of_their_own(database_url: str, tmp_path: Path) -> None:
    aside = f"http://127.0.0.1:{(port := free_port())}"
    environment = {
        "DATABASE_URL": database_url,
        "METRICS_PORT": str(port),
        "MAIL_FOLDER": str(tmp_path / "mail"),
    }

    async with running("serve", environment) as server, httpx.AsyncClient() as http:
        await http.post(f"{server.address}/graphql", json={"query": "{ program { name } }"})
        numbers = await http.get(f"{aside}/metrics")
        ready = await http.get(f"{aside}/readyz")
        in_public = await http.get(f"{server.address}/metrics")

    assert "mentor_match_graphql_request_seconds_count" in numbers.text
    assert 'mentor_match_outbox_emails{state="QUEUED"} 0.0' in numbers.text
    assert (ready.status_code, in_public.status_code) == (200, 404)


async def test_a_port_that_is_taken_stops_a_worker_with_one_sentence(
    database_url: str, tmp_path: Path
) -> None:
    async with running("serve", {"DATABASE_URL": database_url, "WORKER": "no"}) as server:
        taken = server.address.rpartition(":")[2]

        outcome = await Run(database_url, tmp_path)("worker", METRICS_PORT=taken)

    assert outcome.code == 1
    assert outcome.err == f"METRICS_PORT cannot be used: “{taken}” is taken by another program.\n"
