"""The score of `models/match.py` in SQL, to order and filter by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models import match
from models.choice import Choice
from models.enrollment import Enrollment
from models.fields import mask
from models.member import Member
from models.profile import CareerStage


@dataclass(frozen=True)
class Seeker:
    """Who looks, with their own enrollment in the other role, if any, and its topics' ids."""

    member: Member
    enrollment: Enrollment | None = None
    topic_ids: Sequence[str] = ()


def fit_in_sql(seeker: Seeker) -> tuple[str, dict[str, Any]]:
    """The points of an `enrollment e` and its `member m`, with the values that the SQL names."""
    own = seeker.enrollment
    if own is None:
        return "0", {}
    speaks, languages = speaks_any(seeker.member.language_tags, "mine")
    points = [
        _topic_points(),
        _if(f"(e.channels & {mask(own.channels)}) <> 0", match.CHANNEL_POINTS),
        _if(_suits_me(own), match.STAGE_POINTS_MINE),
        _if(_suits_them(seeker.member), match.STAGE_POINTS_THEIRS),
        _if(f"e.frequency = {_name(own.frequency)}", match.FREQUENCY_POINTS),
        _if(speaks, match.LANGUAGE_POINTS),
        _if(f"(e.free_hours & {own.free_hours:d}) <> 0", match.HOURS_POINTS),
    ]
    return f"({' + '.join(points)})", {**languages, "my_topics": seeker.topic_ids}


def speaks_any(languages: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
    """Whether a `member m` speaks one of these; values are named after `name`."""
    values = {f"{name}{n}": containing(f" {tag} ") for n, tag in enumerate(languages)}
    spoken = "(' ' || m.languages || ' ')"
    conditions = [f"{spoken} LIKE :{it} ESCAPE '!'" for it in values]
    return f"({' OR '.join(conditions) or '1 = 0'})", values


def containing(words: str) -> str:
    """The pattern of LIKE, with `!` as its escape, for texts in which this stands literally."""
    return f"%{words.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"


def _topic_points() -> str:
    none, one, two, more = match.TOPIC_POINTS
    common = (
        "(SELECT count(*) FROM enrollment_topic et"
        " WHERE et.enrollment_id = e.id AND et.topic_id IN :my_topics)"
    )
    return f"(CASE {common} WHEN 0 THEN {none} WHEN 1 THEN {one} WHEN 2 THEN {two} ELSE {more} END)"


def _suits_me(own: Enrollment) -> str:
    if not own.partner_career_stages:
        return "1 = 1"
    return f"m.career_stage IN ({', '.join(_name(it) for it in own.partner_career_stages)})"


def _suits_them(me: Member) -> str:
    stage = mask([me.career_stage] if isinstance(me.career_stage, CareerStage) else [])
    return f"(e.partner_career_stages = 0 OR (e.partner_career_stages & {stage}) <> 0)"


def _if(condition: str, points: int) -> str:
    return f"(CASE WHEN {condition} THEN {points} ELSE 0 END)"


def _name(choice: Choice | None) -> str:
    """A choice as it is kept, as a literal: names of choices are ours, not what people wrote."""
    return f"'{choice.name}'" if choice else "NULL"
