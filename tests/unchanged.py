"""That nothing changed, which is half of what a refusal promises."""

from collections.abc import Awaitable, Callable

import pytest

from models import Refusal
from models.database import rows, transaction

_TABLES = (
    "program",
    "topic",
    "member",
    "picture",
    "enrollment",
    "enrollment_topic",
    "mentoring_request",
    "mentoring_request_topic",
    "mentoring_relationship",
    "gratitude_note",
    "block",
    "concern",
    "mentoring_session",
    "private_note",
    "session_reminder",
    "calendar_feed",
    "check_in",
    "check_in_answer",
    "relationship_notice",
    "agreement",
    "agreement_ending",
    "goal",
    "milestone",
    "event",
    "notification_preference",
    "outgoing_email",
    "password_reset",
    "device",
    "external_identity",
    "sign_on",
)


async def everything() -> dict[str, list[str]]:
    """All that is kept, except for sign-ins: those change whenever somebody asks."""
    return {it: sorted(map(str, await rows(f"SELECT * FROM {it}"))) for it in _TABLES}


async def refusal_of(work: Callable[[], Awaitable[object]]) -> Refusal:
    """The refusal that some work meets. Fails if it is done, or if anything changes."""
    before = await everything()
    with pytest.raises(Refusal) as refused:
        await transaction(work)
    assert await everything() == before
    return refused.value
