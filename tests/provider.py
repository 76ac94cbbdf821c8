"""An OpenID provider over real HTTP, which can be told to lie, to be slow, and not to answer."""

import asyncio
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.ports import free_port

CLIENT, SECRET = "mentor-match", "a secret of the provider & us"
_KEY = RSAKey.generate_key(2048, {"kid": "1"})
_OTHER = RSAKey.generate_key(2048, {"kid": "1"})


@dataclass
class Provider:
    """Says of everybody who comes that they are `subject`, unless told otherwise."""

    issuer: str
    subject: str = "248289761001"
    name: str = "Ada Byron"
    says: dict[str, Any] = field(default_factory=dict)  # claims that are otherwise
    about: dict[str, Any] = field(default_factory=dict)  # of itself, otherwise
    algorithm: str = "RS256"
    key: Any = field(default_factory=lambda: _KEY)
    is_down: bool = False
    is_silent: bool = False  # takes what it is asked, and never answers
    asked: list[dict[str, str]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def forges(self) -> None:
        """Signs with a key that is not its own."""
        self.key = _OTHER

    def signs_with_what_all_know(self) -> None:
        """HS256, with its public key as the secret."""
        self.algorithm = "HS256"

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self._alive(self._configuration)),
            Route("/keys", self._alive(self._keys)),
            Route("/authorize", self._alive(self._authorize)),
            Route("/token", self._alive(self._token), methods=["POST"]),
        ]

    def _alive(self, handler: Any) -> Any:
        async def answer(request: Request) -> Response:
            if self.is_silent:
                await asyncio.Event().wait()
            if self.is_down:
                return Response(status_code=503)
            response: Response = await handler(request)
            return response

        return answer

    async def _configuration(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                **self.about,
            }
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([_KEY]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        code = f"code-{len(self.asked)}"
        self._codes[code] = asked
        given = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(given)}", 302)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self._codes.pop(form["code"], None)
        is_fine = (
            asked
            and asked["code_challenge"] == create_s256_code_challenge(form["code_verifier"])
            and asked["redirect_uri"] == form["redirect_uri"]
            and request.headers["authorization"].startswith("Basic ")
        )
        if not (asked and is_fine):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"token_type": "Bearer", "access_token": "x", "id_token": self._id(asked)}
        )

    def _id(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "sub": self.subject,
            "name": self.name,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **self.says,
        }
        header = {"alg": self.algorithm, "kid": "1"}
        if self.algorithm == "RS256":
            return jwt.encode(header, claims, self.key)
        # By hand, because no library does this any more.
        signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
        mac = hmac.digest(_KEY.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{_encoded(mac) if self.algorithm == 'HS256' else ''}"


def _encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


@asynccontextmanager
async def providing() -> AsyncIterator[Provider]:
    """A provider that listens on this machine."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}")
    app = Starlette(routes=provider.routes())
    config = uvicorn.Config(
        app, port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done(), "the provider does not start"
        await asyncio.sleep(0.01)
    try:
        yield provider
    finally:
        server.should_exit = True
        await running
