"""Filling an empty database with the demo program."""

import random
from collections.abc import Sequence
from enum import Enum
from typing import TypeVar

from demo import people
from demo.stories import Stories
from models import (
    ContactVisibility,
    Daypart,
    Enrollment,
    Member,
    ParticipationStatus,
    Role,
    SessionChannel,
    SessionFrequency,
    Topic,
    clock,
    password,
    text,
)
from models.database import rows, transaction
from models.enrollment.preferences import free_hours
from models.profile import CareerStage

E = TypeVar("E", bound=Enum)

MEMBERS = 300
SEED = 20260101
PASSWORD = "mentor-match-demo"


async def is_used() -> bool:
    """Whether somebody is a member already."""
    return await Member.all().limit(1).count() > 0


async def fill() -> None:
    """Make the demo program, in one transaction.

    The same people and stories each time; only ids differ, and days are counted back from today.
    """
    secret = await password.hashed(PASSWORD)
    topics = await Topic.all()
    await transaction(lambda: _fill(random.Random(SEED), secret, topics))


async def _fill(dice: random.Random, secret: str, topics: Sequence[Topic]) -> None:
    members = await _saved([_member(dice, number, secret) for number in range(1, MEMBERS + 1)])
    enrollments = [it for member in members for it in _enrollments(dice, member)]
    chosen = {it.id: _topics(dice, it, topics) for it in enrollments}
    for enrollment in enrollments:
        _describe(dice, enrollment, chosen[enrollment.id])
    stories = Stories(dice, enrollments)
    stories.invent()
    await Enrollment.bulk_create(enrollments)
    await _link_topics(chosen)
    await stories.save()


async def _saved(members: list[Member]) -> list[Member]:
    """The same members in the same order, as rows that others may refer to."""
    await Member.bulk_create(members)
    saved = {it.id: it for it in await Member.all()}
    return [saved[it.id] for it in members]


def _member(dice: random.Random, number: int, secret: str) -> Member:
    columns = people.invent(dice, number)
    if account := people.ACCOUNTS.get(number):
        columns |= account
    return Member(
        **columns,
        password_hash=secret,
        created_at=clock.now() - dice.randint(200, 1500) * people.DAY,
        contact_visibility=dice.choice(list(ContactVisibility)),
    )


def _enrollments(dice: random.Random, member: Member) -> list[Enrollment]:
    roles = people.ROLES.get(member.username)
    if roles is None:
        roles = dice.choice(
            [[Role.MENTOR], [Role.MENTEE], [Role.MENTEE], [Role.MENTOR, Role.MENTEE]]
        )
    return [_enrollment(dice, member, role) for role in roles]


def _enrollment(dice: random.Random, member: Member, role: Role) -> Enrollment:
    created_at = clock.now() - dice.randint(60, 190) * people.DAY
    enrollment = Enrollment(
        member=member,
        role=role,
        created_at=created_at,
        updated_at=created_at,
        expectations_accepted_at=created_at,
        statement="",
        channels=_some(dice, SessionChannel, 3),
        frequency=dice.choice(list(SessionFrequency)),
        duration_minutes=dice.choice([30, 45, 60, 90]),
        availability=_some(dice, Daypart, 3),
        partner_career_stages=_some(dice, CareerStage, 3) if dice.random() < 0.5 else (),
        capacity=dice.choice([1, 2, 3, 3, 4]),
        usual_response_hours=dice.choice([None, 3, 20, 30, 70, 120]),
    )
    if member.username in people.ROLES:
        enrollment.capacity = 4
        enrollment.channels = (SessionChannel.VIDEO, SessionChannel.IN_PERSON)
    else:
        _step_aside(dice, enrollment)
    return enrollment


def _step_aside(dice: random.Random, enrollment: Enrollment) -> None:
    """Have some pause, with a day of return or without, and a few leave."""
    chance = dice.random()
    if chance < 0.04:
        enrollment.noted_status = ParticipationStatus.LEFT
    elif chance < 0.14:
        enrollment.noted_status = ParticipationStatus.PAUSED
    if 0.08 < chance < 0.14:
        day = clock.today("UTC") + dice.randint(3, 60) * people.DAY
        enrollment.noted_return_on = day
        enrollment.returns_at = clock.beginning_of(day, enrollment.member.time_zone)


def _topics(
    dice: random.Random, enrollment: Enrollment, topics: Sequence[Topic]
) -> Sequence[Topic]:
    if names := people.TOPICS.get(enrollment.member.username):
        return [it for it in topics if it.name in names]
    return dice.sample(topics, dice.randint(1, 5))


def _describe(dice: random.Random, enrollment: Enrollment, topics: Sequence[Topic]) -> None:
    member = enrollment.member
    names = " and ".join(it.name.lower() for it in topics[:2])
    words = people.OFFERS if enrollment.role is Role.MENTOR else people.WISHES
    enrollment.statement = dice.choice(words).format(topics=names, industry=member.industry)
    searched = [member.name, member.headline, member.organization, enrollment.statement]
    enrollment.search_text = text.key(
        " ".join([*filter(None, searched), *(it.name for it in topics)])
    )
    enrollment.free_hours = free_hours(enrollment.availability, member.time_zone)


async def _link_topics(chosen: dict[str, Sequence[Topic]]) -> None:
    for enrollment_id, topics in chosen.items():
        await rows(
            "INSERT INTO enrollment_topic (enrollment_id, topic_id)"
            " SELECT :enrollment, t.id FROM topic t WHERE t.id IN :topics RETURNING topic_id",
            enrollment=enrollment_id,
            topics=[it.id for it in topics],
        )


def _some(dice: random.Random, choices: type[E], most: int) -> tuple[E, ...]:
    return tuple(dice.sample(list(choices), dice.randint(1, most)))
