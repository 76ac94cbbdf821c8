"""`viewerEvents`: members are told what happens to them while they are connected."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from models import Event, EventKind, Member, SignIn, clock
from models.database import rows, transaction
from schema.live import websocket
from tests.api.test_deadline import locked
from tests.conftest import Time
from tests.factories import a_member, a_request, a_token
from tests.live import (
    FOLLOW,
    PATIENCE,
    WAYS,
    Conversation,
    Stream,
    conversing,
    following,
    serving,
    something_happens,
    streaming,
)
from tests.statements import statements

PROMISED = 1.0  # seconds after a sign-in ended until its connections do
PRICE = 6  # points of FOLLOW, and of each of its events
POOR = {  # who may subscribe, be told of two events, and wait long then
    "COST_LIMIT": f"{PRICE}",
    "COST_BURST": f"{3 * PRICE}",
    "COST_PER_SECOND": "1",
}
EVENTS = "text/event-stream"
JSON = "application/json"
DEAREST = {"Accept": EVENTS}
ENDINGS: dict[str, Callable[[Member], Any]] = {
    "signed out": lambda it: SignIn.filter(member=it).update(ended_at=clock.now()),
    "lapsed": lambda it: Member.filter(id=it.id).update(valid_until=clock.now()),
    "suspended": lambda it: Member.filter(id=it.id).update(suspended_at=clock.now()),
    "unused for long": lambda it: SignIn.filter(member=it).update(idle_ends_at=clock.now()),
}

both_ways = pytest.mark.parametrize("way", WAYS)


@pytest.fixture
async def address(database_url: str) -> AsyncIterator[str]:
    async with serving(database_url) as address:
        yield address


async def first_event(happening: Member, connected: Conversation | Stream) -> dict[str, Any]:
    """The first event that is told, while one happens after the other."""
    hearing = asyncio.create_task(connected.event())
    while not hearing.done():
        await something_happens(happening)
    return await hearing


async def until_exhausted(sent: list[str]) -> None:
    """Wait until somebody has heard that there are no points left."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if any(it.startswith("SELECT full_at FROM budget") for it in sent):
                return
            await asyncio.sleep(0.01)


@both_ways
async def test_who_is_connected_is_told_what_happens(address: str, way: str) -> None:
    ada = await a_member()
    [known] = await something_happens(ada)

    async with WAYS[way](address, await a_token(ada), known) as connected:
        [happened] = await something_happens(ada)
        update = await connected.event()

    assert update["event"]["id"] == happened
    assert update["event"]["kind"] == "REQUEST_CLOSED"
    assert update["event"]["request"]["state"] == "PENDING"
    assert update["viewer"]["counts"] == {"unreadEvents": 2}


@both_ways
async def test_what_happened_before_is_not_told(address: str, way: str) -> None:
    ada = await a_member()
    earlier = await something_happens(ada, 2)

    async with WAYS[way](address, await a_token(ada)) as connected:
        update = await first_event(ada, connected)

    assert update["event"]["id"] not in earlier


@both_ways
async def test_who_comes_back_is_told_what_they_missed_once_and_in_order(
    address: str, way: str
) -> None:
    ada = await a_member()
    known, *missed = await something_happens(ada, 45)

    async with WAYS[way](address, await a_token(ada), known) as connected:
        told = [(await connected.event())["event"]["id"] for _ in missed]
        later = await something_happens(ada, 2)
        told += [(await connected.event())["event"]["id"] for _ in later]

    assert told == missed + later


async def test_a_browser_says_by_itself_where_it_was(address: str) -> None:
    ada = await a_member()
    first, second, third = await something_happens(ada, 3)
    token = await a_token(ada)

    async with streaming(address, token, first) as stream:
        fields = await stream.hear()
    async with streaming(address, token, first, **{"Last-Event-ID": fields["id"]}) as stream:
        update = await stream.event()

    assert fields["id"] == second
    assert update["event"]["id"] == third


