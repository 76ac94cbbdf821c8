"""Which events a member also wants by e-mail."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models import EmailFrequency, EventKind, Member, NotificationPreference, Reason, Wish
from models.database import rows
from tests.conftest import Time
from tests.factories import a_member
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

AT_ONCE, DAILY, WEEKLY, NEVER = EmailFrequency
ESSENTIAL = {EventKind.REQUEST_ACCEPTED, EventKind.REQUEST_DECLINED}


async def unwanted(member: Member) -> set[EventKind]:
    return {it.kind for it in await NotificationPreference.of(member) if it.frequency is NEVER}


async def test_everything_comes_by_email_until_one_says_otherwise() -> None:
    ada = await a_member()

    preferences = await NotificationPreference.of(ada)

    assert [it.kind for it in preferences] == [it for it in EventKind if it.is_emailed]
    assert all(it.frequency is AT_ONCE for it in preferences)


async def test_a_kind_can_be_switched_off_and_on_again() -> None:
    ada = await a_member()
    kind = EventKind.REQUEST_RECEIVED

    await NotificationPreference.choose(ada, [Wish(kind, NEVER)])
    off = await unwanted(ada)
    await NotificationPreference.choose(ada, [Wish(kind, AT_ONCE)])

    assert off == {kind}
    assert await unwanted(ada) == set()


async def test_what_is_never_told_by_email_cannot_be_chosen() -> None:
    ada = await a_member()

    refusal = await refusal_of(
        lambda: NotificationPreference.choose(ada, [Wish(EventKind.GOALS_CHANGED, WEEKLY)])
    )

    assert refusal.reason is Reason.NOT_ALLOWED


async def test_kinds_that_are_not_named_stay_as_they_are() -> None:
    ada = await a_member()
    await NotificationPreference.choose(ada, [Wish(EventKind.REQUEST_RECEIVED, NEVER)])

    await NotificationPreference.choose(ada, [Wish(EventKind.REQUEST_EXPIRED, NEVER)])

    assert await unwanted(ada) == {EventKind.REQUEST_RECEIVED, EventKind.REQUEST_EXPIRED}


async def test_everybody_chooses_for_themselves() -> None:
    ada, grace = await a_member(), await a_member()

    await NotificationPreference.choose(ada, [Wish(EventKind.REQUEST_RECEIVED, NEVER)])

    assert await unwanted(grace) == set()


async def test_an_answer_to_ones_own_request_cannot_be_switched_off() -> None:
    ada = await a_member()

    required = {it.kind for it in await NotificationPreference.of(ada) if it.is_required}

    assert required == ESSENTIAL


@pytest.mark.parametrize("frequency", [DAILY, WEEKLY, NEVER])
@pytest.mark.parametrize("kind", sorted(ESSENTIAL, key=lambda it: it.name))
async def test_having_what_must_reach_people_later_or_never_is_refused(
    kind: EventKind, frequency: EmailFrequency
) -> None:
    ada = await a_member()
    wanted = [Wish(EventKind.REQUEST_RECEIVED, NEVER), Wish(kind, frequency)]

    refusal = await refusal_of(lambda: NotificationPreference.choose(ada, wanted))

    assert refusal.reason is Reason.NOT_ALLOWED
    assert refusal.problems[0].field == ("preferences", "1")


async def test_what_the_release_before_wrote_counts() -> None:
    ada = await a_member()
    received, expired = EventKind.REQUEST_RECEIVED, EventKind.REQUEST_EXPIRED
    await NotificationPreference.choose(ada, [Wish(received, WEEKLY), Wish(expired, NEVER)])

    await rows(
        "UPDATE notification_preference SET by_email = NOT by_email WHERE member_id = :id RETURNING kind",
        id=ada.id,
    )

    assert await NotificationPreference.frequency_for(ada, received) is NEVER
    assert await NotificationPreference.frequency_for(ada, expired) is AT_ONCE


@pytest.mark.parametrize(
    ("now", "frequency", "due"),
    [
        ("2026-03-04T07:59", DAILY, "2026-03-04T09:00"),
        ("2026-03-04T09:00", DAILY, "2026-03-04T09:00"),
        ("2026-03-04T09:01", DAILY, "2026-03-05T09:00"),
        ("2026-03-04T09:01", WEEKLY, "2026-03-09T09:00"),
        ("2026-03-09T08:00", WEEKLY, "2026-03-09T09:00"),
        ("2026-03-09T09:01", WEEKLY, "2026-03-16T09:00"),
        ("2026-03-28T10:00", DAILY, "2026-03-29T09:00"),  # the clocks are put forward that night
        ("2026-10-19T10:00", WEEKLY, "2026-10-26T09:00"),  # and back in that week
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns"])
def test_a_digest_is_due_in_the_morning_where_its_reader_lives(
    time: Time, zone: str, now: str, frequency: EmailFrequency, due: str
) -> None:
    there = ZoneInfo(zone)
    time.is_(datetime.fromisoformat(now).replace(tzinfo=there).astimezone(UTC))

    assert frequency.due(there) == datetime.fromisoformat(due).replace(tzinfo=there)


@pytest.mark.parametrize("frequency", [AT_ONCE, NEVER])
def test_what_is_told_at_once_or_not_at_all_waits_for_no_digest(frequency: EmailFrequency) -> None:
    assert frequency.due(ZoneInfo("UTC")) is None
