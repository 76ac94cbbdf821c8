"""Enrolling in a role, changing it, and whether one takes part."""

from datetime import date, timedelta

import pytest

from models import (
    CareerStage,
    Daypart,
    Enrollment,
    ParticipationStatus,
    Program,
    Reason,
    Role,
    SessionChannel,
    SessionFrequency,
    SessionPreferences,
    Topic,
    clock,
)
from models.database import transaction
from tests.conftest import Time
from tests.factories import (
    a_member,
    a_mentee,
    a_mentor,
    a_request,
    an_enrollment,
    some_choices,
)
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")


async def topics_of(enrollment: Enrollment) -> list[str]:
    [topics] = await Topic.chosen("enrollment_topic", "enrollment_id", [enrollment.id])
    return [it.name for it in topics]


async def ids_of_topics(number: int) -> list[str]:
    return [it.id for it in await Topic.all().limit(number)]


async def now(enrollment: Enrollment) -> Enrollment:
    return await Enrollment.get(id=enrollment.id).prefetch_related("member")


async def test_enrolling_keeps_what_was_chosen() -> None:
    mia = await a_member()
    preferences = SessionPreferences(
        channels=(SessionChannel.VIDEO, SessionChannel.PHONE),
        frequency=SessionFrequency.BIWEEKLY,
        duration_minutes=45,
        availability=(Daypart.WEEKEND,),
    )
    choices = await some_choices(
        statement="  I look for courage.  ",
        topics=["Delegating", "Public speaking"],
        session_preferences=preferences,
        partner_career_stages=[CareerStage.SENIOR, CareerStage.LEADER],
        capacity=4,
    )

    enrolled = await Enrollment.enroll(mia, Role.MENTEE, choices, accepts=True)

    kept = await now(enrolled)
    assert kept.statement == "I look for courage."
    assert kept.session_preferences == preferences
    assert kept.partner_career_stages == (CareerStage.SENIOR, CareerStage.LEADER)
    assert kept.capacity == kept.open_places == 4
    assert kept.status is ParticipationStatus.ACTIVE
    assert await topics_of(kept) == ["Delegating", "Public speaking"]


@pytest.mark.parametrize(("role", "places"), [(Role.MENTOR, 3), (Role.MENTEE, 2)])
async def test_who_does_not_choose_gets_the_places_the_program_suggests(
    role: Role, places: int
) -> None:
    mia = await a_member()

    enrolled = await Enrollment.enroll(mia, role, await some_choices(), accepts=True)

    assert enrolled.capacity == places


async def test_the_program_may_suggest_other_places() -> None:
    await Program.filter(id="program").update(mentor_capacity=7)

    grace = await a_mentor()

    assert grace.capacity == 7


async def test_enrolling_again_changes_the_enrollment() -> None:
    grace = await a_mentor(topics=["Delegating"])

    again = await Enrollment.enroll(
        grace.member, Role.MENTOR, {"statement": "Something new."}, accepts=False
    )

    assert again.id == grace.id
    assert (await now(grace)).statement == "Something new."
    assert await topics_of(grace) == ["Delegating"]
    assert await Enrollment.all().count() == 1


async def test_one_may_be_mentor_and_mentee() -> None:
    grace = await a_mentor()

    await a_mentee(member=grace.member)

    assert [it.role for it in await Enrollment.of(grace.member)] == [Role.MENTOR, Role.MENTEE]


async def test_enrolling_is_the_way_back_for_who_left() -> None:
    grace = await a_mentor()
    await grace.leave()

    await Enrollment.enroll(grace.member, Role.MENTOR, {}, accepts=True)

    assert (await now(grace)).status is ParticipationStatus.ACTIVE


async def test_changing_the_choices_does_not_end_a_pause() -> None:
    grace = await a_mentor()
    await grace.pause()

    await Enrollment.enroll(grace.member, Role.MENTOR, {"capacity": 5}, accepts=True)

    assert (await now(grace)).status is ParticipationStatus.PAUSED


