"""How well two people fit: a score from 0 to 100, and its reasons in words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from models import language
from models.choice import Choice
from models.enrollment import Enrollment, SessionFrequency
from models.member import Member
from models.profile import CareerStage
from models.topic import Topic

# What each common point is worth; together at most 100. `models/search.py` orders by the same sum.
TOPIC_POINTS = (0, 24, 32, 40)  # for none, one, two, three and more topics in common
CHANNEL_POINTS = 15
FREQUENCY_POINTS = 10
STAGE_POINTS_MINE = 8  # the other's stage is one that I wish for
STAGE_POINTS_THEIRS = 7  # mine is one that the other wishes for
LANGUAGE_POINTS = 10
HOURS_POINTS = 10


class MatchReasonKind(Choice):
    """What a match reason compares."""

    TOPIC = "Topics."
    CHANNEL = "Ways to meet."
    CAREER_STAGE = "Career stages."
    FREQUENCY = "How often to meet."
    LANGUAGE = "Languages."
    AVAILABILITY = "Hours of the week, in both time zones."


@dataclass(frozen=True)
class MatchReason:
    """One reason for a match score."""

    kind: MatchReasonKind
    points: int
    text: str


@dataclass(frozen=True)
class Side:
    """One of the two people compared, in one role."""

    member: Member
    enrollment: Enrollment
    topics: Collection[Topic]


@dataclass(frozen=True)
class Match:
    """Fit between the viewer and somebody."""

    reasons: tuple[MatchReason, ...]

    @property
    def score(self) -> int:
        """From 0 (no fit) to 100 (perfect fit)."""
        return sum(it.points for it in self.reasons)

    @classmethod
    def between(cls, mine: Side, theirs: Side) -> "Match":
        """The fit as the owner of `mine` sees it, weightiest reasons first."""
        reasons = [compare(mine, theirs) for compare in _COMPARISONS]
        found = [it for it in reasons if it is not None and it.points]
        return cls(tuple(sorted(found, key=lambda it: -it.points)))


def _topics(mine: Side, theirs: Side) -> MatchReason:
    ids = {it.id for it in mine.topics}
    common = [it.name for it in theirs.topics if it.id in ids]
    points = TOPIC_POINTS[min(len(common), 3)]
    return MatchReason(MatchReasonKind.TOPIC, points, f"Both chose {_listed(common)}.")


def _channels(mine: Side, theirs: Side) -> MatchReason | None:
    common = [it for it in mine.enrollment.channels if it in theirs.enrollment.channels]
    if not common:
        return None
    names = _listed(it.meaning.rstrip(".").lower() for it in common)
    return MatchReason(MatchReasonKind.CHANNEL, CHANNEL_POINTS, f"You can meet by {names}.")


def _stages(mine: Side, theirs: Side) -> MatchReason:
    suits_me = _is_wished(theirs.member.career_stage, mine.enrollment)
    suits_them = _is_wished(mine.member.career_stage, theirs.enrollment)
    points = suits_me * STAGE_POINTS_MINE + suits_them * STAGE_POINTS_THEIRS
    return MatchReason(MatchReasonKind.CAREER_STAGE, points, _STAGE_TEXTS[suits_me, suits_them])


_STAGE_TEXTS = {  # by whether the partner suits me, and I the partner
    (True, True): "Your career stages suit each other.",
    (True, False): "Their career stage is one you wish for.",
    (False, True): "Your career stage is one they wish for.",
    (False, False): "",
}


def _is_wished(stage: CareerStage | None, by: Enrollment) -> bool:
    return not by.partner_career_stages or stage in by.partner_career_stages


def _frequency(mine: Side, theirs: Side) -> MatchReason | None:
    wanted: SessionFrequency | None = mine.enrollment.frequency
    if wanted is None or wanted is not theirs.enrollment.frequency:
        return None
    text = f"Both would like to meet {wanted.meaning.rstrip('.').lower()}."
    return MatchReason(MatchReasonKind.FREQUENCY, FREQUENCY_POINTS, text)


def _languages(mine: Side, theirs: Side) -> MatchReason | None:
    common = [it for it in mine.member.language_tags if it in theirs.member.language_tags]
    if not common:
        return None
    names = dict.fromkeys(language.name(it) for it in common)  # English and British English are one
    text = f"Both speak {_listed(names)}."
    return MatchReason(MatchReasonKind.LANGUAGE, LANGUAGE_POINTS, text)


def _hours(mine: Side, theirs: Side) -> MatchReason | None:
    if not mine.enrollment.free_hours & theirs.enrollment.free_hours:
        return None
    return MatchReason(
        MatchReasonKind.AVAILABILITY, HOURS_POINTS, "You are free at the same hours."
    )


_COMPARISONS = (_topics, _channels, _stages, _frequency, _languages, _hours)


def _listed(names: Iterable[str]) -> str:
    *first, last = [*names] or [""]
    return f"{', '.join(first)} and {last}" if first else last
