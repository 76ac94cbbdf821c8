"""Pictures over HTTP: sent as they are, seen by everybody who knows their address, and by nobody else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

import settings
from main import application
from models import Member, clock
from schema.pictures import PRICE
from schema.uploads import AT_ONCE
from tests.client import Api, served
from tests.conftest import Time
from tests.factories import a_member, a_token
from tests.photos import GREEN, RED, a_photo, is_about, opened
from tests.unchanged import everything

MINE = "/members/me/picture"
OURS, FOREIGN = "https://api.example.org", "https://evil.test"
AVATAR = """
query($id: ID!) { node(id: $id) { ... on Member {
  avatarUrl small: avatarUrl(size: SMALL) large: avatarUrl(size: LARGE)
} } }"""
UPDATE_PROFILE = """
mutation($input: UpdateProfileInput!) {
  updateProfile(input: $input) { errors { code message field } member { avatarUrl } }
}"""


@pytest.fixture
def folder(ask: Api, tmp_path: Path) -> Path:
    return tmp_path / "pictures"


async def put(
    ask: Api, member: Member | None, content: bytes | AsyncIterator[bytes], **headers: str
) -> httpx.Response:
    return await ask.http.put(MINE, content=content, headers=await bearing(member) | headers)


async def bearing(member: Member | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {await a_token(member)}"} if member else {}


async def uploaded(ask: Api, member: Member, color: tuple[int, int, int] = RED) -> str:
    """The path of the picture that a member uploads."""
    response = await put(ask, member, a_photo(color=color))
    assert response.status_code == 200, response.text
    return path_of(response.json()["data"]["member"]["avatarUrl"])


async def never_read() -> AsyncIterator[bytes]:
    pytest.fail("what is refused was read")
    yield b""


def path_of(url: str) -> str:
    return urlsplit(url).path


def error_in(response: httpx.Response) -> dict[str, Any]:
    """The one error of a response that holds nothing else."""
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    answer = response.json()
    assert answer.keys() == {"errors"}
    [error] = answer["errors"]
    return dict(error)


def files(folder: Path) -> set[str]:
    return {it.name for it in folder.iterdir()} if folder.exists() else set()


async def test_a_picture_is_uploaded_and_seen_by_others(ask: Api) -> None:
    ada, grace = await a_member(), await a_member()

    response = await put(ask, ada, a_photo("PNG"))

    seen = (await ask(AVATAR, as_=grace, id=ada.id))["node"]
    assert response.status_code == 200
    assert response.json() == {"data": {"member": {"id": ada.id, "avatarUrl": seen["large"]}}}
    assert seen["avatarUrl"] == seen["large"]
    for size, edge in (("small", 96), ("large", 512)):
        shown = opened((await ask.http.get(path_of(seen[size]))).content)
        assert shown.size == (edge, edge)
        assert is_about(shown, (edge // 2, edge // 2), RED)


async def test_its_address_is_that_of_this_api(ask: Api) -> None:
    ada = await a_member()

    response = await put(ask, ada, a_photo())

    url = response.json()["data"]["member"]["avatarUrl"]
    assert url.startswith("http://127.0.0.1:8000/pictures/pic_")


async def test_what_it_is_called_by_its_sender_does_not_matter(ask: Api) -> None:
    response = await put(ask, await a_member(), a_photo("WEBP"), **{"Content-Type": "text/html"})

    assert response.status_code == 200


async def test_another_picture_has_another_address_and_the_first_has_none(
    ask: Api, folder: Path
) -> None:
    ada = await a_member()
    first = await uploaded(ask, ada)

    second = await uploaded(ask, ada, GREEN)

    assert (await ask.http.get(first)).status_code == 404
    shown = opened((await ask.http.get(second)).content)
    assert is_about(shown, (256, 256), GREEN)
    assert len(files(folder)) == 2


async def test_a_picture_is_removed(ask: Api, folder: Path) -> None:
    ada = await a_member()
    path = await uploaded(ask, ada)

    response = await ask.http.delete(MINE, headers=await bearing(ada))

    assert response.json() == {"data": {"member": {"id": ada.id, "avatarUrl": None}}}
    assert (await ask.http.get(path)).status_code == 404
    assert files(folder) == set()


async def test_who_has_no_picture_may_remove_it(ask: Api) -> None:
    response = await ask.http.delete(MINE, headers=await bearing(await a_member()))

    assert response.status_code == 200


async def test_an_uploaded_picture_is_shown_before_one_elsewhere(ask: Api) -> None:
    ada = await a_member()
    elsewhere = "https://example.org/ada.png"
    await ask.does(UPDATE_PROFILE, as_=ada, avatarUrl=elsewhere)
    path = await uploaded(ask, ada)

    shown = (await ask(AVATAR, as_=ada, id=ada.id))["node"]
    await ask.http.delete(MINE, headers=await bearing(ada))

    assert path_of(shown["large"]) == path
    assert set((await ask(AVATAR, as_=ada, id=ada.id))["node"].values()) == {elsewhere}


async def test_a_picture_may_be_kept_for_good_and_is_nothing_but_a_picture(ask: Api) -> None:
    path = await uploaded(ask, await a_member())

    response = await ask.http.get(path)

    headers = response.headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'"
    assert "set-cookie" not in headers


async def test_who_has_it_already_does_not_get_it_again(ask: Api) -> None:
    path = await uploaded(ask, await a_member())
    tag = (await ask.http.get(path)).headers["etag"]

    again = await ask.http.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    other = await ask.http.get(path, headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert other.status_code == 200


async def test_one_may_ask_for_its_headers_alone(ask: Api) -> None:
    path = await uploaded(ask, await a_member())

    response = await ask.http.head(path)

    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "path",
    [
        "",
        "%2e%2e/test.db",
        "..%2ftest.db",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/etc/passwd",
        "..\\test.db",
        "secret.txt",
        "secret.txt%00.jpg",
        f"pic_{'0' * 26}-large.jpg",
        f"x/../pic_{'0' * 26}-large.jpg",
    ],
)
async def test_nothing_else_is_served(ask: Api, folder: Path, path: str) -> None:
    await uploaded(ask, await a_member())
    (folder / "secret.txt").write_text("secret")

    response = await ask.http.get(httpx.URL(f"http://test/pictures/{path}"))

    assert response.status_code == 404
    assert "secret" not in response.text


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_stranger_is_asked_to_sign_in_before_anything_is_read(
    ask: Api, folder: Path, method: str
) -> None:
    response = await ask.http.request(method, MINE, content=never_read())

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert error_in(response)["extensions"] == {"code": "UNAUTHENTICATED"}
    assert files(folder) == set()


@pytest.mark.parametrize("ended", ["valid_until", "suspended_at"])
async def test_who_is_no_longer_a_member_uploads_nothing(
    ask: Api, folder: Path, ended: str
) -> None:
    ada = await a_member()
    headers = await bearing(ada)
    await Member.filter(id=ada.id).update(**{ended: clock.now()})

    response = await ask.http.put(MINE, content=a_photo(), headers=headers)

    assert response.status_code == 401
    assert files(folder) == set()


@pytest.mark.parametrize(
    ("_case", "headers", "status"),
    [
        ("our own page", {"Sec-Fetch-Site": "same-origin", "Origin": OURS}, 200),
        ("our own page in an old browser", {"Origin": OURS}, 200),
        ("a foreign page", {"Sec-Fetch-Site": "cross-site", "Origin": FOREIGN}, 403),
        ("a page next door", {"Sec-Fetch-Site": "same-site", "Origin": f"{OURS}:8443"}, 403),
        ("a foreign page in an old browser", {"Origin": FOREIGN}, 403),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_cookie_counts_for_our_own_pages_alone(
    database: None, tmp_path: Path, method: str, _case: str, headers: dict[str, str], status: int
) -> None:
    known = settings.read({"WORKER": "no", "PUBLIC_URL": OURS, "PICTURES": str(tmp_path / "it")})
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(application(known)), base_url=OURS)
    ada = await a_member()
    cookie = {"Cookie": f"__Host-sign-in={await a_token(ada)}"}

    response = await browser.request(method, MINE, content=a_photo(), headers=headers | cookie)

    assert response.status_code == status
    if status == 403:
        assert error_in(response)["extensions"] == {"code": "FORBIDDEN"}
        assert (await Member.get(id=ada.id)).picture_id is None


async def test_an_allowed_client_elsewhere_may_upload(database: None, tmp_path: Path) -> None:
    known = settings.read({"ALLOWED_ORIGINS": FOREIGN, "PICTURES": str(tmp_path / "it")})
    http = httpx.AsyncClient(transport=httpx.ASGITransport(application(known)), base_url=OURS)
    asked = {
        "Origin": FOREIGN,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type",
    }

    response = await http.options(MINE, headers=asked)

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == FOREIGN


@pytest.mark.parametrize(
    ("_case", "content", "status", "says"),
    [
        ("nothing", b"", 415, "no JPEG, PNG or WebP"),
        ("a text", b"Hello", 415, "no JPEG, PNG or WebP"),
        ("a GIF", a_photo("GIF"), 415, "no JPEG, PNG or WebP"),
        ("half a picture", a_photo()[:-900], 415, "or it is damaged"),
        ("too many pixels", a_photo("PNG", (5_001, 5_000)), 422, "at most 25 million pixels"),
        ("too many bytes", b"x" * 5_000_001, 413, "at most 5000000 bytes"),
    ],
)
async def test_anything_else_is_refused_and_nothing_stored(
    ask: Api, folder: Path, _case: str, content: bytes, status: int, says: str
) -> None:
    ada = await a_member()
    await uploaded(ask, ada)
    stored, before = files(folder), await everything()

    response = await put(ask, ada, content)

    error = error_in(response)
    assert response.status_code == status
    assert says in error["message"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert files(folder) == stored
    assert await everything() == before


async def test_more_than_a_picture_may_have_is_not_read_to_its_end(ask: Api) -> None:
    left = [b" " * 100_000 for _ in range(1_000)]

    async def chunks() -> AsyncIterator[bytes]:
        while left:
            yield left.pop()

    response = await put(ask, await a_member(), chunks())

    assert response.status_code == 413
    assert len(left) == 1_000 - 51


async def test_so_many_are_taken_at_once_that_memory_is_enough(ask: Api) -> None:
    grace = await a_member()
    goes_on, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def slowly() -> AsyncIterator[bytes]:
        begun.release()
        await goes_on.wait()
        yield b"no picture"

    senders = [await a_member() for _ in range(AT_ONCE)]
    slow = [asyncio.create_task(put(ask, it, slowly())) for it in senders]
    for _ in slow:
        await begun.acquire()
    refused = await put(ask, grace, a_photo())
    goes_on.set()
    taken = await asyncio.gather(*slow)

    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "60"
    assert error_in(refused)["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert {it.status_code for it in taken} == {415}
    assert (await put(ask, grace, a_photo())).status_code == 200


async def test_a_member_sends_one_picture_at_a_time_and_nobody_waits_for_it(
    ask: Api, folder: Path
) -> None:
    ada, grace = await a_member(), await a_member()
    goes_on, begun = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        begun.set()
        await goes_on.wait()
        yield a_photo()

    slow = asyncio.create_task(put(ask, ada, slowly()))
    await begun.wait()
    refused = await put(ask, ada, never_read())
    stored = files(folder)
    others = await put(ask, grace, a_photo())
    goes_on.set()

    assert refused.status_code == 409
    assert error_in(refused)["extensions"] == {"code": "BAD_USER_INPUT"}
    assert stored == set()
    assert others.status_code == 200
    assert (await slow).status_code == 200
    assert (await put(ask, ada, a_photo())).status_code == 200


@pytest.mark.parametrize(
    ("method", "content", "price"),
    [("PUT", a_photo(), PRICE), ("PUT", b"no picture", PRICE), ("DELETE", b"", 10)],
)
async def test_what_is_done_to_a_picture_is_paid_for(
    ask: Api, time: Time, method: str, content: bytes, price: int
) -> None:
    ada = await a_member()

    await ask.http.request(method, MINE, content=content, headers=await bearing(ada))

    cost = (await ask.answer("{ program { name } }", as_=ada))["extensions"]["cost"]
    assert cost["remaining"] == 5000 - price - cost["requested"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_who_has_no_points_left_hears_when_to_send_a_picture(
    database: None, tmp_path: Path, time: Time, method: str
) -> None:
    poor = {"COST_LIMIT": f"{PRICE}", "COST_BURST": f"{PRICE}", "COST_PER_SECOND": "10"}
    async with served(PICTURES=str(tmp_path / "pictures"), **poor) as api:
        ada = await a_member()
        path = await uploaded(api, ada)
        headers = await bearing(ada)
        before = await everything()

        refused = await api.http.request(method, MINE, content=never_read(), headers=headers)
        unchanged = await everything() == before
        is_shown = (await api.http.get(path)).status_code == 200
        time.passes(timedelta(seconds=int(refused.headers["retry-after"])))
        again = await api.http.request(method, MINE, content=a_photo(), headers=headers)

    assert refused.status_code == 429
    assert refused.headers["retry-after"] == ("50" if method == "PUT" else "1")
    assert error_in(refused)["extensions"] == {"code": "RATE_LIMITED"}
    assert unchanged
    assert is_shown
    assert again.status_code == 200


async def test_a_picture_that_does_not_arrive_is_not_waited_for(
    ask: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.pictures.PATIENCE", 0.01)

    async def never() -> AsyncIterator[bytes]:
        yield b"\xff"
        await asyncio.Event().wait()

    response = await put(ask, await a_member(), never())

    assert response.status_code == 408
    assert error_in(response)["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PATCH"])
async def test_a_request_of_another_kind_hears_what_is_meant(ask: Api, method: str) -> None:
    response = await ask.http.request(method, MINE, headers=await bearing(await a_member()))

    assert response.status_code == 405
    assert response.headers["allow"] == "PUT, DELETE"


async def test_a_storage_that_fails_is_masked_and_leaves_what_was_shown(
    ask: Api, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await a_member()
    (folder.parent / "pictures").touch()  # no folder

    response = await put(ask, ada, a_photo())

    error = error_in(response)
    assert response.status_code == 500
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["extensions"]["id"] in caplog.text
    assert (await Member.get(id=ada.id)).picture_id is None
