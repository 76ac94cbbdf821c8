"""How long before a session it can be moved or called off without being late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models import clock

USUAL = timedelta(hours=24)  # where the two have agreed on nothing


async def notices(relationship_ids: Sequence[str]) -> list[timedelta]:
    """The notice of each relationship."""
    return [USUAL for _ in relationship_ids]


def is_late(starts_at: datetime, notice: timedelta) -> bool:
    """Whether there is less than the notice left by now until what begins then."""
    return clock.now() > starts_at - notice
