"""A probe, the server that it is sent to, and what the answers say."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

JSON = "application/json"
TYPENAME = "{ __typename }"
VIEWER = "{ viewer { email } }"
PROBED = "Probed"  # the headline of whoever a probe has changed
CHANGE = f'mutation {{ updateProfile(input: {{headline: "{PROBED}"}}) {{ errors {{ code }} }} }}'
TWO = f"query one {TYPENAME} {CHANGE.replace('mutation', 'mutation two')}"
HEAD = b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


@dataclass(frozen=True)
class Target:
    """A server, asked over a socket by a stranger or a member."""

    http: httpx.AsyncClient

    async def ask(self, document: str, **more: Any) -> httpx.Response:
        return await self.post(json={"query": document, **more})

    async def post(self, path: str = "/graphql", **request: Any) -> httpx.Response:
        return await self.http.post(path, **request)

    async def body(self, content: bytes, media: str = JSON) -> httpx.Response:
        """The answer to a body of a type."""
        return await self.post(content=content, headers={"Content-Type": media})

    async def open(self, document: str, **headers: str) -> httpx.Response:
        """The answer to a document that stands in the address."""
        return await self.http.get("/graphql", params={"query": document}, headers=headers)

    async def raw(self, request: bytes) -> bytes:
        """What comes back for bytes that no client would send."""
        reader, writer = await asyncio.open_connection(
            self.http.base_url.host, self.http.base_url.port
        )
        writer.write(request)
        try:
            async with asyncio.timeout(10):
                return await reader.read()
        finally:
            writer.close()


Find = Callable[[Target], Awaitable[bool]]


@dataclass(frozen=True)
class Probe:
    """Whether a weak place is there; `intended` says why, where it is meant to be there."""

    find: Find
    intended: str = ""


def answer_of(response: httpx.Response) -> dict[str, Any]:
    """The answer in JSON; nothing where there is none."""
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def data_of(response: httpx.Response) -> dict[str, Any]:
    return answer_of(response).get("data") or {}


def is_out_of_order(response: httpx.Response, *statuses: int) -> bool:
    """Whether it is not a refusal in JSON, with a code, with one of these statuses."""
    codes = [it.get("extensions", {}).get("code") for it in answer_of(response).get("errors", [])]
    return response.status_code not in statuses or not codes or not all(codes)


PROBES: dict[str, Probe] = {}


def probe(name: str, intended: str = "") -> Callable[[Find], Find]:
    """Declare a probe."""

    def declare(find: Find) -> Find:
        PROBES[name] = Probe(find, intended)
        return find

    return declare
