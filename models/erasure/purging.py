"""Having what was erased leave the files of the database, where it lies about until it is written over."""

from models import clock
from models.database import dialect, emptied, rows


async def purge() -> int:
    """See to the erasures since the last time. Gives how many members that were.

    SQLite is rewritten, which takes about a second for each 100 MB and as much room again.
    PostgreSQL reuses such space by itself (autovacuum), and no dump contains it.
    """
    now = clock.now()
    due = await rows(
        "SELECT member_id FROM erasure WHERE purged_at IS NULL AND created_at <= :now", now=now
    )
    if not due or (dialect() == "sqlite" and not await emptied()):
        return 0
    await rows(
        "UPDATE erasure SET purged_at = :now WHERE purged_at IS NULL AND created_at <= :now"
        " RETURNING handle_hash",
        now=now,
    )
    return len({it["member_id"] for it in due})
