"""A DNS server on this machine that says what a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@dataclass
class NameServer:
    """Records by name and kind, such as `{("association.club", "MX"): ["10 mx.association.club."]}`."""

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    is_failing: bool = False
    is_silent: bool = False
    port: int = 0

    def answer(self, question: bytes) -> bytes | None:
        """What is sent back; None is nothing."""
        asked = dns.message.from_wire(question)
        answer = dns.message.make_response(asked)
        [wanted] = asked.question
        name, kind = wanted.name.to_text(omit_final_dot=True).lower(), wanted.rdtype.name
        if self.is_silent:
            return None
        if self.is_failing:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found := self.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(wanted.name, 300, "IN", kind, *found))
        elif not any(it == name or it.endswith(f".{name}") for it, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        answer.flags |= dns.flags.RA
        return answer.to_wire()


class _Answering(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if answer := self._server.answer(data):
            self._transport.sendto(answer, addr)


@asynccontextmanager
async def answering(server: NameServer) -> AsyncIterator[NameServer]:
    """The server, on a port of its own while it is needed."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Answering(server), local_addr=("127.0.0.1", 0)
    )
    server.port = transport.get_extra_info("sockname")[1]
    try:
        yield server
    finally:
        transport.close()