async def test_everything_that_is_missing_is_said_at_once() -> None:
    mia = await a_member()

    refusal = await refusal_of(lambda: Enrollment.enroll(mia, Role.MENTEE, {}, accepts=False))

    assert {it.reason for it in refusal.problems} == {Reason.REQUIRED}
    assert [it.field for it in refusal.problems] == [
        ("statement",),
        ("topic_ids",),
        ("session_preferences",),
        ("accepts_expectations",),
    ]


async def test_the_expectations_have_to_be_accepted_once() -> None:
    mia = await a_member()
    choices = await some_choices()

    refusal = await refusal_of(lambda: Enrollment.enroll(mia, Role.MENTEE, choices, accepts=False))

    assert [it.field for it in refusal.problems] == [("accepts_expectations",)]


@pytest.mark.parametrize(
    ("_case", "number", "reason"),
    [("none", 0, Reason.REQUIRED), ("too many", 11, Reason.OUT_OF_RANGE)],
)
async def test_one_to_ten_topics_have_to_be_chosen(_case: str, number: int, reason: Reason) -> None:
    mia = await a_member()
    choices = await some_choices(topic_ids=await ids_of_topics(number))

    refusal = await refusal_of(lambda: Enrollment.enroll(mia, Role.MENTEE, choices, accepts=True))

    assert refusal.reason is reason
    assert refusal.problems[0].field == ("topic_ids",)


async def test_ten_topics_may_be_chosen() -> None:
    mia = await a_member()
    choices = await some_choices(topic_ids=await ids_of_topics(10))

    enrolled = await Enrollment.enroll(mia, Role.MENTEE, choices, accepts=True)

    assert len(await topics_of(enrolled)) == 10


async def test_an_unknown_topic_and_one_chosen_twice_are_named() -> None:
    mia = await a_member()
    [known] = await ids_of_topics(1)
    choices = await some_choices(topic_ids=[known, "top_unknown", known])

    refusal = await refusal_of(lambda: Enrollment.enroll(mia, Role.MENTEE, choices, accepts=True))

    assert [(it.reason, it.field) for it in refusal.problems] == [
        (Reason.NOT_FOUND, ("topic_ids", "1")),
        (Reason.DUPLICATE, ("topic_ids", "2")),
    ]


async def test_an_archived_topic_cannot_be_chosen_any_more() -> None:
    mia = await a_member()
    choices = await some_choices(topics=["Delegating"])
    await Topic.filter(name="Delegating").update(is_archived=True)

    refusal = await refusal_of(lambda: Enrollment.enroll(mia, Role.MENTEE, choices, accepts=True))

    assert refusal.reason is Reason.NOT_FOUND


async def test_who_chose_a_topic_before_it_was_archived_may_keep_it() -> None:
    grace = await a_mentor(topics=["Delegating"])
    await Topic.filter(name="Delegating").update(is_archived=True)
    choices = await some_choices(topics=["Delegating", "Writing"])

    await Enrollment.enroll(grace.member, Role.MENTOR, choices, accepts=True)

    assert await topics_of(grace) == ["Delegating", "Writing"]


@pytest.mark.parametrize("capacity", [0, -1, 21])
async def test_one_can_hold_1_to_20_relationships(capacity: int) -> None:
    grace = await a_mentor()

    refusal = await refusal_of(
        lambda: Enrollment.enroll(grace.member, Role.MENTOR, {"capacity": capacity}, accepts=True)
    )

    assert refusal.reason is Reason.OUT_OF_RANGE
    assert refusal.problems[0].field == ("capacity",)


@pytest.mark.parametrize(
    ("statement", "reason"), [("  \n ", Reason.REQUIRED), ("x" * 4001, Reason.TOO_LONG)]
)
async def test_a_statement_is_neither_empty_nor_a_book(statement: str, reason: Reason) -> None:
    grace = await a_mentor()

    refusal = await refusal_of(
        lambda: Enrollment.enroll(grace.member, Role.MENTOR, {"statement": statement}, accepts=True)
    )

    assert refusal.reason is reason


