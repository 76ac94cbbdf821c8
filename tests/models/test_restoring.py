"""What happens to a program that comes out of a backup."""

from datetime import timedelta

import pytest

from mailers import request_mailer
from models import OutgoingEmail, OutgoingState, SignIn, SignInKind, clock, restoring
from models.database import rows
from models.outgoing_email import survey
from tests.conftest import Time
from tests.factories import a_member, a_request

pytestmark = pytest.mark.usefixtures("database")


async def states() -> list[str]:
    return [it.state.name for it in await OutgoingEmail.all().order_by("due_at")]


async def test_what_was_due_or_being_sent_is_held_and_what_is_not_due_yet_waits() -> None:
    for _ in range(3):
        await request_mailer.received(await a_request(), []).deliver_later()
    await OutgoingEmail.claim(most=1)
    tomorrow = clock.now() + timedelta(days=1)
    await rows(
        "UPDATE outgoing_email SET due_at = :due WHERE id ="
        " (SELECT max(id) FROM outgoing_email WHERE state = 'QUEUED') RETURNING id",
        due=tomorrow,
    )

    done = await restoring.settle()

    assert done["e-mails held"] == 2
    assert await states() == ["HELD", "HELD", "QUEUED"]
    assert await OutgoingEmail.claim() == []


async def test_a_held_email_is_sent_once_somebody_releases_it(time: Time) -> None:
    await request_mailer.received(await a_request(), []).deliver_later()
    await restoring.settle()
    [email] = await OutgoingEmail.filter(state=OutgoingState.HELD)

    released = await survey.release(email.id)

    assert released
    assert [it.id for it in await OutgoingEmail.claim()] == [email.id]
    assert not await survey.release(email.id)


async def test_all_sign_ins_end() -> None:
    _, token = await SignIn.begin(await a_member(), kind=SignInKind.APP)

    done = await restoring.settle()

    assert done["sign-ins ended"] == 1
    assert await SignIn.resume(token) is None
