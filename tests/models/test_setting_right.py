"""A clock that was ahead, and is right again, keeps no e-mail waiting."""

from datetime import timedelta

import pytest

from models import OutgoingEmail, OutgoingState
from models.database import transaction
from models.outgoing_email.claim import LEASE
from models.outgoing_email.setting_right import set_right
from tests.conftest import Time
from tests.factories import a_member

pytestmark = pytest.mark.usefixtures("database")

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


async def a_promise(key: str = "a key") -> OutgoingEmail:
    reader = await a_member()
    await OutgoingEmail.promise(key=key, reader=reader, template="any", facts={}, about=reader)
    return await OutgoingEmail.get(dedupe_key=key)


async def claimed() -> list[str]:
    return [it.id for it in await OutgoingEmail.claim() + await OutgoingEmail.claim_suspect()]


async def test_what_was_promised_by_a_clock_that_was_ahead_is_due_now(time: Time) -> None:
    email = await a_promise()
    time.passes(-5 * HOUR)
    assert await claimed() == []

    hastened = await transaction(set_right)

    assert hastened == 1
    assert await transaction(set_right) == 0
    assert await claimed() == [email.id]


async def test_what_was_put_off_by_a_clock_that_was_far_ahead_is_due_now(time: Time) -> None:
    email = await a_promise()
    time.passes(10 * HOUR)
    [held] = await OutgoingEmail.claim()
    await held.put_off("450 later")
    time.passes(-10 * HOUR)

    await transaction(set_right)

    assert await claimed() == [email.id]


async def test_what_is_put_off_afterwards_waits_as_long_as_ever(time: Time) -> None:
    await a_promise()
    time.passes(-5 * HOUR)
    await transaction(set_right)
    [held] = await OutgoingEmail.claim()
    await held.put_off("450 later")

    assert await transaction(set_right) == 0
    assert await claimed() == []


async def test_clocks_that_differ_a_little_are_left_alone(time: Time) -> None:
    await a_promise()
    time.passes(-30 * SECOND)

    assert await transaction(set_right) == 0


async def test_what_waits_for_a_digest_is_not_told_before_its_morning(time: Time) -> None:
    email = await a_promise()
    await OutgoingEmail.filter(id=email.id).update(is_held=True, due_at=email.due_at + 20 * HOUR)
    time.passes(-5 * HOUR)

    assert await transaction(set_right) == 0


async def test_what_a_worker_died_with_before_the_clock_was_put_back_is_queued_again(
    time: Time,
) -> None:
    email = await a_promise()
    time.passes(5 * HOUR)
    await claimed()

    time.passes(-5 * HOUR)
    await OutgoingEmail.recover()

    assert (await OutgoingEmail.get(id=email.id)).state is OutgoingState.QUEUED


async def test_what_a_living_worker_holds_is_left_alone_when_the_clock_is_put_back(
    time: Time,
) -> None:
    await a_promise()
    time.passes(5 * HOUR)
    [held] = await OutgoingEmail.claim()
    assert held.lease_token

    time.passes(-5 * HOUR)
    await OutgoingEmail.renew([held.lease_token])
    time.passes(LEASE - SECOND)
    await OutgoingEmail.recover()

    assert (await OutgoingEmail.get(id=held.id)).state is OutgoingState.SENDING