async def test_at_least_one_way_to_meet_and_a_possible_length_are_needed() -> None:
    grace = await a_mentor()
    impossible = SessionPreferences(channels=(), duration_minutes=241)

    refusal = await refusal_of(
        lambda: Enrollment.enroll(
            grace.member, Role.MENTOR, {"session_preferences": impossible}, accepts=True
        )
    )

    assert [(it.reason, it.field) for it in refusal.problems] == [
        (Reason.REQUIRED, ("session_preferences", "channels")),
        (Reason.OUT_OF_RANGE, ("session_preferences", "duration_minutes")),
    ]


async def test_fewer_places_than_are_taken_leave_none_free() -> None:
    grace = await a_mentor(capacity=3, places_taken=2)

    changed = await Enrollment.enroll(grace.member, Role.MENTOR, {"capacity": 1}, accepts=True)

    assert changed.open_places == 0
    assert not changed.is_accepting_requests


async def test_the_last_place_is_taken_once() -> None:
    grace = await a_mentor(capacity=1)
    await grace.take_place()

    refusal = await refusal_of(grace.take_place)

    assert refusal.reason is Reason.NO_CAPACITY
    assert (await now(grace)).open_places == 0


async def test_a_pause_without_a_day_lasts(time: Time) -> None:
    grace = await a_mentor()

    await grace.pause()
    time.passes(timedelta(days=1000))

    assert (await now(grace)).status is ParticipationStatus.PAUSED


async def test_a_pause_ends_by_itself_on_the_day_of_return(time: Time) -> None:
    grace = await a_mentor()
    await grace.pause(until=clock.today("UTC") + timedelta(days=2))

    time.passes(timedelta(days=1))
    before = (await now(grace)).status
    time.passes(timedelta(days=1))
    after = await now(grace)

    assert before is ParticipationStatus.PAUSED
    assert after.status is ParticipationStatus.ACTIVE
    assert after.return_on is None


@pytest.mark.parametrize(
    ("time_zone", "begins_at"),
    [
        ("Pacific/Auckland", "2026-03-09T11:00:00+00:00"),
        ("UTC", "2026-03-10T00:00:00+00:00"),
        ("America/Los_Angeles", "2026-03-10T07:00:00+00:00"),
    ],
)
async def test_the_day_of_return_begins_where_the_member_lives(
    time: Time, time_zone: str, begins_at: str
) -> None:
    time.is_(clock.moment(1772366400_000))  # noon of 1 March 2026, UTC
    grace = await a_mentor(person={"time_zone": time_zone})

    await grace.pause(until=date(2026, 3, 10))

    assert (await now(grace)).returns_at.isoformat() == begins_at


@pytest.mark.parametrize("days", [0, -1, 731])
async def test_a_day_of_return_lies_ahead_within_two_years(days: int) -> None:
    grace = await a_mentor()
    day = clock.today("UTC") + timedelta(days=days)

    refusal = await refusal_of(lambda: grace.pause(until=day))

    assert refusal.reason is Reason.OUT_OF_RANGE
    assert refusal.problems[0].field == ("return_on",)


@pytest.mark.parametrize("verb", ["pause", "resume"])
async def test_who_left_can_neither_pause_nor_resume(verb: str) -> None:
    grace = await a_mentor()
    await grace.leave()

    refusal = await refusal_of(getattr(grace, verb))

    assert refusal.reason is Reason.WRONG_STATE


async def test_coming_back_is_one_step() -> None:
    grace = await a_mentor()
    await grace.pause(until=clock.today("UTC") + timedelta(days=9))

    await grace.resume()

    kept = await now(grace)
    assert kept.status is ParticipationStatus.ACTIVE
    assert kept.return_on is None


