"""How long before a session it can be moved or called off without being late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models import clock
from models.database import rows

USUAL = timedelta(hours=24)  # where the two have agreed on nothing


async def notices(relationship_ids: Sequence[str]) -> list[timedelta]:
    """The notice of each relationship: what both confirmed last, or what is usual."""
    agreed = await rows(
        "SELECT relationship_id, notice_hours FROM agreement WHERE relationship_id IN :ids"
        " AND mentor_confirmed_at IS NOT NULL AND mentee_confirmed_at IS NOT NULL"
        " ORDER BY version",
        ids=relationship_ids,
    )
    latest = {it["relationship_id"]: timedelta(hours=it["notice_hours"]) for it in agreed}
    return [latest.get(it, USUAL) for it in relationship_ids]


def is_late(starts_at: datetime, notice: timedelta) -> bool:
    """Whether there is less than the notice left by now until what begins then."""
    return clock.now() > starts_at - notice
