"""One key, sent by many at once to several processes, and to one that dies before it answers."""

import asyncio
import os
import signal
from argparse import Namespace
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NoReturn

import httpx

import main
import schema.http
import settings
from commands import serving
from models import Enrollment, Member, OutgoingEmail
from models.database import dialect, rows
from models.idempotency_key import IdempotencyKey
from tests.factories import a_mentee, a_mentor, a_token
from tests.faults.length import times
from tests.faults.processes import PATIENCE, context
from tests.ports import free_port
from tests.server import A_KEY, running

SENT = 100
REQUEST = """
mutation($input: RequestInput!) {
  request(input: $input) {
    errors { code message } request { id createdAt state recipient { name } }
    query { viewer { counts { outgoingRequests remainingRequests } } }
  }
}"""


async def test_of_a_hundred_parallel_sends_of_one_key_one_counts_and_all_are_answered_alike(
    database_url: str, database: None, tmp_path: Path
) -> None:
    environment = served(database_url, tmp_path)
    rounds = times(full=20, short=1)
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(running("serve", environment)) for _ in range(2)]
        for number in range(rounds):
            mentor, mentee = await a_mentor(), await a_mentee()
            addresses = [servers[it % 2].address for it in range(SENT)]

            answers = await all_send(addresses, mentee, mentor, key=f"key-{number}")

            assert len(set(answers)) == 1
            assert b'"errors":[]' in answers[0]
            assert len(await rows(REQUESTS, id=mentee.member_id)) == 1
            assert await OutgoingEmail.filter(reader_id=mentor.member_id).count() == 1
    print(
        f"\n{dialect()}: {rounds} times {SENT} sends of one key to 2 processes: 1 effect, 1 answer"
    )


REQUESTS = "SELECT id FROM mentoring_request WHERE sender_id = :id"


async def test_what_a_process_did_that_died_before_it_answered_is_answered_by_another(
    database_url: str, database: None, tmp_path: Path
) -> None:
    mentor, mentee = await a_mentor(), await a_mentee()
    environment = served(database_url, tmp_path)
    for moment in ("before the answer is kept", "after the answer is kept"):
        await rows("DELETE FROM mentoring_request RETURNING id")
        await rows("DELETE FROM outgoing_email WHERE template LIKE 'request%' RETURNING id")
        address = await dies(environment, moment)

        cut_off = await asyncio.gather(
            all_send([address], mentee, mentor, key=moment), return_exceptions=True
        )
        committed = await rows(REQUESTS, id=mentee.member_id)
        async with running("serve", environment) as server:
            answers = await all_send([server.address] * 5, mentee, mentor, key=moment)

        assert isinstance(cut_off[0], httpx.TransportError)
        assert len(committed) == 1
        assert len(set(answers)) == 1
        assert committed[0]["id"].encode() in answers[0]
        assert await rows(REQUESTS, id=mentee.member_id) == committed
        assert await OutgoingEmail.filter(template="request_mailer/received").count() == 1


def served(database_url: str, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "SECRET_KEY": A_KEY,
        "WORKER": "no",
        "PICTURES": str(folder),
        "COST_BURST": "1000000000",
    }


async def all_send(
    addresses: Sequence[str], sender: Enrollment, recipient: Enrollment, *, key: str
) -> list[bytes]:
    """What is answered to one request that is sent to all of these at once, but for what it cost."""
    token = await a_token(await Member.get(id=sender.member_id))
    limits = httpx.Limits(max_connections=len(addresses))
    async with httpx.AsyncClient(timeout=PATIENCE, limits=limits) as http:
        responses = await asyncio.gather(
            *[
                http.post(
                    f"{address}/graphql",
                    json={
                        "query": REQUEST,
                        "variables": {"input": {"enrollmentId": recipient.id, "message": "Hi"}},
                    },
                    headers={
                        "Authorization": f"Bearer {token}",
                        "Idempotency-Key": key.replace(" ", "-"),
                    },
                )
                for address in addresses
            ]
        )
    return [it.content.partition(b',"extensions":')[0] for it in responses]


async def dies(environment: dict[str, str], moment: str) -> str:
    """The address of a server that kills itself once it has done something, before it answers."""
    port = free_port()
    process = context.Process(
        target=_serve, args=({**environment, "PORT": str(port)}, moment), daemon=True
    )
    process.start()
    address = f"http://127.0.0.1:{port}"
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as http:
        while True:
            try:
                await http.get(f"{address}/graphql")
                return address
            except httpx.TransportError:
                await asyncio.sleep(0.01)


def _serve(environment: dict[str, str], moment: str) -> None:
    if moment.startswith("before"):
        IdempotencyKey.answer = _die  # type: ignore[method-assign]
    else:
        schema.http._refuse_whole = _die_at_once  # type: ignore[assignment]
    os.environ.update(environment)
    asyncio.run(serving.serve(main.application, settings.from_environment(), Namespace()))


async def _die(*_: Any) -> NoReturn:
    _die_at_once()


def _die_at_once(*_: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