@both_ways
async def test_what_happens_to_others_is_not_told(address: str, way: str) -> None:
    ada, grace = await a_member(), await a_member()
    [known] = await something_happens(ada)

    async with WAYS[way](address, await a_token(ada), known) as connected:
        await something_happens(grace)
        [happened] = await something_happens(ada)
        update = await connected.event()

    assert update["event"]["id"] == happened


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_event_that_is_committed_late_is_told_all_the_same(address: str) -> None:
    ada = await a_member()
    request = await a_request()
    [known] = await something_happens(ada)
    is_written, may_commit = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        await Event.of(request, EventKind.REQUEST_DECLINED, to=ada.id, by=None)
        is_written.set()
        await may_commit.wait()

    async with following(address, await a_token(ada), known) as talk:
        slow = asyncio.create_task(transaction(slowly))
        await is_written.wait()
        await something_happens(ada, 2)
        may_commit.set()
        await slow
        told = [await talk.event() for _ in range(3)]

    assert [it["event"]["kind"] for it in told] == ["REQUEST_DECLINED"] + ["REQUEST_CLOSED"] * 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_events_are_told_although_the_database_does_not_say_so_any_more(address: str) -> None:
    ada = await a_member()
    [known] = await something_happens(ada)

    async with following(address, await a_token(ada), known) as talk:
        cut = await rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        [happened] = await something_happens(ada)

        assert await talk.events(1) == [happened]
        assert len(cut) == 1


@pytest.mark.parametrize("after", ["evt_unknown", "", "mem_1", "of somebody else", "\0"])
@both_ways
async def test_going_on_after_an_event_that_one_never_had_is_an_error(
    address: str, way: str, after: str
) -> None:
    ada = await a_member()
    if after == "of somebody else":
        [after] = await something_happens(await a_member())

    async with WAYS[way](address, await a_token(ada), after) as connected:
        if isinstance(connected, Stream):
            [error] = (await connected.answer())["errors"]
            assert (await connected.hear())["event"] == "complete"
        else:
            message = await connected.hear()
            [error] = message["payload"]
            assert (message["type"], message["id"]) == ("error", "1")

    assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_websocket_ends_within_a_second_of_its_sign_in(address: str, ending: str) -> None:
    ada, grace = await a_member(), await a_member()

    async with (
        following(address, await a_token(ada)) as talk,
        following(address, await a_token(grace)) as other,
    ):
        await ENDINGS[ending](ada)
        async with asyncio.timeout(PROMISED):
            closing = await talk.closing()
        await other.synchronize()

    assert closing == (4403, "Please sign in first.")


@pytest.mark.parametrize("ending", ENDINGS)
async def test_an_event_stream_ends_within_a_second_of_its_sign_in(
    address: str, ending: str
) -> None:
    ada = await a_member()
    token = await a_token(ada)

    async with streaming(address, token) as stream:
        await ENDINGS[ending](ada)
        async with asyncio.timeout(PROMISED):
            [error] = (await stream.answer())["errors"]
            assert (await stream.hear())["event"] == "complete"
            with pytest.raises(EOFError):
                await stream.hear()

    assert error["extensions"] == {"code": "UNAUTHENTICATED"}


@both_ways
async def test_each_event_costs_what_the_subscription_costs(
    address: str, time: Time, way: str
) -> None:
    ada = await a_member()
    known, *_ = await something_happens(ada, 3)

    async with WAYS[way](address, await a_token(ada), known) as connected:
        costs = [(await connected.answer())["extensions"]["cost"] for _ in range(2)]

    assert costs == [
        {"requested": PRICE, "limit": 1000, "remaining": 5000 - 2 * PRICE},
        {"requested": PRICE, "limit": 1000, "remaining": 5000 - 3 * PRICE},
    ]


@both_ways
async def test_who_has_no_points_left_is_told_everything_once_they_have_some(
    database_url: str, time: Time, way: str
) -> None:
    async with serving(database_url, **POOR | {"COST_PER_SECOND": "100"}) as address:
        ada = await a_member()
        known, *missed = await something_happens(ada, 4)

        async with WAYS[way](address, await a_token(ada), known) as connected:
            with statements() as sent:
                told = [await connected.event() for _ in range(2)]
                await until_exhausted(sent)
            time.passes(timedelta(seconds=PRICE))
            told.append(await connected.event())

    assert [it["event"]["id"] for it in told] == missed


