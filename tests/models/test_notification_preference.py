"""Which events a member also wants by e-mail."""

import pytest

from models import EventKind, Member, NotificationPreference, Reason, Wish
from tests.factories import a_member
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

ESSENTIAL = {EventKind.REQUEST_ACCEPTED, EventKind.REQUEST_DECLINED}


async def unwanted(member: Member) -> set[EventKind]:
    return {it.kind for it in await NotificationPreference.of(member) if not it.by_email}


async def test_everything_comes_by_email_until_one_says_otherwise() -> None:
    ada = await a_member()

    preferences = await NotificationPreference.of(ada)

    assert [it.kind for it in preferences] == [*EventKind]
    assert all(it.by_email for it in preferences)


async def test_a_kind_can_be_switched_off_and_on_again() -> None:
    ada = await a_member()
    kind = EventKind.REQUEST_RECEIVED

    await NotificationPreference.choose(ada, [Wish(kind, False)])
    off = await unwanted(ada)
    await NotificationPreference.choose(ada, [Wish(kind, True)])

    assert off == {kind}
    assert await unwanted(ada) == set()


async def test_kinds_that_are_not_named_stay_as_they_are() -> None:
    ada = await a_member()
    await NotificationPreference.choose(ada, [Wish(EventKind.REQUEST_RECEIVED, False)])

    await NotificationPreference.choose(ada, [Wish(EventKind.REQUEST_EXPIRED, False)])

    assert await unwanted(ada) == {EventKind.REQUEST_RECEIVED, EventKind.REQUEST_EXPIRED}


async def test_everybody_chooses_for_themselves() -> None:
    ada, grace = await a_member(), await a_member()

    await NotificationPreference.choose(ada, [Wish(EventKind.REQUEST_RECEIVED, False)])

    assert await unwanted(grace) == set()


async def test_an_answer_to_ones_own_request_cannot_be_switched_off() -> None:
    ada = await a_member()

    required = {it.kind for it in await NotificationPreference.of(ada) if it.is_required}

    assert required == ESSENTIAL


@pytest.mark.parametrize("kind", sorted(ESSENTIAL, key=lambda it: it.name))
async def test_switching_off_what_must_reach_people_is_refused(kind: EventKind) -> None:
    ada = await a_member()
    wanted = [Wish(EventKind.REQUEST_RECEIVED, False), Wish(kind, False)]

    refusal = await refusal_of(lambda: NotificationPreference.choose(ada, wanted))

    assert refusal.reason is Reason.NOT_ALLOWED
    assert refusal.problems[0].field == ("preferences", "1")
