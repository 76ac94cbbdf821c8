"""The pages of a client: one query each, and as many statements for twenty rows as for one."""

from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from models import (
    Agreement,
    CheckIn,
    CheckInKind,
    CompletionOutcome,
    ContactVisibility,
    Enrollment,
    Member,
    MentoringRelationship,
    Program,
    Topic,
    clock,
)
from models.database import postgresql_engine
from tests.client import Api
from tests.conftest import Time
from tests.factories import (
    a_goal,
    a_member,
    a_mentee,
    a_mentor,
    a_milestone,
    a_relationship,
    a_request,
    a_session,
    an_agreement,
    some_terms,
)
from tests.statements import statements

PAGES = {
    it.stem: it.read_text("utf-8") for it in (Path(__file__).parent / "pages").glob("*.graphql")
}
REACHABLE = {"contact_visibility": ContactVisibility.MEMBERS}


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over several, it is chance which answers come together and what is then loaded at once."""
    monkeypatch.setattr(postgresql_engine, "MOST", 1)


@pytest.fixture(autouse=True)
async def no_limit(one_connection: None, database: None) -> None:
    await Program.filter(id="program").update(max_open_requests=100)


class Shown(NamedTuple):
    """What a page shows, and how many statements that took."""

    data: dict[str, Any]
    statements: int


async def show(ask: Api, page: str, by: Member | Enrollment) -> Shown:
    with statements() as sent:
        data = await ask(PAGES[page], as_=by)
    return Shown(data, len([it for it in sent if "INSERT INTO" not in it]))


async def some_mentors(number: int, *, asked_by: Enrollment) -> None:
    for _ in range(number):
        await a_request(sender=asked_by, recipient=await a_mentor())


async def some_partners(number: int, *, of: Enrollment) -> None:
    """Running and completed relationships, and requests that wait in both directions."""
    for n in range(number):
        relationship = await a_relationship(mentee=of)
        await work_together(relationship)
        if n % 2 == 0:
            await relationship.complete(by=of.member, outcome=CompletionOutcome.GOALS_REACHED)
        await a_request(sender=of, recipient=await a_mentor(person=REACHABLE))
        await a_request(sender=await a_mentor(), recipient=of)


async def a_check_in(relationship: MentoringRelationship) -> None:
    """One that may be filled in."""
    ended = relationship.created_at
    period = {"starts_at": ended - timedelta(days=30), "ends_at": ended}
    await CheckIn.create(relationship=relationship, kind=CheckInKind.CHECK_IN, **period)


async def work_together(relationship: MentoringRelationship) -> None:
    """An agreement, a change that waits to be confirmed, goals, a session and a check-in."""
    await a_session(relationship, starts_at=clock.now() + timedelta(days=30))
    await a_check_in(relationship)
    await an_agreement(relationship)
    await Agreement.propose(relationship, some_terms(), by=relationship.mentor)
    for _ in range(2):
        await a_milestone(await a_goal(relationship))


async def choose_topics(number: int, *enrollments: Enrollment) -> None:
    chosen = [it.id for it in await Topic.all().limit(number)]
    for it in enrollments:
        await Enrollment.enroll(it.member, it.role, {"topic_ids": chosen}, accepts=True)


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_opens_for_a_newcomer(ask: Api, page: str) -> None:
    newcomer = await a_member()

    shown = await show(ask, page, newcomer)

    assert shown.data["viewer"]["id"].startswith("vwr_")


async def test_finding_a_mentor_takes_no_more_for_twenty_than_for_one(ask: Api) -> None:
    mia = await a_mentee()

    await some_mentors(1, asked_by=mia)
    one = await show(ask, "find_a_mentor", mia)
    await some_mentors(19, asked_by=mia)
    twenty = await show(ask, "find_a_mentor", mia)

    assert [len(it.data["mentors"]["edges"]) for it in (one, twenty)] == [1, 20]
    assert one.statements == twenty.statements <= 19


async def test_ones_relationships_take_no_more_for_twenty_than_for_two(
    ask: Api, time: Time
) -> None:
    mia = await a_mentee(capacity=20)

    await some_partners(2, of=mia)
    time.passes(timedelta(days=8))
    two = await show(ask, "my_relationships", mia)
    await some_partners(18, of=mia)
    time.passes(timedelta(days=8))
    twenty = await show(ask, "my_relationships", mia)

    for name in ("incoming", "outgoing", "relationships"):
        assert [len(it.data["viewer"][name]["nodes"]) for it in (two, twenty)] == [2, 20]
    drafts = [it["followUpEmail"] for it in twenty.data["viewer"]["outgoing"]["nodes"]]
    assert len([it for it in drafts if it]) == 18  # the days of the first are over
    shown = [it["openCheckIn"] for it in twenty.data["viewer"]["relationships"]["nodes"]]
    assert len([it for it in shown if it]) == 10
    assert two.statements == twenty.statements <= 25


async def test_enrolling_takes_no_more_for_ten_topics_than_for_one(ask: Api) -> None:
    grace = await a_mentor()
    roles = (grace, await a_mentee(member=grace.member))

    await choose_topics(1, *roles)
    one = await show(ask, "enrollment", grace)
    await choose_topics(10, *roles)
    ten = await show(ask, "enrollment", grace)

    for role in ("mentorEnrollment", "menteeEnrollment"):
        assert [len(it.data["viewer"][role]["topics"]) for it in (one, ten)] == [1, 10]
    assert one.statements == ten.statements <= 6
