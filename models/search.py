"""Finding mentors and mentees: who may be found, by which criteria, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from models import clock, text
from models.block import APART
from models.choice import Choice
from models.database import rows
from models.enrollment import (
    PARTICIPATING,
    Daypart,
    Enrollment,
    Role,
    SessionChannel,
    SessionFrequency,
)
from models.fields import mask
from models.fit import Seeker, containing, fit_in_sql, speaks_any
from models.listing import Key, Listing, newest_first
from models.member import IN_GOOD_STANDING, Member
from models.profile import CareerStage
from models.topic import Topic

MOST_WORDS = 8  # of a text that is looked for; more would only be a burden


class EnrollmentOrderField(Choice):
    """What mentors or mentees can be ordered by."""

    MATCH = "Fit with the viewer; by time of enrollment for a viewer without the other role."
    NAME = "Name."
    CREATED_AT = "Time of enrollment."
    OPEN_PLACES = "Free places."


class OrderDirection(Choice):
    """Direction of an ordering."""

    ASC = "Smallest, oldest or alphabetically first."
    DESC = "Largest, newest or alphabetically last."


@dataclass(frozen=True)
class EnrollmentOrder:
    """What comes first."""

    field: EnrollmentOrderField = EnrollmentOrderField.MATCH
    direction: OrderDirection = OrderDirection.DESC

    @property
    def is_descending(self) -> bool:
        """Whether the largest comes first."""
        return self.direction is OrderDirection.DESC


@dataclass(frozen=True)
class Criteria:
    """What is looked for: AND between the criteria that are given, OR inside one.

    An empty one is not given.
    """

    text: str = ""
    topic_ids: Sequence[str] = ()
    career_stages: Sequence[CareerStage] = ()
    channels: Sequence[SessionChannel] = ()
    frequencies: Sequence[SessionFrequency] = ()
    availability: Sequence[Daypart] = ()
    languages: Sequence[str] = ()
    min_match_score: int | None = None
    is_accepting_requests: bool | None = None


@dataclass
class _Where:
    """Conditions in SQL of an `enrollment e` and its `member m`, with their values."""

    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, condition: str, **values: Any) -> None:
        self.conditions.append(condition)
        self.values.update(values)


@dataclass(frozen=True)
class Found(Listing[Enrollment]):
    """People in a role; `on_any_topic` is `where` without the criterion about topics."""

    on_any_topic: str = ""


def search(
    role: Role,
    seeker: Seeker,
    criteria: Criteria,
    order: EnrollmentOrder = EnrollmentOrder(),
) -> Found:
    """The people in a role whom the seeker may find. Without criteria: all of them."""
    where = _findable(role, seeker)
    _narrow(where, criteria)
    fit, values = fit_in_sql(seeker)
    where.values.update(values)
    if criteria.min_match_score is not None:
        where.add(f"{fit} >= :min_score", min_score=criteria.min_match_score)
    on_any_topic = " AND ".join(where.conditions)
    _narrow_to_topics(where, criteria)
    return Found(
        model=Enrollment,
        source="enrollment e JOIN member m ON m.id = e.member_id",
        alias="e",
        where=" AND ".join(where.conditions),
        on_any_topic=on_any_topic,
        order=_keys(order, fit if seeker.enrollment else None),
        values=where.values,
    )


@dataclass(frozen=True)
class TopicCount:
    """Number of results that have a topic."""

    topic: Topic
    count: int


async def topic_counts(found: Found) -> list[TopicCount]:
    """How many would be found with each topic, if no topic were asked for, most first."""
    counted = await rows(
        "SELECT et.topic_id AS id, count(*) AS number FROM enrollment_topic et"
        f" WHERE et.enrollment_id IN (SELECT e.id FROM {found.source} WHERE {found.on_any_topic})"
        " GROUP BY et.topic_id",
        **found.values,
    )
    topics = await Topic.in_bulk([it["id"] for it in counted], "id")
    counts = [TopicCount(topics[it["id"]], it["number"]) for it in counted]
    return sorted(counts, key=lambda it: (-it.count, it.topic.place))


async def enrolled_counts(role: Role, viewer: Member, *, takes_requests: bool) -> dict[str, int]:
    """How many people take part in a role with each topic, by its id; of those with free places alone.

    As the viewer could count them: from another number they would learn who blocked them.
    """
    places = "e.places_taken < e.capacity" if takes_requests else "1 = 1"
    counted = await rows(
        "SELECT et.topic_id AS id, count(*) AS number FROM enrollment_topic et"
        " JOIN enrollment e ON e.id = et.enrollment_id JOIN member m ON m.id = e.member_id"
        f" WHERE e.role = :role AND {PARTICIPATING} AND {IN_GOOD_STANDING} AND NOT {APART} AND {places}"
        " GROUP BY et.topic_id",
        role=role,
        viewer=viewer.id,
        now=clock.now(),
    )
    return {it["id"]: it["number"] for it in counted}


def _findable(role: Role, seeker: Seeker) -> _Where:
    where = _Where()
    where.add("e.role = :role", role=role)
    where.add(PARTICIPATING, now=clock.now())
    where.add(IN_GOOD_STANDING)
    where.add("m.id <> :viewer", viewer=seeker.member.id)
    where.add(f"NOT {APART}")
    return where


def _narrow(where: _Where, criteria: Criteria) -> None:
    for n, word in enumerate(text.key(criteria.text).split()[:MOST_WORDS]):
        where.add(f"e.search_text LIKE :word{n} ESCAPE '!'", **{f"word{n}": containing(word)})
    if criteria.career_stages:
        where.add("m.career_stage IN :stages", stages=criteria.career_stages)
    if criteria.channels:
        where.add("(e.channels & :channels) <> 0", channels=mask(criteria.channels))
    if criteria.frequencies:
        where.add("e.frequency IN :frequencies", frequencies=criteria.frequencies)
    if criteria.availability:
        where.add("(e.availability & :availability) <> 0", availability=mask(criteria.availability))
    if criteria.languages:
        condition, values = speaks_any(criteria.languages, "wanted")
        where.add(condition, **values)
    if criteria.is_accepting_requests is not None:
        comparison = "<" if criteria.is_accepting_requests else ">="
        where.add(f"e.places_taken {comparison} e.capacity")


def _narrow_to_topics(where: _Where, criteria: Criteria) -> None:
    if criteria.topic_ids:
        where.add(
            "EXISTS (SELECT 1 FROM enrollment_topic et"
            " WHERE et.enrollment_id = e.id AND et.topic_id IN :topics)",
            topics=criteria.topic_ids,
        )


def _keys(order: EnrollmentOrder, fit: str | None) -> tuple[Key, ...]:
    if order.field is EnrollmentOrderField.MATCH and fit:
        return (Key("match", fit, int, order.is_descending), *newest_first("e"))
    name, expression, type = {
        EnrollmentOrderField.NAME: ("name", "m.name_key", str),
        EnrollmentOrderField.OPEN_PLACES: ("places", "(e.capacity - e.places_taken)", int),
        EnrollmentOrderField.CREATED_AT: ("created", "e.created_at", int),
        EnrollmentOrderField.MATCH: ("created", "e.created_at", int),  # of nobody who fits
    }[order.field]
    return (
        Key(name, expression, type, order.is_descending),
        Key("id", "e.id", str, order.is_descending),
    )
