"""Finding mentors and mentees: the same search seen from two sides."""

import random
from datetime import timedelta
from typing import Any

import pytest

from models import (
    CareerStage,
    Daypart,
    Enrollment,
    Match,
    Member,
    ParticipationStatus,
    Role,
    SessionChannel,
    SessionFrequency,
    Topic,
    clock,
)
from models.database import rows
from models.fit import Seeker, fit_in_sql
from models.match import Side
from models.search import (
    Criteria,
    EnrollmentOrder,
    EnrollmentOrderField,
    OrderDirection,
    enrolled_counts,
    search,
    topic_counts,
)
from tests.conftest import Time
from tests.factories import a_member, a_mentee, a_mentor, an_enrollment, some_topics

pytestmark = pytest.mark.usefixtures("database")

ASC, DESC = OrderDirection
FIELDS = EnrollmentOrderField
DAY = timedelta(days=1)


async def stranger() -> Seeker:
    return Seeker(await a_member())


async def seeker(enrollment: Enrollment) -> Seeker:
    [topics] = await Topic.chosen("enrollment_topic", "enrollment_id", [enrollment.id])
    return Seeker(enrollment.member, enrollment, [it.id for it in topics])


async def found(
    criteria: Criteria = Criteria(),
    *,
    by: Seeker | None = None,
    role: Role = Role.MENTOR,
    order: EnrollmentOrder = EnrollmentOrder(FIELDS.CREATED_AT, ASC),
) -> list[str]:
    """The names of those who are found, in order."""
    listing = search(role, by or await stranger(), criteria, order)
    people = [it for it, _ in await listing.slice(100)]
    assert len(people) == await listing.count()
    members = await Member.in_bulk([it.member_id for it in people], "id")
    return [members[it.member_id].name for it in people]


async def mentor(name: str, **details: Any) -> Enrollment:
    return await a_mentor(person={"name": name, **details.pop("person", {})}, **details)


async def ids(*names: str) -> list[str]:
    return [it.id for it in await some_topics([*names])]


async def test_no_criteria_list_everybody(time: Time) -> None:
    for name in ("Ada", "Grace", "Hedy"):
        await mentor(name)
        time.passes(DAY)

    assert await found() == ["Ada", "Grace", "Hedy"]


async def test_an_empty_criterion_is_none() -> None:
    await mentor("Ada")

    assert await found(Criteria(text=" \n", topic_ids=(), languages=())) == ["Ada"]


async def test_mentors_and_mentees_are_two_lists() -> None:
    ada = await mentor("Ada")
    await a_mentee(member=ada.member)
    await a_mentee(person={"name": "Mia"})

    assert await found(role=Role.MENTOR) == ["Ada"]
    assert sorted(await found(role=Role.MENTEE)) == ["Ada", "Mia"]


async def test_one_never_finds_oneself() -> None:
    ada = await mentor("Ada")

    assert await found(by=Seeker(ada.member)) == []


@pytest.mark.parametrize(
    "details",
    [
        {"noted_status": ParticipationStatus.PAUSED},
        {"noted_status": ParticipationStatus.LEFT},
        {"person": {"valid_until": clock.now() - DAY}},
        {"person": {"suspended_at": clock.now() - DAY}},
    ],
)
async def test_who_takes_no_part_is_never_found(details: dict[str, Any]) -> None:
    await mentor("Ada", **details)

    assert await found() == []


async def test_who_is_back_from_a_pause_is_found_even_before_that_is_noted(time: Time) -> None:
    ada = await mentor("Ada")
    await ada.pause(until=clock.today("UTC") + 2 * DAY)

    during = await found()
    time.passes(2 * DAY)
    after = await found()

    assert (during, after) == ([], ["Ada"])


async def test_people_without_a_free_place_are_found_and_can_be_left_out() -> None:
    await mentor("Full", capacity=1, places_taken=1)
    await mentor("Free")

    assert sorted(await found()) == ["Free", "Full"]
    assert await found(Criteria(is_accepting_requests=True)) == ["Free"]
    assert await found(Criteria(is_accepting_requests=False)) == ["Full"]


