"""The order in which events are told: one in which none can come to stand before one that was told already.

Their times are no such order: an event is told after its transaction is committed, and another
that was created earlier may be committed later. The database numbers them (migration 0004).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.database import dialect, rows
from models.event import Event

_END = {
    "sqlite": "SELECT last_value AS taken, last_value AS settled FROM event_number",
    "postgresql": "SELECT taken, settled FROM settled_events()",
}


class UnknownEvent(Exception):
    """The reader has no event with this id."""


@dataclass(frozen=True)
class End:
    """How far the events go."""

    settled: int  # the number up to which nothing can be committed any more
    is_more_to_come: bool  # whether others are being written


async def end() -> End:
    """How far the events go now."""
    [found] = await rows(_END[dialect()])
    return End(found["settled"], found["taken"] > found["settled"])


async def number_of(id: str, reader_id: str) -> int:
    """The number of an event. Raises UnknownEvent."""
    found = await rows(
        "SELECT number FROM event WHERE id = :id AND reader_id = :reader", id=id, reader=reader_id
    )
    if not found:
        raise UnknownEvent
    return int(found[0]["number"])


async def readers_of(*, after: int, up_to: int) -> set[str]:
    """Who has new events between two numbers."""
    found = await rows(
        "SELECT DISTINCT reader_id FROM event WHERE number > :after AND number <= :up_to",
        after=after,
        up_to=up_to,
    )
    return {it["reader_id"] for it in found}


async def events_of(reader_id: str, *, after: int, up_to: int, most: int) -> Sequence[Event]:
    """The next events of a reader, the first one first."""
    found = await rows(
        """
        SELECT * FROM event WHERE reader_id = :reader AND number > :after AND number <= :up_to
        ORDER BY number LIMIT :most
        """,
        reader=reader_id,
        after=after,
        up_to=up_to,
        most=most,
    )
    return [Event._init_from_db(**it) for it in found]