async def test_who_waits_for_points_hears_within_a_second_that_they_are_signed_out(
    database_url: str, time: Time
) -> None:
    async with serving(database_url, **POOR) as address:
        ada = await a_member()
        known, *_ = await something_happens(ada, 4)

        async with following(address, await a_token(ada), known) as talk:
            with statements() as sent:
                await talk.events(2)
                await until_exhausted(sent)
            await ENDINGS["signed out"](ada)
            async with asyncio.timeout(PROMISED):
                closing = await talk.closing()

    assert closing == (4403, "Please sign in first.")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@both_ways
async def test_an_event_that_takes_too_long_ends_the_subscription_and_is_not_lost(
    database_url: str, way: str
) -> None:
    async with serving(database_url, DEADLINE="0.2") as address:
        ada = await a_member()
        token = await a_token(ada)
        known, missed = await something_happens(ada, 2)

        async with (
            locked(database_url, "LOCK TABLE mentoring_request IN ACCESS EXCLUSIVE MODE"),
            WAYS[way](address, token, known) as connected,
        ):
            if isinstance(connected, Stream):
                fields = await connected.hear()
                [error] = json.loads(fields["data"])["errors"]
                assert "id" not in fields
                assert (await connected.hear())["event"] == "complete"
            else:
                message = await connected.hear()
                [error] = message["payload"]
                assert (message["type"], message["id"]) == ("error", "1")
        async with WAYS[way](address, token, known) as connected:
            update = await connected.event()

    assert error["extensions"] == {"code": "TIMEOUT"}
    assert "given up" in error["message"]
    assert update["event"]["id"] == missed


async def test_a_websocket_without_a_subscription_ends_with_its_sign_in_too(address: str) -> None:
    ada = await a_member()

    async with conversing(address) as talk:
        await talk.introduce(token=await a_token(ada))
        await ENDINGS["signed out"](ada)
        async with asyncio.timeout(PROMISED):
            assert (await talk.closing())[0] == 4403


async def test_nothing_is_told_that_happens_after_signing_out(address: str) -> None:
    ada = await a_member()
    [known] = await something_happens(ada)

    async with following(address, await a_token(ada), known) as talk:
        await talk.synchronize()
        await ENDINGS["signed out"](ada)
        await something_happens(ada)
        with pytest.raises(ConnectionClosed):
            await talk.hear()


@pytest.mark.parametrize("payload", [{}, {"token": "mt_wrong"}, {"authorization": "Basic x"}])
async def test_a_stranger_is_not_let_in(address: str, payload: dict[str, str]) -> None:
    async with conversing(address) as talk:
        await talk.say(type="connection_init", payload=payload)

        assert await talk.closing() == (4403, "Please sign in first.")


async def test_a_stranger_gets_no_event_stream(address: str) -> None:
    async with httpx.AsyncClient(base_url=f"http://{address}") as http:
        response = await http.post("/graphql", json={"query": FOLLOW}, headers=DEAREST)

    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


@pytest.mark.parametrize("name", ["token", "authorization", "Authorization", "a header"])
async def test_an_app_says_its_token_in_one_of_several_ways(address: str, name: str) -> None:
    ada = await a_member()
    token = await a_token(ada)
    bearer = f"Bearer {token}"
    headers = {"Authorization": bearer} if name == "a header" else {}
    payload = {} if headers else {name: token if name == "token" else bearer}

    async with conversing(address, **headers) as talk:
        await talk.introduce(**payload)


