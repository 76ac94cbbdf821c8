"""When to remind somebody of a session: in the morning of the day before, which is a day of theirs."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from models import clock
from models.database import rows
from models.member import Member


async def wait_for_mornings(
    session_id: str, readers: Iterable[Member], *, starts_at: datetime
) -> None:
    """Have each reminded, if they were not told on that very day, or later, that it begins then."""
    await forget_mornings([session_id])
    for reader in readers:
        day = _day_before(starts_at, reader.time_zone)
        if clock.today(reader.time_zone) < day:
            await rows(
                "INSERT INTO session_reminder (session_id, reader_id, due_at)"
                " VALUES (:session, :reader, :due) RETURNING session_id",
                session=session_id,
                reader=reader.id,
                due=_morning_of(day, reader.time_zone),
            )


async def forget_mornings(session_ids: Collection[str]) -> None:
    """Remind nobody of these sessions."""
    await rows(
        "DELETE FROM session_reminder WHERE session_id IN :ids RETURNING session_id",
        ids=session_ids,
    )


async def wait_for_mornings_of(reader: Member) -> None:
    """Follow a member, whose time zone has changed."""
    waiting = await rows(
        "SELECT s.id, s.starts_at FROM session_reminder w JOIN mentoring_session s ON s.id = w.session_id"
        " WHERE w.reader_id = :reader",
        reader=reader.id,
    )
    for it in waiting:
        day = _day_before(clock.moment(it["starts_at"]), reader.time_zone)
        await rows(
            "UPDATE session_reminder SET due_at = :due"
            " WHERE session_id = :session AND reader_id = :reader RETURNING session_id",
            due=_morning_of(day, reader.time_zone),
            session=it["id"],
            reader=reader.id,
        )


def _day_before(starts_at: datetime, time_zone: str) -> date:
    return clock.day(starts_at, time_zone) - timedelta(days=1)


def _morning_of(day: date, time_zone: str) -> datetime:
    return clock.morning(clock.beginning_of(day, time_zone), time_zone)
