"""Where the files of pictures are: a folder, or a bucket."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.picture import Storage, Unreachable
from tests.bucket import Bucket, listening

NAME = f"pic_{'0' * 26}-large.jpg"


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bucket]:
    async with listening(Bucket()) as bucket:
        for name, value in bucket.environment.items():
            monkeypatch.setenv(name, value)
        yield bucket


@pytest.fixture(params=["folder", "bucket", "bucket of a service"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A storage of each kind; `TEST_BUCKET` and the variables of AWS name one of a real service."""
    if request.param == "folder":
        return Storage(str(tmp_path / "not" / "yet"))
    if request.param == "bucket":
        request.getfixturevalue("bucket")
        return Storage("s3://pics/a/prefix")
    if "TEST_BUCKET" not in os.environ:
        pytest.skip("a bucket of a real service: TEST_BUCKET names none")
    return Storage(os.environ["TEST_BUCKET"])


async def test_a_storage_keeps_reads_and_removes(storage: Storage) -> None:
    await storage.keep(NAME, b"a picture")
    read = await storage.read(NAME)
    await storage.remove(NAME)
    await storage.remove(NAME)

    assert read == b"a picture"
    assert await storage.read(NAME) is None


async def test_a_storage_that_works_is_found_to(storage: Storage) -> None:
    await storage.check()


async def test_a_bucket_keeps_pictures_under_its_prefix(bucket: Bucket) -> None:
    await Storage("s3://pics/a/prefix/").keep(NAME, b"a picture")
    await Storage("s3://pics").keep(NAME, b"another")

    assert bucket.files == {f"a/prefix/{NAME}": b"a picture", NAME: b"another"}


async def test_what_a_bucket_does_not_tell_apart_from_what_is_forbidden_is_not_there(
    bucket: Bucket,
) -> None:
    bucket.missing = 403

    assert await Storage("s3://pics").read(NAME) is None


async def test_a_check_leaves_nothing_behind(bucket: Bucket) -> None:
    await Storage("s3://pics").check()

    assert bucket.files == {}


@pytest.mark.parametrize("place", ["/dev/null/pictures", "s3://no-such-bucket"])
async def test_a_storage_that_does_not_work_says_so_in_one_line(bucket: Bucket, place: str) -> None:
    with pytest.raises(Unreachable) as refused:
        await Storage(place).check()

    assert len(str(refused.value).splitlines()) == 1


async def test_a_service_that_does_not_answer_is_told_without_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in Bucket(port=1).environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(Unreachable) as refused:
        await Storage("s3://pics").check()

    assert "127.0.0.1:1" in str(refused.value)
    assert "secret" not in str(refused.value)
