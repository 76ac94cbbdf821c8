"""Coordinators hear of people whom e-mails do not reach, once a day at most."""

from datetime import timedelta

import pytest

from mailers import enrollment_mailer
from models import Enrollment, Member, OutgoingEmail
from models.outgoing_email.undeliverable import REPORT
from tests.conftest import Time
from tests.factories import a_coordinator, a_member, a_mentor
from tests.mailers.server import MailHost, listening
from tests.mailers.test_worker import a_worker
from tests.outbox import told

pytestmark = pytest.mark.usefixtures("database")


async def nobody_is_there(enrollment: Enrollment) -> None:
    """Have an e-mail to somebody refused, and the worker do all that follows."""
    await enrollment_mailer.welcome(enrollment).deliver_later()
    address = enrollment.member.email
    async with listening(MailHost(refused={address: "550 5.1.1 unknown"})) as host:
        worker = a_worker(host)
        await worker.work_off()
        await worker.work_off()


async def reports() -> list[OutgoingEmail]:
    return await OutgoingEmail.filter(template=REPORT).order_by("created_at", "id")


async def test_every_coordinator_is_told_whom_e_mails_do_not_reach(time: Time) -> None:
    first, second = await a_coordinator(), await a_coordinator(name="Second")
    mentor = await a_mentor()

    await nobody_is_there(mentor)

    assert await told(first) == await told(second) == [REPORT]
    [report, _] = await reports()
    [person] = report.facts["people"]
    assert person["name"] == mentor.member.name
    assert person["why"] == "550 5.1.1 unknown"


async def test_a_coordinator_is_told_once_a_day_at_most_and_misses_nobody(time: Time) -> None:
    await a_coordinator()
    mentors = [await a_mentor() for _ in range(3)]

    for mentor in mentors:
        await nobody_is_there(mentor)
        time.passes(timedelta(hours=2))
    assert len(await reports()) == 1
    time.passes(timedelta(days=1))
    await nobody_is_there(await a_mentor())

    named = [[it["name"] for it in report.facts["people"]] for report in await reports()]
    assert named[0] == [mentors[0].member.name]
    assert named[1][:2] == [it.member.name for it in mentors[1:]]


async def test_of_e_mails_to_coordinators_nothing_is_told(time: Time) -> None:
    coordinator = await a_coordinator()
    await a_coordinator()
    mentor = await a_mentor(member=coordinator)

    await nobody_is_there(mentor)

    assert await reports() == []


async def test_who_is_no_longer_a_member_is_told_nothing(time: Time) -> None:
    former = await a_coordinator()
    await Member.filter(id=former.id).update(suspended_at=former.created_at)
    await a_member()

    await nobody_is_there(await a_mentor())

    assert await reports() == []
