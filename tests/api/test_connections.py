"""Connections that nobody uses are not kept: there are only so many of them."""

import asyncio
import select
import socket
from pathlib import Path

import pytest

from schema import body, connection
from tests.live import PATIENCE, serving

HEAD = b"POST /graphql HTTP/1.1\r\nHost: here\r\n"
BODY = HEAD + b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
GRAPHIQL = b"GET /graphiql/assets/graphiql.min.js HTTP/1.1\r\nHost: here\r\n\r\n"
QUERY = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: here\r\n\r\n"


async def heard(address: str, *said: bytes) -> bytes:
    """What the server says until it closes the connection; each thing is said after an answer."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    async with asyncio.timeout(PATIENCE):
        writer.write(said[0])
        answer = b""
        for further in said[1:]:
            answer += await reader.readuntil(b"}}}")
            writer.write(further)
        answer += await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("said", [b"", b"\r\n", HEAD], ids=["nothing", "a blank line", "half"])
async def test_a_request_that_does_not_come_is_not_waited_for(
    database_url: str, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "INTRODUCTION", 0.05)

    async with serving(database_url) as address:
        assert await heard(address, said) == b""


async def test_nor_is_another_one_that_only_begins(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "INTRODUCTION", 0.05)

    async with serving(database_url) as address:
        answer = await heard(address, QUERY, b"G")

    assert answer.startswith(b"HTTP/1.1 200")


async def test_a_body_that_does_not_come_is_not_waited_for(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(body.body_of.__kwdefaults__, "patience", 0.05)

    async with serving(database_url) as address:
        answer = await heard(address, BODY)

    assert answer.startswith(b"HTTP/1.1 408")


async def test_one_who_takes_nothing_of_its_answers_is_cut_off(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.05)

    async with serving(database_url) as address:
        await heard(address, QUERY)
        with client_of(address) as client:
            client.sendall(GRAPHIQL * 20)  # more than fits into what is on the way
            await asyncio.to_thread(select.select, [client], [], [], PATIENCE)
            open_now = descriptors()

            async with asyncio.timeout(PATIENCE):
                await fewer_than(open_now)


async def fewer_than(open_now: int) -> None:
    while True:
        if descriptors() < open_now:
            return
        await asyncio.sleep(0.01)


def descriptors() -> int:
    """How many files and connections are open here, where the server is, too."""
    return len(list(Path("/proc/self/fd").iterdir()))


def client_of(address: str) -> socket.socket:
    """One for whom hardly anything can be kept on the way."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    host, _, port = address.partition(":")
    client.connect((host, int(port)))
    return client