@pytest.mark.parametrize("origin", ["ours", "http://allowed.test"])
async def test_a_browser_is_known_by_its_cookie(database_url: str, origin: str) -> None:
    async with serving(database_url, ALLOWED_ORIGINS="http://allowed.test") as address:
        cookie = f"sign-in={await a_token(await a_member())}"
        origin = f"http://{address}" if origin == "ours" else origin
        async with conversing(address, Cookie=cookie, Origin=origin) as talk:
            await talk.introduce()


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.test"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_a_page_of_another_site_is_not_let_in_and_no_trouble_is_logged(
    address: str, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    cookie = f"sign-in={await a_token(await a_member())}"

    with pytest.raises(InvalidStatus) as refused:
        async with conversing(address, Cookie=cookie, **headers):
            pass

    response = refused.value.response
    [error] = json.loads(response.body)["errors"]
    assert response.status_code == 403
    assert response.headers["Content-Type"] == f"{JSON}; charset=utf-8"
    assert error["extensions"] == {"code": "FORBIDDEN"}
    assert not [it for it in caplog.records if it.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", 4400),
        ("{", 4400),
        (b"{}", 4400),
        ("[]", 4400),
        ("1", 4400),
        ("9" * 5_000, 4400),
        ("[" * 50_000, 4400),
        ("{}", 4400),
        ('{"type": 1}', 4400),
        ('{"type": "knock"}', 4400),
        ('{"type": "connection_init", "payload": []}', 4400),
        ('{"type": "ping", "id": 1}', 4400),
        ('{"type": "subscribe"}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": "subscription { a }"}}', 4401),
        ("x" * 100_001, 1009),
    ],
)
async def test_who_says_nonsense_before_introducing_themselves_hears_what_is_wrong(
    address: str, said: str | bytes, code: int
) -> None:
    async with conversing(address) as talk:
        await talk.socket.send(said)

        assert (await talk.closing())[0] == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{"type": "connection_init"}', 4429),
        ('{"type": "subscribe", "id": "1"}', 4400),
        ('{"type": "subscribe", "id": "", "payload": {"query": "{ a }"}}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": ""}}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": 1}}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}}', 4400),
        ('{"type": "complete"}', 4400),
    ],
)
async def test_who_says_nonsense_afterwards_hears_what_is_wrong(
    address: str, said: str, code: int
) -> None:
    async with conversing(address) as talk:
        await talk.introduce(token=await a_token(await a_member()))
        await talk.socket.send(said)

        assert (await talk.closing())[0] == code


async def test_two_subscriptions_cannot_have_the_same_id(address: str) -> None:
    async with following(address, await a_token(await a_member())) as talk:
        await talk.subscribe("1")

        assert await talk.closing() == (4409, "Subscriber for 1 already exists")


async def test_who_does_not_introduce_themselves_is_not_waited_for(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "INTRODUCTION", 0.05)

    async with conversing(address) as talk:
        assert (await talk.closing())[0] == 4408


async def test_a_message_in_endless_pieces_is_not_waited_for(address: str) -> None:
    begins, goes_on = b"\x01\x80" + bytes(4), b"\x00\x80" + bytes(4)

    async with conversing(address) as talk:
        talk.socket.transport.write(begins + goes_on * 2_000)

        assert await talk.closing() == (1009, "A message has too many frames")


async def test_other_protocols_are_not_spoken(address: str) -> None:
    async with conversing(address, protocol="graphql-ws") as talk:
        assert (await talk.closing())[0] == 4406


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ viewer { id } }", "BAD_USER_INPUT"),
        ("mutation { signOut(input: {}) { endedSignInIds } }", "BAD_USER_INPUT"),
        ("fragment it on Viewer { id }", "BAD_USER_INPUT"),
        (f"{FOLLOW} {{ viewer {{ id }} }}", "BAD_USER_INPUT"),
        ("subscription { viewerEvents", "GRAPHQL_PARSE_FAILED"),
        ("subscription { viewerEvents { pigeon } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: viewerEvents { __typename } b: viewerEvents { __typename } }", None),
        (f"subscription {{ viewerEvents {{ {'viewer { id } ' * 400}}} }}", "QUERY_TOO_COMPLEX"),
    ],
)
@both_ways
async def test_what_is_no_subscription_is_an_error(
    address: str, way: str, document: str, code: str | None
) -> None:
    ada = await a_member()
    token = await a_token(ada)

    if way == "websocket":
        async with conversing(address) as talk:
            await talk.introduce(token=token)
            await talk.subscribe(query=document)
            message = await talk.hear()
            await talk.subscribe()
            await talk.synchronize()
        assert message["type"] == "error"
        error = message["payload"][0]
    else:
        async with streaming(address, token, query=document) as stream:
            answer = await stream.answer()
            assert (await stream.hear())["event"] == "complete"
        assert answer.keys() == {"errors"}
        error = answer["errors"][0]

    assert error["extensions"]["code"] == (code or "GRAPHQL_VALIDATION_FAILED")
    assert await SignIn.valid_among([(await SignIn.get(member=ada)).id])


