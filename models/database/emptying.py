"""Having SQLite keep nothing of what was deleted."""

from models.database.connection import connection_for
from models.database.transaction import is_passing


async def emptied() -> bool:
    """Rewrite the file without what was deleted, and empty its log. False while others are in the way."""
    connection = connection_for(writing=True)
    try:
        await connection.execute_script("VACUUM")
        [found] = await connection.execute_query_dict("PRAGMA wal_checkpoint(TRUNCATE)")
    except Exception as trouble:
        if is_passing(trouble):
            return False
        raise
    return not found["busy"]
