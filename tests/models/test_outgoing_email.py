"""The outbox: what is promised is sent once, by one worker, and not for ever."""

from datetime import timedelta
from typing import Any

import pytest

from models import Member, OutgoingEmail, RequestState, Urgency
from models.database import transaction
from models.outgoing_email import OutgoingPhase, OutgoingState
from models.outgoing_email.claim import LEASE, MOST_ABANDONED, MOST_AT_ONCE
from models.outgoing_email.outgoing_email import FEWEST_ATTEMPTS, MOST_ATTEMPTS
from models.outgoing_email.waking import awake
from models.record import Record
from tests.conftest import Time
from tests.factories import a_member, a_request

pytestmark = pytest.mark.usefixtures("database")

TEMPLATE = "request_mailer/received"
SECOND = timedelta(seconds=1)


async def promise(
    key: str = "a key", *, about: Record | None = None, **details: Any
) -> OutgoingEmail:
    reader = await a_member()
    await OutgoingEmail.promise(
        key=key, reader=reader, template=TEMPLATE, facts={"n": 1}, about=about or reader, **details
    )
    return await OutgoingEmail.get(dedupe_key=key)


async def claim() -> OutgoingEmail:
    [claimed] = await OutgoingEmail.claim() or await OutgoingEmail.claim_suspect()
    return claimed


async def begin(email: OutgoingEmail) -> bool:
    return await email.begin(address="ada@example.org", subject="Hello", mime="the bytes")


async def now(email: OutgoingEmail) -> OutgoingEmail:
    return await OutgoingEmail.get(id=email.id)


async def test_a_promise_keeps_what_the_template_needs() -> None:
    email = await promise()

    assert email.state is OutgoingState.QUEUED
    assert email.facts == {"n": 1}


async def test_the_same_key_is_promised_once() -> None:
    await promise("once")
    reader = await a_member()

    is_promised = await OutgoingEmail.promise(
        key="once", reader=reader, template=TEMPLATE, facts={}, about=reader
    )

    assert not is_promised
    assert await OutgoingEmail.all().count() == 1


async def test_a_transaction_that_fails_promises_nothing() -> None:
    async def work() -> None:
        await promise()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await transaction(work)

    assert await OutgoingEmail.all().count() == 0


async def test_an_email_is_claimed_by_one_worker(time: Time) -> None:
    email = await promise()

    claimed = await claim()

    assert claimed.id == email.id
    assert claimed.attempts == 1
    assert await OutgoingEmail.claim() == []


async def test_the_longest_due_are_claimed_first_and_not_too_many_at_once(time: Time) -> None:
    promised = []
    for n in range(MOST_AT_ONCE + 1):
        time.passes(SECOND)
        promised.append((await promise(f"email {n}")).id)

    claimed = await OutgoingEmail.claim()

    assert [it.id for it in claimed] == promised[:MOST_AT_ONCE]


async def test_urgent_emails_go_first_and_those_of_many_last(time: Time) -> None:
    for urgency in reversed(Urgency):
        await promise(urgency.name, urgency=urgency)
        time.passes(SECOND)

    claimed = [(await claim()).urgency for _ in Urgency]

    assert claimed == [Urgency.URGENT, Urgency.NORMAL, Urgency.BULK]


async def test_an_email_that_a_worker_died_with_is_claimed_alone(time: Time) -> None:
    suspect, fresh = await promise("suspect"), await promise("fresh")
    await OutgoingEmail.filter(id=suspect.id).update(abandoned=1)

    together, alone = await OutgoingEmail.claim(), await OutgoingEmail.claim_suspect()

    assert [it.id for it in together] == [fresh.id]
    assert [it.id for it in alone] == [suspect.id]


async def test_what_a_dead_worker_held_is_queued_again(time: Time) -> None:
    email = await promise()
    await claim()

    time.passes(LEASE + SECOND)
    given_up = await OutgoingEmail.recover()

    assert given_up == []
    assert (await now(email)).state is OutgoingState.QUEUED
    assert (await claim()).attempts == 2


async def test_what_a_living_worker_holds_is_left_alone(time: Time) -> None:
    email = await promise()
    claimed = await claim()

    for _ in range(10):
        time.passes(LEASE - SECOND)
        await OutgoingEmail.renew([str(claimed.lease_token)])
        await OutgoingEmail.recover()

    assert (await now(email)).state is OutgoingState.SENDING
    assert (await now(email)).lease_token == claimed.lease_token


async def test_what_may_have_arrived_waits_before_it_is_sent_again(time: Time) -> None:
    email = await promise()
    await begin(await claim())

    time.passes(LEASE + SECOND)
    await OutgoingEmail.recover()

    assert (await now(email)).phase is OutgoingPhase.DATA
    assert await OutgoingEmail.claim() == []
    time.passes(timedelta(minutes=2))
    assert (await claim()).id == email.id


async def test_an_email_that_kills_its_workers_is_given_up(time: Time) -> None:
    email = await promise()

    for _ in range(MOST_ABANDONED):
        assert (await now(email)).state is OutgoingState.QUEUED
        await claim()
        time.passes(LEASE + SECOND)
        given_up = await OutgoingEmail.recover()

    assert [it.id for it in given_up] == [email.id]
    assert (await now(email)).state is OutgoingState.DEAD


async def test_a_worker_that_survives_an_email_clears_it_of_suspicion(time: Time) -> None:
    email = await promise()
    await OutgoingEmail.filter(id=email.id).update(abandoned=MOST_ABANDONED - 1)

    await (await claim()).put_off("450 try later")

    assert (await now(email)).abandoned == 0


