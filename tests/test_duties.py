"""What the calendar brings, as people hear of it by e-mail."""

import logging
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from duties import Duties
from mailers import enrollment_mailer, request_mailer
from models import (
    Enrollment,
    Event,
    EventKind,
    Member,
    MentoringRequest,
    OutgoingEmail,
    ParticipationStatus,
    RequestState,
    clock,
)
from models.database import transaction
from models.database.connection import connection_for
from models.mentoring_request.status import StatusChange
from models.picture import Storage
from tests.conftest import Time
from tests.factories import a_mentee, a_mentor, a_relationship, a_request, a_session, an_agreement
from tests.outbox import told

pytestmark = pytest.mark.usefixtures("database")

HEARD = (EventKind.REQUEST_RECEIVED, EventKind.REQUEST_WAITING, EventKind.FOLLOW_UP_DUE)
ZONES = [
    "Pacific/Kiritimati",
    "Etc/GMT+12",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RECEIVED = "request_mailer/received"
REMINDER, FOLLOW_UP_DUE = "request_mailer/reminder", "request_mailer/follow_up_due"
REMINDERS = "request_mailer/reminders"
SESSION_REMINDER = "session_mailer/reminder"
EXPIRED, WELCOME_BACK = "request_mailer/expired", "enrollment_mailer/welcome_back"
PARTNER_PAUSED, PARTNER_BACK = "enrollment_mailer/partner_paused", "enrollment_mailer/partner_back"


@pytest.fixture
def duties(tmp_path: Path) -> Duties:
    return Duties(Storage(str(tmp_path)))


async def do_all(duties: Duties) -> None:
    """What is due now; the e-mails go out at once."""
    while await duties.do():
        pass
    await OutgoingEmail.filter(state="QUEUED").update(state="SENT")


async def a_request_by_email(**details: object) -> MentoringRequest:
    request = await a_request(**details)  # type: ignore[arg-type]
    await request_mailer.received(request, []).deliver_later()
    await OutgoingEmail.filter(state="QUEUED").update(state="SENT")
    return request


async def a_pause(enrollment: Enrollment, return_on: date) -> None:
    change = StatusChange(ParticipationStatus.PAUSED, return_on)
    await transaction(lambda: change.apply_to(enrollment.member, enrollment.role))


async def test_both_sides_hear_of_a_request_that_waits_and_later_that_it_has_expired(
    time: Time, duties: Duties
) -> None:
    request = await a_request_by_email()

    for _ in range(20 * 24):
        time.passes(HOUR)
        await do_all(duties)

    assert await told(request.recipient) == [RECEIVED, REMINDER, EXPIRED]
    assert await told(request.sender) == [FOLLOW_UP_DUE, EXPIRED]


async def test_many_requests_that_wait_for_somebody_are_one_email(
    time: Time, duties: Duties
) -> None:
    grace = await a_mentor(capacity=5)
    for _ in range(5):
        await a_request(recipient=grace)

    time.passes(8 * DAY)
    await do_all(duties)

    assert await told(grace) == [REMINDERS]
    [reminder] = await OutgoingEmail.filter(template=REMINDERS)
    assert len(reminder.facts["requests"]) == 5


async def test_after_three_days_without_a_worker_each_hears_once_of_each_matter(
    time: Time, duties: Duties
) -> None:
    request = await a_request()
    time.passes(6 * DAY)
    await do_all(duties)

    time.passes(3 * DAY)
    await do_all(duties)

    assert await told(request.recipient) == [REMINDER]
    assert await told(request.sender) == [FOLLOW_UP_DUE]


async def test_after_weeks_without_a_worker_a_request_only_expires(
    time: Time, duties: Duties
) -> None:
    request = await a_request_by_email()

    time.passes(21 * DAY)
    await do_all(duties)

    assert await told(request.recipient) == [RECEIVED, EXPIRED]
    assert await told(request.sender) == [EXPIRED]


async def test_after_weeks_without_a_worker_a_request_to_who_was_paused_goes_on(
    time: Time, duties: Duties
) -> None:
    time.is_(datetime(2026, 3, 2, 12, tzinfo=UTC))
    grace = await a_mentor()
    request = await a_request(recipient=grace)
    await a_pause(grace, date(2026, 3, 20))

    # The clock stood still until the 20th; of its week, half a day less is over.
    time.is_(datetime(2026, 3, 26, 12, tzinfo=UTC))
    await do_all(duties)
    assert await told(grace) == [WELCOME_BACK]

    time.is_(datetime(2026, 3, 27, 9, tzinfo=UTC))
    await do_all(duties)
    assert await told(grace) == [WELCOME_BACK, REMINDER]
    assert await told(request.sender) == [FOLLOW_UP_DUE]


@pytest.mark.parametrize("seed", range(12))
async def test_however_time_passes_each_hears_once_and_not_before_their_morning(
    time: Time, duties: Duties, seed: int
) -> None:
    chance = random.Random(seed)
    time.is_(datetime(2027, 1, 1, tzinfo=UTC) + chance.uniform(0, 800) * DAY)
    there, here = ({"time_zone": it} for it in chance.sample(ZONES, 2))
    request = await a_request(
        recipient=await a_mentor(person=there), sender=await a_mentee(person=here)
    )
    heard = Counter[EventKind]()

    while clock.now() < request.follow_up_from + 3 * DAY:
        # Workers are away for days, look every few minutes, and once in a while the clock is put back.
        time.passes(chance.choice([chance.uniform(0, 60), chance.uniform(0, 3), -1 / 6]) * HOUR)
        await do_all(duties)
        kinds = Counter([it.kind for it in await Event.filter(request_id=request.id)]) - heard
        heard += kinds
        assert EventKind.REQUEST_WAITING not in kinds or is_morning(request.recipient, request)
        assert EventKind.FOLLOW_UP_DUE not in kinds or is_morning(request.sender, request)

    assert heard == dict.fromkeys(HEARD, 1)
    assert await told(request.recipient) == [REMINDER]
    assert await told(request.sender) == [FOLLOW_UP_DUE]


def is_morning(reader: Member, request: MentoringRequest) -> bool:
    """Whether the week is over, and it has been nine o'clock since where somebody lives."""
    return clock.now() >= clock.morning(request.follow_up_from, reader.time_zone)


async def test_nobody_hears_of_a_request_whose_sender_has_taken_it_back(
    time: Time, duties: Duties
) -> None:
    request = await a_request()
    await transaction(lambda: request.withdraw(by=request.sender))

    time.passes(21 * DAY)
    await do_all(duties)

    assert await told(request.recipient) == await told(request.sender) == []


async def test_partners_who_heard_of_a_pause_hear_of_its_end(time: Time, duties: Duties) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    await a_relationship(mentor=grace, mentee=mia)
    await a_pause(grace, clock.today("UTC") + 5 * DAY)
    paused = await Enrollment.get(id=grace.id).prefetch_related("member")
    await paused.partners_told()
    kind = EventKind.PARTNER_STATUS_CHANGED
    await Event.of(paused, kind, to=mia.member_id, by=grace.member_id)
    await enrollment_mailer.partner_paused(paused, mia.member, "").deliver_later()

    time.passes(9 * DAY)
    await do_all(duties)

    assert await told(grace) == [WELCOME_BACK]
    assert await told(mia) == [PARTNER_PAUSED, PARTNER_BACK]


async def test_both_are_asked_once_whether_to_go_on_when_the_day_agreed_on_has_come(
    time: Time, duties: Duties
) -> None:
    relationship = await a_relationship()
    await an_agreement(relationship, ends_on=clock.today("UTC") + 10 * DAY)

    for _ in range(20 * 24):
        time.passes(HOUR)
        await do_all(duties)

    await relationship.refresh_from_db()
    assert relationship.is_running
    for person in (relationship.mentor, relationship.mentee):
        assert await told(person) == ["agreement_mailer/day_came"]


async def test_a_duty_that_fails_keeps_no_other_from_being_done(
    time: Time, duties: Duties, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    request = await a_request()
    database = connection_for(writing=True)
    await database.execute_script("ALTER TABLE enrollment RENAME COLUMN returns_at TO away")

    time.passes(21 * DAY)
    await do_all(duties)
    await do_all(duties)
    await database.execute_script("ALTER TABLE enrollment RENAME COLUMN away TO returns_at")

    assert (await MentoringRequest.get(id=request.id)).state is RequestState.EXPIRED
    assert caplog.text.count("the worker cannot end pauses; it keeps trying") == 1


async def test_what_failed_is_done_when_it_can_be(time: Time, duties: Duties) -> None:
    grace = await a_mentor()
    await a_pause(grace, clock.today("UTC") + 5 * DAY)
    database = connection_for(writing=True)
    time.passes(9 * DAY)
    await database.execute_script("ALTER TABLE event RENAME TO away")
    await do_all(duties)

    await database.execute_script("ALTER TABLE away RENAME TO event")
    await do_all(duties)

    assert await told(grace) == [WELCOME_BACK]


async def test_both_hear_the_day_before_of_a_session_and_once(time: Time, duties: Duties) -> None:
    session = await a_session()

    for _ in range(8 * 24):
        time.passes(HOUR)
        await do_all(duties)

    for reader in (session.relationship.mentor, session.relationship.mentee):
        assert await told(reader) == [SESSION_REMINDER]


async def test_who_is_reminded_of_what_is_called_off_at_that_moment_is_not(
    time: Time, duties: Duties
) -> None:
    session = await a_session()
    time.is_(session.starts_at - HOUR)
    while await duties.do():
        pass

    await session.call_off(by=session.relationship.mentor)

    [email, _] = await OutgoingEmail.filter(template=SESSION_REMINDER)
    assert not await email.is_called_for()
