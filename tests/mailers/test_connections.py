"""Connections to the mail server are used again, but never with anything left of the last message."""

import asyncio

import pytest

from mailers import connections, smtp
from mailers.delivery import NotDelivered, OutOfOrder, TryLater, Undeliverable
from mailers.smtp import MailServer
from tests.mailers.server import MailHost, listening
from tests.mailers.test_delivery import SENDER, an_email, deliver_by


def a_server(host: MailHost) -> MailServer:
    return MailServer(host.url, SENDER)


async def test_one_connection_takes_many_messages() -> None:
    async with listening(MailHost()) as host:
        await deliver_by(a_server(host), *[an_email(id=f"eml_{n}") for n in range(5)])

    assert len(host.taken) == 5
    assert host.connections == 1
    assert host.open == 0


async def test_there_are_no_more_connections_than_agreed() -> None:
    async with listening(MailHost()) as host:
        server = a_server(host)

        await asyncio.gather(*[server.deliver(an_email(id=f"eml_{n}")) for n in range(20)])
        await server.close()

    assert len(host.taken) == 20
    assert host.connections == connections.MOST


async def test_a_connection_is_given_up_after_so_many_messages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "MOST_MESSAGES", 2)

    async with listening(MailHost()) as host:
        await deliver_by(a_server(host), *[an_email(id=f"eml_{n}") for n in range(5)])

    assert host.connections == 3


@pytest.mark.parametrize("limit", ["LONGEST_LIFE", "LONGEST_IDLE"])
async def test_connections_that_are_old_or_idle_are_closed(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(MailHost()) as host:
        server = a_server(host)
        await server.deliver(an_email())
        await server.rest()
        assert host.open == 1

        monkeypatch.setattr(connections, limit, 0)
        await server.rest()

        assert host.open == 0


async def test_nothing_is_left_of_a_message_that_was_refused() -> None:
    async with listening(MailHost(recipient="550 5.1.1 unknown")) as host:
        server = a_server(host)
        with pytest.raises(Undeliverable):
            await server.deliver(an_email(address="nobody@example.org"))

        host.recipient = "250 OK"
        await deliver_by(server, an_email())

    [taken] = host.taken
    assert taken.rcpt_tos == ["ada@example.org"]
    assert host.connections == 1


async def test_a_connection_that_the_server_has_closed_meanwhile_is_no_fault_of_anybody() -> None:
    async with listening(MailHost()) as host:
        server = a_server(host)
        await server.deliver(an_email())
        host.hang_up()

        await deliver_by(server, an_email())

    assert len(host.taken) == 2


@pytest.mark.parametrize(
    ("answer", "outcome"), [("hang up", TryLater), ("421 closing", OutOfOrder), ("hello", TryLater)]
)
async def test_a_connection_in_an_unknown_state_is_thrown_away(
    answer: str, outcome: type[NotDelivered]
) -> None:
    async with listening(MailHost(message=answer)) as host:
        server = a_server(host)
        with pytest.raises(outcome):
            await server.deliver(an_email())

        host.message = "250 OK"
        await deliver_by(server, an_email())

    assert len(host.taken) == 1
    assert host.connections == 2


async def test_an_answer_too_many_is_not_taken_for_that_to_the_next_message() -> None:
    async with listening(MailHost(message="250 OK\r\n250 OK again")) as host:
        server = a_server(host)
        await server.deliver(an_email())

        host.message, host.recipient = "250 OK", "550 5.1.1 unknown"
        with pytest.raises(Undeliverable):
            await deliver_by(server, an_email())

    assert host.connections == 2


async def test_a_connection_is_thrown_away_when_sending_is_cancelled() -> None:
    async with listening(MailHost()) as host:
        server = a_server(host)
        host.stalls = True
        sending = asyncio.create_task(server.deliver(an_email()))
        await host.is_stalling.wait()

        sending.cancel()
        await asyncio.wait([sending])
        host.stalls = False
        await deliver_by(server, an_email())

    assert host.connections == 2


async def test_a_server_that_says_nothing_leaves_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "LONGEST_SEND", 0.05)

    async with listening(MailHost(stalls=True)) as host:
        with pytest.raises(TryLater) as doubt:
            await deliver_by(a_server(host), an_email())

    assert doubt.value.is_in_doubt
    assert host.open == 0