async def test_any_of_the_topics_will_do() -> None:
    await mentor("Ada", topics=["Delegating"])
    await mentor("Grace", topics=["Writing", "Feedback"])
    await mentor("Hedy", topics=["Sales"])

    names = await found(Criteria(topic_ids=await ids("Delegating", "Writing", "Feedback")))

    assert sorted(names) == ["Ada", "Grace"]


async def test_any_of_the_career_stages_will_do() -> None:
    for name, stage in (("Ada", CareerStage.MID), ("Grace", CareerStage.LEADER), ("Hedy", None)):
        await mentor(name, person={"career_stage": stage})

    names = await found(Criteria(career_stages=(CareerStage.MID, CareerStage.LEADER)))

    assert sorted(names) == ["Ada", "Grace"]


async def test_any_of_the_ways_to_meet_will_do() -> None:
    await mentor("Ada", channels=(SessionChannel.VIDEO, SessionChannel.TEXT))
    await mentor("Grace", channels=(SessionChannel.PHONE,))
    await mentor("Hedy", channels=(SessionChannel.IN_PERSON,))

    names = await found(Criteria(channels=(SessionChannel.TEXT, SessionChannel.PHONE)))

    assert sorted(names) == ["Ada", "Grace"]


async def test_any_of_the_rhythms_will_do() -> None:
    await mentor("Ada", frequency=SessionFrequency.WEEKLY)
    await mentor("Grace", frequency=SessionFrequency.MONTHLY)
    await mentor("Hedy")

    wanted = (SessionFrequency.WEEKLY, SessionFrequency.MONTHLY)

    assert sorted(await found(Criteria(frequencies=wanted))) == ["Ada", "Grace"]


async def test_any_of_the_times_of_day_will_do() -> None:
    await mentor("Ada", availability=(Daypart.WEEKEND, Daypart.WEEKDAY_MORNING))
    await mentor("Grace", availability=(Daypart.WEEKDAY_EVENING,))
    await mentor("Hedy")

    wanted = (Daypart.WEEKEND, Daypart.WEEKDAY_EVENING)

    assert sorted(await found(Criteria(availability=wanted))) == ["Ada", "Grace"]


async def test_any_of_the_languages_will_do() -> None:
    await mentor("Ada", person={"languages": "en pt-BR"})
    await mentor("Grace", person={"languages": "de"})
    await mentor("Hedy", person={"languages": "pt"})

    assert sorted(await found(Criteria(languages=("pt-BR", "de")))) == ["Ada", "Grace"]


@pytest.mark.parametrize(
    "words",
    [
        "ada",
        "ADA",
        "analytical",
        "countess",
        "ockham",
        "delegating",
        "ada ockham",
        "  élan ",
        "elan",
    ],
)
async def test_text_is_found_in_name_headline_organization_statement_and_topics(words: str) -> None:
    ada = {"name": "Ada Lovelace", "headline": "Countess with Élan", "organization": "Ockham Park"}
    await a_mentor(person=ada, topics=["Delegating"], statement="The Analytical Engine")
    await mentor("Grace")

    assert await found(Criteria(text=words)) == ["Ada Lovelace"]


@pytest.mark.parametrize("words", ["%", "_da", "!", "'", '"', "\\", "ada & grace", "a%a", "*", "?"])
async def test_signs_in_a_text_mean_nothing_but_themselves(words: str) -> None:
    await mentor("Ada")

    assert await found(Criteria(text=words)) == []


@pytest.mark.parametrize("sign", ["%", "_", "!", "'", "\\"])
async def test_signs_are_found_where_they_stand(sign: str) -> None:
    await mentor(f"A{sign}B")
    await mentor("A B")

    assert await found(Criteria(text=f"a{sign}b")) == [f"A{sign}B"]


