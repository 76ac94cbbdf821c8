"""What one may choose for a role, and what is wrong with a choice."""

from collections.abc import Sequence
from typing import TypedDict

from models import text
from models.database import rows
from models.enrollment.preferences import SessionPreferences
from models.profile import CareerStage
from models.refusal import Problems, Reason

MOST_TOPICS = 10
MOST_PLACES = 20


class Choices(TypedDict, total=False):
    """What one chooses for a role; what is absent stays as it is."""

    statement: str
    topic_ids: Sequence[str]
    session_preferences: SessionPreferences
    partner_career_stages: Sequence[CareerStage]
    capacity: int


async def check(choices: Choices, enrollment_id: str | None, *, accepts: bool) -> None:
    """Refuse all that is wrong at once: REQUIRED, NOT_FOUND, OUT_OF_RANGE, TOO_LONG."""
    problems = Problems()
    if enrollment_id is None:
        _check_first_time(choices, problems, accepts=accepts)
    if "statement" in choices:
        _check_statement(choices, problems)
    if "session_preferences" in choices:
        choices["session_preferences"].check(problems)
    if "topic_ids" in choices:
        await _check_topics(choices["topic_ids"], enrollment_id, problems)
    if not 1 <= choices.get("capacity", 1) <= MOST_PLACES:
        message = f"Between 1 and {MOST_PLACES} places, please."
        problems.add(Reason.OUT_OF_RANGE, message, field=("capacity",))
    problems.refuse_any()


def _check_first_time(choices: Choices, problems: Problems, *, accepts: bool) -> None:
    for name in ("statement", "topic_ids", "session_preferences"):
        if name not in choices:
            problems.add(Reason.REQUIRED, field=(name,))
    if not accepts:
        message = "Please accept what the program expects of those who take part."
        problems.add(Reason.REQUIRED, message, field=("accepts_expectations",))


def _check_statement(choices: Choices, problems: Problems) -> None:
    choices["statement"] = text.bounded(
        choices["statement"],
        problems,
        field=("statement",),
        most=text.PARAGRAPHS,
        is_required=True,
    )


async def _check_topics(ids: Sequence[str], enrollment_id: str | None, problems: Problems) -> None:
    if not 1 <= len(ids) <= MOST_TOPICS:
        reason = Reason.OUT_OF_RANGE if ids else Reason.REQUIRED
        problems.add(reason, f"Choose 1 to {MOST_TOPICS} topics.", field=("topic_ids",))
        return
    offered = {it["id"] for it in await _offered_topics(enrollment_id)}
    for place, id in enumerate(ids):
        if id not in offered:
            problems.add(Reason.NOT_FOUND, field=("topic_ids", str(place)))
        elif id in ids[:place]:
            problems.add(Reason.DUPLICATE, field=("topic_ids", str(place)))


async def _offered_topics(enrollment_id: str | None) -> list[dict[str, str]]:
    """Topics open for choice, and archived ones that were chosen when they still were."""
    return await rows(
        "SELECT id FROM topic WHERE NOT is_archived"
        " OR id IN (SELECT topic_id FROM enrollment_topic WHERE enrollment_id = :id)",
        id=enrollment_id or "",
    )
