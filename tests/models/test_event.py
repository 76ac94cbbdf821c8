"""What happened to somebody."""

from datetime import timedelta

import pytest

from models import Event, EventKind, Member
from tests.conftest import Time
from tests.factories import a_member, a_mentor, a_request

pytestmark = pytest.mark.usefixtures("database")


async def some_events(number: int, reader: Member, time: Time) -> list[Event]:
    """Events of one reader, oldest first, an hour apart."""
    request = await a_request()
    await Event.filter(request_id=request.id).delete()
    for _ in range(number):
        await Event.of(request, EventKind.REQUEST_EXPIRED, to=reader.id, by=None)
        time.passes(timedelta(hours=1))
    return await Event.filter(reader_id=reader.id).order_by("created_at")


async def test_an_event_has_a_reader_a_cause_and_a_subject() -> None:
    request = await a_request()

    [event] = await Event.all()

    assert event.kind is EventKind.REQUEST_RECEIVED
    assert event.reader_id == request.recipient_id
    assert event.actor_id == request.sender_id
    assert event.request_id == request.id
    assert event.relationship_id is event.enrollment_id is None


async def test_an_event_can_be_about_an_enrollment() -> None:
    grace, mia = await a_mentor(), await a_member()

    await Event.of(grace, EventKind.PARTNER_STATUS_CHANGED, to=mia.id, by=grace.member_id)

    [event] = await Event.visible_to(mia)
    assert event.enrollment_id == grace.id


async def test_events_are_listed_newest_first_to_their_reader_alone(time: Time) -> None:
    ada, grace = await a_member(), await a_member()
    events = await some_events(3, ada, time)

    listed = [it for it, _ in await Event.listed_for(ada).slice(10)]

    assert listed == events[::-1]
    assert await Event.listed_for(grace).count() == 0


async def test_reading_up_to_an_event_leaves_later_ones_unread(time: Time) -> None:
    ada = await a_member()
    _, second, third = await some_events(3, ada, time)

    await Event.mark_read(ada, up_to=second)

    unread = await Event.filter(read_at=None)
    assert unread == [third]


async def test_an_event_keeps_when_it_was_read_first(time: Time) -> None:
    ada = await a_member()
    first, second = await some_events(2, ada, time)
    await Event.mark_read(ada, up_to=first)
    read_at = (await Event.get(id=first.id)).read_at
    time.passes(timedelta(hours=1))

    await Event.mark_read(ada, up_to=second)

    assert (await Event.get(id=first.id)).read_at == read_at


async def test_reading_ones_own_events_leaves_those_of_others(time: Time) -> None:
    ada, grace = await a_member(), await a_member()
    await some_events(1, grace, time)
    [mine] = await some_events(1, ada, time)

    await Event.mark_read(ada, up_to=mine)

    assert await Event.filter(reader_id=grace.id, read_at=None).count() == 1