async def test_only_who_is_here_and_has_a_free_place_takes_requests() -> None:
    free = await a_mentor()
    full = await a_mentor(capacity=1, places_taken=1)
    paused = await a_mentor(noted_status=ParticipationStatus.PAUSED)

    takes_requests = [it.is_accepting_requests for it in (free, full, paused)]

    assert takes_requests == [True, False, False]


async def test_mentors_are_visible_to_every_member() -> None:
    grace = await a_mentor()
    stranger = await a_member()

    visible = await Enrollment.visible_to(stranger)

    assert visible == [grace]


async def test_mentees_are_visible_to_mentors_and_not_to_other_mentees() -> None:
    mia, other = await a_mentee(), await a_mentee()
    grace = await a_mentor()

    assert mia in await Enrollment.visible_to(grace.member)
    assert mia not in await Enrollment.visible_to(other.member)


async def test_who_left_as_a_mentor_sees_mentees_no_more() -> None:
    mia = await a_mentee()
    grace = await a_mentor()
    await grace.leave()

    visible = await Enrollment.visible_to(grace.member)

    assert mia not in visible


@pytest.mark.parametrize("status", [ParticipationStatus.PAUSED, ParticipationStatus.LEFT])
async def test_who_takes_no_part_is_visible_to_themselves_only(status: ParticipationStatus) -> None:
    grace = await a_mentor(noted_status=status)
    stranger = await a_member()

    assert await Enrollment.visible_to(stranger) == []
    assert await Enrollment.visible_to(grace.member) == [grace]


@pytest.mark.parametrize("asked", [Role.MENTOR, Role.MENTEE])
async def test_who_asked_or_was_asked_stays_visible_while_paused(asked: Role) -> None:
    recipient, sender = await an_enrollment(asked), await an_enrollment(asked.other)
    await a_request(sender=sender, recipient=recipient)
    await recipient.pause()
    await sender.pause()

    assert recipient in await Enrollment.visible_to(sender.member)
    assert sender in await Enrollment.visible_to(recipient.member)


async def test_who_asked_a_mentor_does_not_learn_what_that_person_looks_for() -> None:
    mia, grace = await a_mentee(), await a_mentor()
    as_mentee = await a_mentee(member=grace.member)
    await a_request(sender=mia, recipient=grace)

    visible = await Enrollment.visible_to(mia.member)

    assert grace in visible
    assert as_mentee not in visible


async def test_choices_are_kept_once_each_and_in_the_order_of_all() -> None:
    member = await a_member()
    preferences = SessionPreferences(
        channels=(SessionChannel.PHONE, SessionChannel.VIDEO, SessionChannel.VIDEO),
        availability=(Daypart.WEEKEND, Daypart.WEEKDAY_EVENING, Daypart.WEEKEND),
    )
    choices = await some_choices(
        session_preferences=preferences,
        partner_career_stages=[CareerStage.LEADER, CareerStage.MID, CareerStage.MID],
    )

    enrolled = await transaction(
        lambda: Enrollment.enroll(member, Role.MENTEE, choices, accepts=True)
    )

    assert enrolled.channels == (SessionChannel.VIDEO, SessionChannel.PHONE)
    assert enrolled.availability == (Daypart.WEEKDAY_EVENING, Daypart.WEEKEND)
    assert enrolled.partner_career_stages == (CareerStage.MID, CareerStage.LEADER)


async def test_who_moves_while_paused_returns_on_the_same_day_where_they_live_then() -> None:
    grace = await a_mentor(person={"time_zone": "Pacific/Kiritimati"})
    day = clock.today("Pacific/Kiritimati") + timedelta(days=5)
    await grace.pause(until=day)

    await grace.member.change({"time_zone": "America/Los_Angeles"})
    await grace.refresh_derived(grace.member)

    assert (await Enrollment.get(id=grace.id)).returns_at == clock.beginning_of(
        day, "America/Los_Angeles"
    )
