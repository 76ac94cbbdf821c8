"""Settled e-mails are forgotten, but not what is still asked of them."""

from datetime import timedelta

import pytest

from mailers import enrollment_mailer, request_mailer, session_mailer
from mailers.email import Email, NotMailed
from models import MentoringRequest, MentoringSession, OutgoingEmail, OutgoingState, clock
from models.database import transaction
from models.outgoing_email.digest import fold
from models.outgoing_email.forgetting import MOST_AT_ONCE, forget_settled
from models.record import Record
from tests.conftest import Time
from tests.factories import a_member, a_mentor, a_relationship, a_request, a_session

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)
SETTLED = [OutgoingState.SENT, OutgoingState.CANCELLED, OutgoingState.SUPPRESSED]


async def an_email(
    state: OutgoingState, about: Record | None = None, key: str = "a key"
) -> OutgoingEmail:
    reader = await a_member()
    await OutgoingEmail.promise(
        key=key, reader=reader, template="any/thing", facts={}, about=about or reader
    )
    await OutgoingEmail.filter(dedupe_key=key).update(state=state)
    return await OutgoingEmail.get(dedupe_key=key)


async def forget() -> None:
    while await transaction(forget_settled):
        pass


async def is_kept(email: OutgoingEmail) -> bool:
    return await OutgoingEmail.filter(id=email.id).exists()


async def sent(email: Email) -> OutgoingEmail:
    await email.deliver_later()
    await OutgoingEmail.filter(dedupe_key=email.key).update(state=OutgoingState.SENT)
    return await OutgoingEmail.get(dedupe_key=email.key)


@pytest.mark.parametrize(
    ("state", "days"), [*((it, 30) for it in SETTLED), (OutgoingState.DEAD, 90)]
)
async def test_what_is_settled_is_forgotten_after_some_time(
    time: Time, state: OutgoingState, days: int
) -> None:
    email = await an_email(state)

    time.passes(days * DAY - timedelta(milliseconds=1))
    await forget()
    assert await is_kept(email)
    time.passes(timedelta(milliseconds=1))
    await forget()
    assert not await is_kept(email)


async def test_what_still_waits_is_not_forgotten(time: Time) -> None:
    email = await an_email(OutgoingState.QUEUED)

    time.passes(365 * DAY)
    await forget()

    assert await is_kept(email)


async def test_only_a_few_are_forgotten_in_one_transaction(time: Time) -> None:
    for it in range(MOST_AT_ONCE + 1):
        await an_email(OutgoingState.SENT, key=str(it))

    time.passes(30 * DAY)

    assert await transaction(forget_settled) == MOST_AT_ONCE
    assert await transaction(forget_settled) == 1
    assert await transaction(forget_settled) == 0
    assert not await OutgoingEmail.exists()


async def test_who_was_asked_long_ago_is_told_that_a_request_is_taken_back(time: Time) -> None:
    request = await a_request(held_since=clock.now())
    asked = await sent(request_mailer.received(request, []))
    time.passes(100 * DAY)
    await forget()

    told = await request_mailer.withdrawn(request).deliver_later()

    assert told is None
    assert await is_kept(asked)


async def test_who_was_invited_long_ago_is_told_that_a_session_is_called_off(time: Time) -> None:
    session = await a_session(starts_at=clock.now() + 200 * DAY)
    partner = session.relationship.mentor
    await sent(session_mailer.invitation(session, partner))
    time.passes(100 * DAY)
    await forget()

    told = await session_mailer.called_off(session, partner, by=partner).deliver_later()

    assert told is None


async def test_who_enrolled_long_ago_is_not_welcomed_again(time: Time) -> None:
    mentor = await a_mentor()
    await sent(enrollment_mailer.welcome(mentor))
    time.passes(400 * DAY)
    await forget()

    reason = await enrollment_mailer.welcome(mentor).deliver_later()

    assert reason is NotMailed.PROMISED_BEFORE


async def test_what_is_about_something_that_is_over_is_forgotten(time: Time) -> None:
    relationship = await a_relationship()
    session = await a_session(relationship)
    request = await MentoringRequest.get(id=relationship.request_id)
    emails = [
        await an_email(OutgoingState.SENT, about, about.id)
        for about in (relationship, session, request)
    ]
    time.passes(31 * DAY)
    await forget()
    kept = [await is_kept(it) for it in emails]

    await MentoringSession.filter(id=session.id).update(state="CALLED_OFF")
    await (
        type(relationship)
        .filter(id=relationship.id)
        .update(state="COMPLETED", outcome="OTHER", completed_at=clock.now())
    )
    time.passes(31 * DAY)
    await forget()

    assert kept == [True, True, False]
    assert not await OutgoingEmail.exists()


async def test_a_digest_keeps_what_it_tells_of(time: Time) -> None:
    told, digest = (
        await an_email(OutgoingState.QUEUED, key="1"),
        await an_email(OutgoingState.DEAD, key="2"),
    )
    await OutgoingEmail.filter(id=told.id).update(is_held=True)
    await fold([told], into=digest.id)

    time.passes(89 * DAY)
    await forget()
    assert await is_kept(told)  # as long as somebody may have the digest tried again
    for _ in range(2):  # first the digest, and then what it told of
        time.passes(31 * DAY)
        await forget()
    assert not await OutgoingEmail.exists()