async def test_a_worker_whose_lease_is_over_must_not_send(time: Time) -> None:
    await promise()
    late = await claim()

    time.passes(LEASE)

    assert not await begin(late)


async def test_a_worker_that_lost_its_lease_to_another_changes_nothing(time: Time) -> None:
    email = await promise()
    late = await claim()
    time.passes(LEASE + SECOND)
    await OutgoingEmail.recover()
    holder = await claim()

    await late.put_off("too late")
    await late.dead("too late")
    await late.sent()

    assert (await now(email)).state is OutgoingState.SENDING
    assert (await now(email)).lease_token == holder.lease_token


async def test_a_message_is_kept_as_written_until_it_is_sent(time: Time) -> None:
    email = await promise()
    claimed = await claim()

    await begin(claimed)
    await claimed.put_back("The server is away.")

    assert (await claim()).mime == "the bytes"
    await (await now(email)).sent()
    assert (await now(email)).state is OutgoingState.SENT
    assert (await now(email)).mime is None
    assert (await now(email)).subject == "Hello"


async def test_an_email_is_put_off_for_longer_each_time(time: Time) -> None:
    email = await promise()
    delays = []

    for _ in range(12):
        claimed = await claim()
        await claimed.put_off("450 try later")
        delays.append((await now(email)).due_at - claimed.due_at)
        time.is_((await now(email)).due_at)

    assert timedelta(seconds=15) <= delays[0] <= timedelta(seconds=30)
    assert timedelta(seconds=60) <= delays[2] <= timedelta(seconds=120)
    assert timedelta(hours=2) <= delays[-1] <= timedelta(hours=4)
    assert (await now(email)).last_error == "450 try later"


async def test_an_email_is_given_up_after_so_many_attempts(time: Time) -> None:
    email = await promise()
    await OutgoingEmail.filter(id=email.id).update(attempts=MOST_ATTEMPTS - 1)

    await (await claim()).put_off("450 try later")

    assert (await now(email)).state is OutgoingState.DEAD
    assert (await now(email)).last_error == "Given up: 450 try later"


async def test_an_email_is_given_up_after_three_days(time: Time) -> None:
    email = await promise()
    time.passes(timedelta(hours=72))

    states = []
    for _ in range(FEWEST_ATTEMPTS):
        await (await claim()).put_off("450 try later")
        states.append((await now(email)).state)
        time.is_((await now(email)).due_at)

    *waiting, last = states
    assert {*waiting} == {OutgoingState.QUEUED}
    assert last is OutgoingState.DEAD


async def test_putting_an_email_back_burns_no_attempt(time: Time) -> None:
    email = await promise()

    await (await claim()).put_back("The server is away.")

    assert (await now(email)).attempts == 0
    assert (await now(email)).due_at == email.due_at
    assert (await now(email)).last_error == "The server is away."


async def test_a_waiting_email_can_be_taken_back() -> None:
    ada = await a_member()
    email, other = await promise("hers", about=ada), await promise("another")

    may_have_arrived = await OutgoingEmail.take_back(TEMPLATE, about=ada)

    assert not may_have_arrived
    assert (await now(email)).state is OutgoingState.CANCELLED
    assert (await now(other)).state is OutgoingState.QUEUED


@pytest.mark.parametrize("is_sent", [True, False])
async def test_what_is_sent_or_on_its_way_cannot_be_taken_back(is_sent: bool) -> None:
    ada = await a_member()
    email = await promise(about=ada)
    claimed = await claim()
    if is_sent:
        await claimed.sent()

    may_have_arrived = await OutgoingEmail.take_back(TEMPLATE, about=ada)

    assert may_have_arrived
    assert (await now(email)).state is not OutgoingState.CANCELLED


async def test_what_arrived_in_doubt_is_taken_back_and_may_have_arrived() -> None:
    ada = await a_member()
    await promise(about=ada)
    await (await claim()).put_off("The connection broke.", is_in_doubt=True)

    may_have_arrived = await OutgoingEmail.take_back(TEMPLATE, about=ada)

    assert may_have_arrived
    assert await OutgoingEmail.filter(state=OutgoingState.CANCELLED).count() == 1


async def test_what_may_have_arrived_once_may_have_for_ever(time: Time) -> None:
    ada = await a_member()
    email = await promise(about=ada)
    await (await claim()).put_off("The connection broke.", is_in_doubt=True)
    time.passes(timedelta(hours=1))
    await (await claim()).put_off("450 try later")
    time.passes(timedelta(hours=1))
    await (await claim()).put_back("421 closing")

    assert (await now(email)).phase is OutgoingPhase.DATA
    assert await OutgoingEmail.take_back(TEMPLATE, about=ada)


async def test_an_email_is_called_for_only_while_its_row_is_in_a_state() -> None:
    request = await a_request()
    email = await promise(about=request, only_while=RequestState.PENDING)
    always = await promise("always", about=request)
    assert await email.is_called_for()

    await request.withdraw(by=request.sender)

    assert not await email.is_called_for()
    assert await always.is_called_for()


async def test_who_sends_is_woken_when_a_promise_is_committed() -> None:
    with awake() as promised:

        async def work() -> None:
            await promise()
            assert not promised.is_set()

        await transaction(work)

        assert promised.is_set()


async def test_a_promise_that_is_not_kept_in_the_database_wakes_nobody() -> None:
    async def work() -> None:
        await promise()
        raise ZeroDivisionError

    with awake() as promised, pytest.raises(ZeroDivisionError):
        await transaction(work)

    assert not promised.is_set()


async def test_an_email_outlives_its_reader(time: Time) -> None:
    email = await promise()

    await Member.filter(id=email.reader_id).delete()

    assert (await now(email)).reader_id is None