async def test_all_criteria_have_to_hold() -> None:
    await mentor("Ada", topics=["Delegating"], channels=(SessionChannel.VIDEO,))
    await mentor("Grace", topics=["Delegating"], channels=(SessionChannel.PHONE,))
    await mentor("Hedy", topics=["Writing"], channels=(SessionChannel.VIDEO,))

    criteria = Criteria(
        topic_ids=await ids("Delegating"), channels=(SessionChannel.VIDEO,), text="a"
    )

    assert await found(criteria) == ["Ada"]


async def test_who_fits_well_enough_can_be_asked_for() -> None:
    mia = await seeker(await a_mentee(topics=["Delegating", "Feedback"]))
    await mentor("Ada", topics=["Delegating", "Feedback"])
    await mentor("Grace", topics=["Sales"])

    both, one = await found(by=mia), await found(Criteria(min_match_score=50), by=mia)

    assert sorted(both) == ["Ada", "Grace"]
    assert one == ["Ada"]


async def test_who_has_no_other_role_fits_nobody() -> None:
    await mentor("Ada")

    assert await found(Criteria(min_match_score=1)) == []
    assert await found(Criteria(min_match_score=0)) == ["Ada"]


async def test_the_best_fit_comes_first() -> None:
    mia = await seeker(await a_mentee(topics=["Delegating", "Feedback"]))
    await mentor("None", topics=["Sales"])
    await mentor("Two", topics=["Delegating", "Feedback"])
    await mentor("One", topics=["Feedback"])

    assert await found(by=mia, order=EnrollmentOrder()) == ["Two", "One", "None"]
    assert await found(by=mia, order=EnrollmentOrder(FIELDS.MATCH, ASC)) == ["None", "One", "Two"]


async def test_the_newest_come_first_for_who_has_no_other_role(time: Time) -> None:
    for name in ("Ada", "Grace", "Hedy"):
        await mentor(name)
        time.passes(DAY)

    assert await found(order=EnrollmentOrder()) == ["Hedy", "Grace", "Ada"]
    assert await found(order=EnrollmentOrder(FIELDS.MATCH, ASC)) == ["Ada", "Grace", "Hedy"]


@pytest.mark.parametrize(
    ("field", "ascending"),
    [
        (FIELDS.NAME, ["ada", "Émilie", "Grace"]),
        (FIELDS.CREATED_AT, ["Grace", "ada", "Émilie"]),
        (FIELDS.OPEN_PLACES, ["Émilie", "Grace", "ada"]),
    ],
)
async def test_lists_are_ordered_both_ways(
    time: Time, field: EnrollmentOrderField, ascending: list[str]
) -> None:
    for name, capacity in (("Grace", 2), ("ada", 3), ("Émilie", 1)):
        await mentor(name, capacity=capacity)
        time.passes(DAY)

    assert await found(order=EnrollmentOrder(field, ASC)) == ascending
    assert await found(order=EnrollmentOrder(field, DESC)) == ascending[::-1]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("direction", OrderDirection)
async def test_pages_forwards_and_backwards_make_the_whole_list(
    field: EnrollmentOrderField, direction: OrderDirection
) -> None:
    mia = await seeker(await a_mentee(topics=["Delegating"]))
    dice = random.Random(7)
    for _ in range(9):
        name, topic = dice.choice(["Ada", "Grace"]), dice.choice(["Delegating", "Sales"])
        await mentor(name, topics=[topic])
    listing = search(Role.MENTOR, mia, Criteria(), EnrollmentOrder(field, direction))
    whole = await listing.slice(100)

    forwards, backwards = [], []
    while page := await listing.slice(2, after=forwards[-1][1] if forwards else None):
        forwards += page
    while page := await listing.slice(
        2, before=backwards[0][1] if backwards else None, is_from_end=True
    ):
        backwards[:0] = page

    assert len(whole) == 9
    assert forwards == backwards == whole


async def test_nobody_is_skipped_or_shown_twice_while_others_enroll(time: Time) -> None:
    there = []
    for _ in range(6):
        there.append((await a_mentor()).id)
        time.passes(DAY)
    listing = search(Role.MENTOR, await stranger(), Criteria())

    first = await listing.slice(3)
    await a_mentor()
    await a_mentor()
    second = await listing.slice(3, after=first[-1][1])

    assert [it.id for it, _ in first + second] == there[::-1]


