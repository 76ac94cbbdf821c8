"""Pictures and their files: nothing half done, and nothing left behind."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from models import Member, Picture, PictureSize, Reason
from models.database import rows, transaction
from models.picture import Storage, file_name, is_file_name, sweep
from tests.conftest import Time
from tests.factories import a_member
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def storage(folder: Path) -> Storage:
    return Storage(str(folder))


async def a_picture(member: Member, storage: Storage) -> Picture:
    """A picture whose files are stored, and that is not shown yet."""
    picture = await Picture.begin(member)
    for size in PictureSize:
        await storage.keep(file_name(picture.id, size), b"a picture")
    return picture


def kept(folder: Path) -> set[str]:
    return {it.name for it in folder.iterdir()} if folder.exists() else set()


def files_of(picture: Picture) -> set[str]:
    return {file_name(picture.id, it) for it in PictureSize}


async def shown_of(member: Member) -> str | None:
    return (await Member.get(id=member.id)).picture_id


async def test_a_picture_is_shown_in_place_of_the_one_before(
    storage: Storage, folder: Path
) -> None:
    ada = await a_member()
    first, second = await a_picture(ada, storage), await a_picture(ada, storage)
    await transaction(lambda: first.show(ada))

    await transaction(lambda: second.show(ada))

    assert await shown_of(ada) == second.id
    assert await sweep(storage) == 1
    assert kept(folder) == files_of(second)


async def test_a_hidden_picture_is_removed(storage: Storage, folder: Path) -> None:
    ada = await a_member()
    picture = await a_picture(ada, storage)
    await transaction(lambda: picture.show(ada))

    await transaction(lambda: Picture.hide(ada))

    assert await shown_of(ada) is None
    assert await sweep(storage) == 1
    assert kept(folder) == set()
    assert await Picture.all() == []


async def test_others_keep_theirs(storage: Storage, folder: Path) -> None:
    ada, grace = await a_member(), await a_member()
    hers, mine = await a_picture(grace, storage), await a_picture(ada, storage)
    await transaction(lambda: hers.show(grace))
    await transaction(lambda: mine.show(ada))

    await transaction(lambda: Picture.hide(ada))
    await sweep(storage)

    assert await shown_of(grace) == hers.id
    assert kept(folder) == files_of(hers)


async def test_what_a_killed_process_left_is_removed_after_an_hour(
    storage: Storage, folder: Path, time: Time
) -> None:
    ada = await a_member()
    picture = await Picture.begin(ada)
    await storage.keep(file_name(picture.id, PictureSize.SMALL), b"one of two")
    (folder / f"{file_name(picture.id, PictureSize.LARGE)}#1").write_bytes(b"half of the other")

    time.passes(timedelta(minutes=59))
    early = await sweep(storage)
    time.passes(timedelta(minutes=1))
    late = await sweep(storage)

    assert (early, late) == (0, 1)
    assert kept(folder) == set()
    assert await Picture.all() == []


async def test_a_picture_that_took_too_long_is_not_shown_without_its_files(
    storage: Storage, time: Time
) -> None:
    ada = await a_member()
    picture = await a_picture(ada, storage)
    time.passes(timedelta(hours=1))

    refusal = await refusal_of(lambda: picture.show(ada))

    assert refusal.reason is Reason.WRONG_STATE


async def test_the_picture_of_who_is_no_longer_known_is_removed(
    storage: Storage, folder: Path
) -> None:
    ada = await a_member()
    picture = await a_picture(ada, storage)
    await transaction(lambda: picture.show(ada))

    await rows("DELETE FROM member WHERE id = :id RETURNING id", id=ada.id)
    await sweep(storage)

    assert kept(folder) == set()


async def test_of_two_shown_at_the_same_time_one_stays_and_the_other_is_removed(
    storage: Storage, folder: Path
) -> None:
    ada = await a_member()
    pictures = [await a_picture(ada, storage) for _ in range(4)]

    async def show(picture: Picture) -> None:
        member = await Member.get(id=ada.id)
        await transaction(lambda: picture.show(member))

    await asyncio.gather(*map(show, pictures))

    [shown] = [it for it in pictures if it.id == await shown_of(ada)]
    assert await sweep(storage) == 3
    assert kept(folder) == files_of(shown)


async def test_a_storage_that_is_away_has_its_files_removed_later(
    folder: Path, storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await a_member()
    picture = await a_picture(ada, storage)
    await transaction(lambda: picture.show(ada))
    await transaction(lambda: Picture.hide(ada))
    (folder.parent / "file").touch()

    away = await sweep(Storage(str(folder.parent / "file")))
    back = await sweep(storage)

    assert (away, back) == (0, 1)
    assert "cannot be removed now" in caplog.text


async def test_every_picture_has_a_name_of_its_own(storage: Storage) -> None:
    ada = await a_member()

    names = {it for _ in range(5) for it in files_of(await Picture.begin(ada))}

    assert len(names) == 10
    assert all(map(is_file_name, names))
