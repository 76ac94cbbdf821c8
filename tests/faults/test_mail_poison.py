"""E-mails that something is wrong with are given up, and hold up no others."""

import asyncio
import os
from datetime import timedelta
from typing import Any

import pytest

import main
import settings
from mailers import sending
from mailers.post_office import PostOffice
from models import OutgoingEmail, OutgoingState
from models.database import dialect, rows
from models.outgoing_email import claim
from tests.factories import a_member
from tests.faults.length import times
from tests.faults.mail import promise
from tests.faults.mail_sink import sink
from tests.faults.processes import PATIENCE, context
from tests.server import A_KEY

DEADLY = "this kills its worker"
SHORT_LEASE = timedelta(seconds=2)


async def a_poison(**facts: Any) -> OutgoingEmail:
    reader = await a_member()
    await OutgoingEmail.promise(
        key="poison", reader=reader, template="enrollment_mailer/welcome", facts=facts, about=reader
    )
    return await OutgoingEmail.get(dedupe_key="poison")


@pytest.mark.parametrize("facts", [{}, {"role": "mentor", "partner_role": "x" * 10_000_000}])
async def test_an_email_that_cannot_be_written_or_is_too_large_holds_up_no_other(
    database: None, facts: dict[str, str]
) -> None:
    poison = await a_poison(**facts)
    await promise(20)

    async with sink() as host:
        office = PostOffice(settings.read({"SMTP_URL": host.url, "SECRET_KEY": A_KEY}))
        await office.send_due()
        await office.close()

    given_up = await OutgoingEmail.get(id=poison.id)
    assert host.total == 20
    assert (given_up.state, given_up.attempts) == (OutgoingState.DEAD, 1)


async def test_an_email_that_kills_its_workers_is_given_up_and_holds_up_no_other(
    database_url: str, database: None
) -> None:
    number = times(full=200, short=20)
    poison = await a_poison(role=DEADLY, partner_role="mentee")
    await promise(number)

    async with sink() as host:
        environment = {"DATABASE_URL": database_url, "SMTP_URL": host.url, "SECRET_KEY": A_KEY}
        deaths = 0
        async with asyncio.timeout(180):
            while not await _is_over():
                deaths += await _died(environment)

    given_up = await OutgoingEmail.get(id=poison.id)
    [delay] = await rows(
        "SELECT max(sent_at - created_at) AS longest FROM outgoing_email WHERE state = 'SENT'"
    )
    print(
        f"\n{dialect()}: {number} e-mails beside one that killed {deaths} workers:"
        f" {len(host.by_id)} sent, the last {delay['longest'] / 1000:.1f} s after its promise"
        f" ({host.doubles} doubled); the poison is {given_up.state.name}"
        f" after {given_up.attempts} attempts"
    )
    assert given_up.state is OutgoingState.DEAD
    assert given_up.attempts == deaths <= 5
    assert len(host.by_id) == number


async def _is_over() -> bool:
    found = await rows("SELECT id FROM outgoing_email WHERE state NOT IN ('SENT', 'DEAD') LIMIT 1")
    return not found


async def _died(environment: dict[str, str]) -> bool:
    """Have a worker begin. True if an e-mail killed it, False if it could be stopped when all was done."""
    process = context.Process(target=_work, args=(environment,), daemon=True)
    process.start()
    while process.is_alive():
        await asyncio.sleep(0.1)
        if await _is_over():
            process.terminate()
            await asyncio.to_thread(process.join, PATIENCE)
    return process.exitcode == 1


def _work(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    claim.DOUBT = timedelta(seconds=1)
    if times(full=0, short=1):
        claim.LEASE = SHORT_LEASE
    sending.render = _deadly  # type: ignore[assignment]
    main.main(["worker"])


_render = sending.render


def _deadly(template: str, facts: dict[str, Any], *more: Any) -> Any:
    if facts["role"] == DEADLY:
        os._exit(1)
    return _render(template, facts, *more)