async def test_topics_are_counted_over_all_pages() -> None:
    await mentor("Ada", topics=["Delegating", "Writing"])
    await mentor("Grace", topics=["Writing"])
    await a_mentor(topics=["Sales"], noted_status=ParticipationStatus.PAUSED)

    counts = await topic_counts(search(Role.MENTOR, await stranger(), Criteria()))

    assert [(it.topic.name, it.count) for it in counts] == [("Writing", 2), ("Delegating", 1)]


async def test_topics_are_counted_as_if_none_were_asked_for() -> None:
    await mentor("Ada", topics=["Delegating", "Writing"])
    await mentor("Grace", topics=["Writing"])
    await mentor("Hedy", topics=["Sales"], channels=(SessionChannel.PHONE,))
    criteria = Criteria(topic_ids=await ids("Delegating"), channels=(SessionChannel.VIDEO,))

    counts = await topic_counts(search(Role.MENTOR, await stranger(), criteria))

    assert [(it.topic.name, it.count) for it in counts] == [("Writing", 2), ("Delegating", 1)]


async def test_the_vocabulary_counts_those_who_take_part_and_those_with_free_places() -> None:
    await mentor("Free", topics=["Delegating"])
    await mentor("Full", topics=["Delegating"], capacity=1, places_taken=1)
    await mentor("Away", topics=["Delegating"], noted_status=ParticipationStatus.PAUSED)
    await mentor("Gone", topics=["Delegating"], person={"suspended_at": clock.now()})
    [delegating] = await ids("Delegating")
    mia = await a_member()

    assert await enrolled_counts(Role.MENTOR, mia, takes_requests=True) == {delegating: 1}
    assert await enrolled_counts(Role.MENTOR, mia, takes_requests=False) == {delegating: 2}


async def test_the_score_in_sql_is_the_score_with_its_reasons() -> None:
    dice = random.Random(2026)
    mentors = [await somebody(Role.MENTOR, dice) for _ in range(25)]
    mentees = [await somebody(Role.MENTEE, dice) for _ in range(12)]

    for mine in mentees:
        in_sql = await scores_in_sql(mine)
        in_words = {it.enrollment.id: Match.between(mine, it).score for it in mentors}

        assert in_sql == in_words


async def scores_in_sql(mine: Side) -> dict[str, int]:
    points, values = fit_in_sql(Seeker(mine.member, mine.enrollment, [it.id for it in mine.topics]))
    scores = await rows(
        f"SELECT e.id, {points} AS score FROM enrollment e JOIN member m ON m.id = e.member_id"
        " WHERE e.role = 'MENTOR'",
        **values,
    )
    return {it["id"]: it["score"] for it in scores}


async def somebody(role: Role, dice: random.Random) -> Side:
    names = ["Delegating", "Feedback", "Marketing", "Portfolio", "Sales"]
    zones = ["UTC", "Asia/Kolkata", "Pacific/Auckland", "America/Los_Angeles"]
    languages = ["en", "de", "pt", "pt-BR", "fr"]
    enrollment = await an_enrollment(
        role,
        person={
            "career_stage": dice.choice([None, *CareerStage]),
            "languages": " ".join(dice.sample(languages, dice.randint(0, 3))),
            "time_zone": dice.choice(zones),
        },
        topics=dice.sample(names, dice.randint(1, 5)),
        channels=some_of(SessionChannel, dice),
        frequency=dice.choice([None, *SessionFrequency]),
        availability=some_of(Daypart, dice),
        partner_career_stages=some_of(CareerStage, dice),
    )
    [topics] = await Topic.chosen("enrollment_topic", "enrollment_id", [enrollment.id])
    return Side(enrollment.member, enrollment, topics)


def some_of(choices: Any, dice: random.Random) -> tuple[Any, ...]:
    return tuple(it for it in choices if dice.random() < 0.4)