@pytest.mark.parametrize("accept", [JSON, f"{JSON}, {EVENTS}", f"{EVENTS};q=0.9, {JSON}", "*/*"])
async def test_answers_are_streamed_only_to_those_who_like_that_best(
    address: str, accept: str
) -> None:
    async with httpx.AsyncClient(base_url=f"http://{address}") as http:
        headers = {"Accept": accept}
        query = await http.post("/graphql", json={"query": "{ viewer { id } }"}, headers=headers)
        follow = await http.post("/graphql", json={"query": FOLLOW}, headers=headers)

    assert query.json()["data"] == {"viewer": None}
    assert follow.status_code == 406
    assert EVENTS in follow.json()["errors"][0]["message"]


async def test_an_event_stream_may_be_opened_by_its_address(address: str) -> None:
    ada = await a_member()
    known, missed = await something_happens(ada, 2)
    document = f'subscription {{ viewerEvents(after: "{known}") {{ event {{ id }} }} }}'
    headers = {**DEAREST, "Cookie": f"sign-in={await a_token(ada)}"}

    async with (
        httpx.AsyncClient(base_url=f"http://{address}") as http,
        http.stream("GET", "/graphql", params={"query": document}, headers=headers) as response,
    ):
        update = await Stream(response.aiter_lines()).event()

    assert update["event"]["id"] == missed
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"


async def test_a_subscription_that_is_completed_is_over(address: str) -> None:
    ada = await a_member()
    [known] = await something_happens(ada)

    async with following(address, await a_token(ada), known) as talk:
        await talk.say(id="1", type="complete")
        await talk.synchronize()
        [missed] = await something_happens(ada)
        await talk.subscribe("1", after=missed)
        [later] = await something_happens(ada)

        assert await talk.events(1) == [later]


async def test_several_subscriptions_share_a_websocket(address: str) -> None:
    ada = await a_member()
    [known] = await something_happens(ada)

    async with following(address, await a_token(ada), known) as talk:
        await talk.subscribe("2", after=known)
        [happened] = await something_happens(ada)
        heard = [await talk.hear(), await talk.hear()]

    assert {it["id"] for it in heard} == {"1", "2"}
    assert {it["payload"]["data"]["viewerEvents"]["event"]["id"] for it in heard} == {happened}


async def test_a_websocket_has_ten_subscriptions_at_most(address: str) -> None:
    ada = await a_member()

    async with conversing(address) as talk:
        await talk.introduce(token=await a_token(ada))
        for n in range(11):
            await talk.subscribe(f"{n}")
        refused = await talk.hear()
        await talk.say(id="0", type="complete")
        await talk.subscribe("10")
        await talk.synchronize()

    assert (refused["type"], refused["id"]) == ("error", "10")
    assert refused["payload"][0]["extensions"] == {"code": "FORBIDDEN"}


async def test_a_member_has_ten_connections_at_most(address: str) -> None:
    ada, grace = await a_member(), await a_member()
    token = await a_token(ada)

    async with AsyncExitStack() as connections:
        for _ in range(10):
            await connections.enter_async_context(streaming(address, token))
        async with conversing(address) as talk:
            await talk.say(type="connection_init", payload={"token": token})
            closing = await talk.closing()
        async with conversing(address) as talk:
            await talk.introduce(token=await a_token(grace))
    async with streaming(address, token):
        pass

    assert closing == (4403, "A member has at most 10 connections at once.")


async def test_a_server_that_stops_does_not_wait_for_those_who_follow(database_url: str) -> None:
    async with AsyncExitStack() as connections:
        async with asyncio.timeout(10), serving(database_url) as address:
            token = await a_token(await a_member())
            talk = await connections.enter_async_context(following(address, token))
            stream = await connections.enter_async_context(streaming(address, token))
            await talk.synchronize()

        assert (await talk.closing())[0] == 1012
        with pytest.raises(EOFError):
            await stream.hear()
