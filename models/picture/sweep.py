"""Removing the files of pictures that nobody shows any more, or that were never shown."""

import logging

from models import clock
from models.database import rows
from models.picture.size import PictureSize, file_name
from models.picture.storage import TROUBLE, Storage

AT_ONCE = 50  # pictures, so that one sweep has an end

log = logging.getLogger(__name__)


async def sweep(storage: Storage) -> int:
    """Remove what is due. Gives how many pictures that was.

    A storage that is away is no reason to stop for those who have other things to do as well.
    """
    removed = 0
    try:
        for picture_id in await _due():
            await _remove(picture_id, storage)
            removed += 1
    except TROUBLE as trouble:
        log.warning("pictures cannot be removed now; they will be: %s", trouble)
    return removed


async def _due() -> list[str]:
    due = await rows(
        "SELECT id FROM picture WHERE removal_due_at <= :now OR member_id IS NULL LIMIT :most",
        now=clock.now(),
        most=AT_ONCE,
    )
    return [it["id"] for it in due]


async def _remove(picture_id: str, storage: Storage) -> None:
    for size in PictureSize:
        await storage.remove(file_name(picture_id, size))
    # Last: as long as the row is there, somebody will see to the files.
    await rows("DELETE FROM picture WHERE id = :id RETURNING id", id=picture_id)
