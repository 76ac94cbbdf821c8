"""Proposing and confirming what two people agree on, and the day until which they do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models import (
    Agreement,
    CheckIn,
    CheckInRhythm,
    CompletionOutcome,
    Event,
    EventKind,
    Member,
    MentoringRelationship,
    Reason,
    ReviewRhythm,
    clock,
)
from models.agreement import ending
from models.check_in import taking
from models.check_in.rhythm import Rhythm, rhythm_of
from models.database import rows, transaction
from models.mentoring_session.notice import notices
from tests.conftest import Time
from tests.factories import (
    a_completed_relationship,
    a_member,
    a_mentee,
    a_mentor,
    a_relationship,
    an_agreement,
    some_terms,
)
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BEGUN, ENDS_ON = datetime(2026, 3, 2, 12, tzinfo=UTC), date(2026, 10, 25)
BERLIN, AUCKLAND = "Europe/Berlin", "Pacific/Auckland"


async def propose(
    relationship: MentoringRelationship, by: Member, *, expected: int | None = None, **terms: Any
) -> Agreement:
    return await transaction(
        lambda: Agreement.propose(
            relationship, some_terms(**terms), by=by, expected_version=expected
        )
    )


async def confirm(relationship: MentoringRelationship, by: Member, version: int) -> Agreement:
    return await transaction(lambda: Agreement.confirm(relationship, version, by=by))


async def latest(relationship: MentoringRelationship) -> tuple[int | None, int | None]:
    """The versions that count and that is the newest."""
    [found] = await Agreement.latest_of([relationship.id])
    return found.confirmed and found.confirmed.version, found.newest and found.newest.version


async def kinds_for(reader: Member) -> list[EventKind]:
    events = Event.filter(reader_id=reader.id).order_by("created_at", "id")
    return [it.kind for it in await events]


async def asked() -> list[str]:
    return [it.reader.id for it in await transaction(ending.ask_due)]


async def a_pair(mentor_in: str = "UTC", mentee_in: str = "UTC") -> MentoringRelationship:
    return await a_relationship(
        mentor=await a_mentor(person={"time_zone": mentor_in}),
        mentee=await a_mentee(person={"time_zone": mentee_in}),
    )


@pytest.mark.parametrize("side", ["mentor", "mentee"])
async def test_who_proposes_has_confirmed(time: Time, side: str) -> None:
    relationship = await a_relationship()

    agreement = await propose(relationship, getattr(relationship, side))

    confirmed = {"mentor": agreement.mentor_confirmed_at, "mentee": agreement.mentee_confirmed_at}
    assert confirmed.pop(side) == clock.now()
    assert [*confirmed.values()] == [None]
    assert not agreement.is_confirmed
    assert await latest(relationship) == (None, 1)


async def test_it_counts_once_the_partner_confirms_it(time: Time) -> None:
    relationship = await a_relationship()
    await propose(relationship, relationship.mentee)
    time.passes(DAY)

    agreement = await confirm(relationship, relationship.mentor, 1)

    assert agreement.is_confirmed
    assert agreement.mentor_confirmed_at == clock.now()
    assert agreement.mentee_confirmed_at == clock.now() - DAY
    assert await latest(relationship) == (1, 1)


async def test_the_partner_hears_of_it_in_the_feed(time: Time) -> None:
    relationship = await a_relationship()
    time.passes(DAY)

    await an_agreement(relationship)

    assert (await kinds_for(relationship.mentor))[-1] is EventKind.AGREEMENT_PROPOSED
    assert (await kinds_for(relationship.mentee))[-1] is EventKind.AGREEMENT_CONFIRMED


async def test_what_was_agreed_counts_until_a_change_is_confirmed() -> None:
    relationship = await a_relationship()
    await an_agreement(relationship, duration_minutes=60)

    await propose(relationship, relationship.mentor, duration_minutes=30)
    before = await latest(relationship)
    await confirm(relationship, relationship.mentee, 2)

    assert before == (1, 2)
    assert await latest(relationship) == (2, 2)
    versions = await Agreement.all().order_by("version")
    assert [(it.duration_minutes, it.is_confirmed) for it in versions] == [(60, True), (30, True)]


async def test_either_may_propose_something_else_instead() -> None:
    relationship = await a_relationship()
    await propose(relationship, relationship.mentee)

    await propose(relationship, relationship.mentor)
    refusal = await refusal_of(lambda: Agreement.confirm(relationship, 1, by=relationship.mentor))
    await confirm(relationship, relationship.mentee, 2)

    assert refusal.reason is Reason.WRONG_STATE
    assert refusal.problems[0].field == ("version",)
    assert await latest(relationship) == (2, 2)


async def test_nobody_confirms_twice() -> None:
    relationship = await a_relationship()
    await an_agreement(relationship)

    for person in (relationship.mentor, relationship.mentee):
        refusal = await refusal_of(lambda by=person: Agreement.confirm(relationship, 1, by=by))
        assert refusal.reason is Reason.WRONG_STATE


@pytest.mark.parametrize("version", [0, -1, 2, 2**31 - 1])
async def test_a_version_that_does_not_exist_is_not_confirmed(version: int) -> None:
    relationship = await a_relationship()
    await propose(relationship, relationship.mentee)

    refusal = await refusal_of(
        lambda: Agreement.confirm(relationship, version, by=relationship.mentor)
    )

    assert refusal.reason is Reason.NOT_FOUND


async def test_who_expects_no_newer_version_does_not_pass_over_one() -> None:
    relationship = await a_relationship()
    await propose(relationship, relationship.mentee, expected=0)

    refusal = await refusal_of(
        lambda: Agreement.propose(
            relationship, some_terms(), by=relationship.mentor, expected_version=0
        )
    )
    await propose(relationship, relationship.mentor, expected=1)

    assert refusal.reason is Reason.WRONG_STATE
    assert await latest(relationship) == (None, 2)


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"duration_minutes": 14}, Reason.OUT_OF_RANGE),
        ({"duration_minutes": 241}, Reason.OUT_OF_RANGE),
        ({"notice_hours": -1}, Reason.OUT_OF_RANGE),
        ({"notice_hours": 169}, Reason.OUT_OF_RANGE),
        ({"ends_on": date(2026, 3, 2)}, Reason.OUT_OF_RANGE),
        ({"ends_on": date.min}, Reason.OUT_OF_RANGE),
        ({"ends_on": date.max}, Reason.OUT_OF_RANGE),
        ({"expectations": "x" * 4001}, Reason.TOO_LONG),
    ],
)
async def test_what_nobody_can_keep_is_not_proposed(
    time: Time, terms: dict[str, Any], reason: Reason
) -> None:
    time.is_(BEGUN)
    relationship = await a_relationship()

    refusal = await refusal_of(
        lambda: Agreement.propose(relationship, some_terms(**terms), by=relationship.mentee)
    )

    assert refusal.reason is reason
    assert refusal.problems[0].field == (next(iter(terms)),)


async def test_all_that_is_wrong_is_said_at_once() -> None:
    relationship = await a_relationship()
    terms = some_terms(duration_minutes=0, notice_hours=999, expectations="x" * 4001)

    refusal = await refusal_of(
        lambda: Agreement.propose(relationship, terms, by=relationship.mentee)
    )

    assert len(refusal.problems) == 3


async def test_a_completed_relationship_is_not_agreed_on_any_more() -> None:
    relationship = await a_completed_relationship()

    refusals = [
        await refusal_of(
            lambda: Agreement.propose(relationship, some_terms(), by=relationship.mentor)
        ),
        await refusal_of(lambda: Agreement.confirm(relationship, 1, by=relationship.mentor)),
    ]

    assert [it.reason for it in refusals] == [Reason.WRONG_STATE] * 2


async def test_what_is_over_before_it_is_confirmed_is_not_confirmed(time: Time) -> None:
    relationship = await a_relationship()
    tomorrow = clock.today("UTC") + DAY
    await propose(relationship, relationship.mentee, ends_on=tomorrow)

    time.passes(2 * DAY)
    refusal = await refusal_of(lambda: Agreement.confirm(relationship, 1, by=relationship.mentor))

    assert refusal.reason is Reason.WRONG_STATE


async def test_agreements_are_visible_to_the_two_alone() -> None:
    relationship = await a_relationship()
    agreement = await an_agreement(relationship)

    assert await Agreement.visible_to(relationship.mentor) == [agreement]
    assert await Agreement.visible_to(relationship.mentee) == [agreement]
    assert await Agreement.visible_to(await a_member(is_coordinator=True)) == []


async def test_on_the_day_agreed_on_each_is_asked_once_in_the_morning_of_theirs(time: Time) -> None:
    time.is_(BEGUN)
    relationship = await a_pair(mentor_in=BERLIN, mentee_in=AUCKLAND)
    await an_agreement(relationship, ends_on=ENDS_ON)

    time.is_(datetime(2026, 10, 24, 20, tzinfo=UTC) - MINUTE)
    before = await asked()
    time.passes(MINUTE)
    in_auckland = await asked()
    # In the night before, the clocks in Berlin were set back.
    time.is_(datetime(2026, 10, 25, 8, tzinfo=UTC) - MINUTE)
    between = await asked()
    time.passes(MINUTE)
    in_berlin = await asked()
    time.passes(365 * DAY)

    assert (before, between) == ([], [])
    assert in_auckland == [relationship.mentee_id]
    assert in_berlin == [relationship.mentor_id]
    assert await asked() == []
    for person in (relationship.mentor, relationship.mentee):
        assert (await kinds_for(person)).count(EventKind.AGREED_DAY_CAME) == 1


async def test_a_relationship_goes_on_after_that_day(time: Time) -> None:
    time.is_(BEGUN)
    relationship = await a_pair()
    await an_agreement(relationship, ends_on=ENDS_ON)

    time.is_(BEGUN + 365 * DAY)
    await asked()

    await relationship.refresh_from_db()
    assert relationship.is_running
    assert await latest(relationship) == (1, 1)


async def test_what_is_only_proposed_asks_nobody(time: Time) -> None:
    time.is_(BEGUN)
    relationship = await a_pair()
    await propose(relationship, relationship.mentee, ends_on=ENDS_ON)

    time.is_(BEGUN + 365 * DAY)

    assert await asked() == []


@pytest.mark.parametrize(
    ("ends_on", "on_the_first", "on_the_second"),
    [(None, 0, 0), (ENDS_ON + DAY, 0, 2)],
)
async def test_a_change_of_the_day_moves_the_question(
    time: Time, ends_on: date | None, on_the_first: int, on_the_second: int
) -> None:
    time.is_(BEGUN)
    relationship = await a_pair()
    await an_agreement(relationship, ends_on=ENDS_ON)

    await an_agreement(relationship, ends_on=ends_on)
    time.is_(datetime(2026, 10, 25, 12, tzinfo=UTC))
    first = await asked()
    time.passes(DAY)
    second = await asked()

    assert (len(first), len(second)) == (on_the_first, on_the_second)


async def test_nobody_is_asked_of_what_is_completed(time: Time) -> None:
    time.is_(BEGUN)
    relationship = await a_pair()
    await an_agreement(relationship, ends_on=ENDS_ON)
    outcome = CompletionOutcome.GOALS_REACHED
    await transaction(lambda: relationship.complete(by=relationship.mentor, outcome=outcome))

    time.is_(BEGUN + 365 * DAY)

    assert await asked() == []
    assert await rows("SELECT * FROM agreement_ending") == []


async def test_who_is_no_longer_a_member_is_not_asked(time: Time) -> None:
    time.is_(BEGUN)
    relationship = await a_pair()
    await an_agreement(relationship, ends_on=ENDS_ON)
    await Member.filter(id=relationship.mentor_id).update(suspended_at=clock.now())

    time.is_(BEGUN + 365 * DAY)

    assert await asked() == [relationship.mentee_id]


async def test_the_question_follows_who_moves(time: Time) -> None:
    time.is_(BEGUN)
    relationship = await a_pair()
    await an_agreement(relationship, ends_on=ENDS_ON)

    await relationship.mentor.change({"time_zone": AUCKLAND})
    await ending.wait_for_days_of(relationship.mentor)
    time.is_(datetime(2026, 10, 24, 20, tzinfo=UTC))

    assert await asked() == [relationship.mentor_id]


async def test_check_ins_follow_the_rhythm_that_is_agreed_on(time: Time) -> None:
    time.is_(BEGUN)
    relationship = await a_pair()
    usual = await rhythm_of(relationship)
    await an_agreement(relationship, check_ins=CheckInRhythm.OFF)
    await propose(relationship, relationship.mentor, reviews=ReviewRhythm.OFF)

    agreed = await rhythm_of(relationship)
    await confirm(relationship, relationship.mentee, 2)
    changed = await rhythm_of(relationship)

    assert usual == Rhythm(check_in_months=1, review_months=3)
    assert agreed == Rhythm(check_in_months=None, review_months=3)
    assert changed == Rhythm(check_in_months=1, review_months=None)


async def test_where_both_are_off_nothing_comes_due(time: Time) -> None:
    time.is_(BEGUN)
    relationship = await a_pair()
    await an_agreement(relationship, check_ins=CheckInRhythm.OFF, reviews=ReviewRhythm.OFF)

    time.passes(365 * DAY)
    while await transaction(taking.take_due):
        pass

    assert await CheckIn.all().count() == 0


async def test_the_notice_is_the_one_that_is_agreed_on() -> None:
    agreed, other = await a_relationship(), await a_relationship()
    await an_agreement(agreed, notice_hours=48)
    await propose(agreed, agreed.mentor, notice_hours=1)
    await propose(other, other.mentor, notice_hours=1)

    assert await notices([agreed.id, other.id]) == [timedelta(hours=48), timedelta(hours=24)]
