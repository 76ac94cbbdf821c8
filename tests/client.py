"""Asking the API over HTTP, as a client does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette

import settings
from main import application
from models import Enrollment, Member
from tests.factories import a_token
from tests.server import A_KEY
from tests.unchanged import everything


@dataclass
class Api:
    """The application behind HTTP, without a socket."""

    http: httpx.AsyncClient
    app: Starlette

    async def __call__(
        self, document: str, *, as_: Member | Enrollment | None = None, **variables: Any
    ) -> dict[str, Any]:
        """The data that a document leads to. Fails the test if the answer has errors."""
        answer = await self.answer(document, as_=as_, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def answer(
        self, document: str, *, as_: Member | Enrollment | None = None, **variables: Any
    ) -> dict[str, Any]:
        """The whole answer, with its errors if there are any."""
        response = await self.http.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers=await self._headers(as_),
        )
        answer: dict[str, Any] = response.json()
        return answer

    async def bytes_of(
        self, document: str, *, as_: Member | Enrollment | None = None, **variables: Any
    ) -> bytes:
        """The answer byte for byte, without what is left of the budget, which comes back all the time."""
        response = await self.http.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers=await self._headers(as_),
        )
        assert response.status_code == 200
        assert "errors" not in response.json(), response.json()["errors"]
        return response.content.partition(b',"extensions"')[0]

    async def does(
        self, document: str, *, as_: Member | Enrollment | None = None, **input: Any
    ) -> dict[str, Any]:
        """What a mutation leads to. Fails the test if it is refused."""
        [payload] = (await self(document, as_=as_, input=input)).values()
        assert payload["errors"] == []
        return payload

    async def refused(
        self, document: str, *, as_: Member | Enrollment | None = None, **input: Any
    ) -> list[dict[str, Any]]:
        """Why a mutation is refused. Fails the test if it is not, or if anything changes."""
        before = await everything()
        [payload] = (await self(document, as_=as_, input=input)).values()
        assert await everything() == before
        assert not any(it for name, it in payload.items() if name not in ("errors", "query"))
        assert all(it["message"] for it in payload["errors"])
        return payload["errors"]

    async def _headers(self, as_: Member | Enrollment | None) -> dict[str, str]:
        member = as_.member if isinstance(as_, Enrollment) else as_
        return {"Authorization": f"Bearer {await a_token(member)}"} if member else {}


@asynccontextmanager
async def served(address: str = "192.0.2.1", **environment: str) -> AsyncIterator[Api]:
    """The API with these settings, asked from an address, on the database that is connected."""
    app = application(settings.read({"WORKER": "no", "SECRET_KEY": A_KEY, **environment}))
    transport = httpx.ASGITransport(app, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        yield Api(http, app)
