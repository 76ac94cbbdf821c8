"""The association's OpenID provider, which says who somebody is: OpenID Connect with a code, PKCE and a nonce.

Whatever it says is believed only after what OpenID Connect Core 3.1.3.7 asks for.
"""

import hashlib
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, NamedTuple, Self
from urllib.parse import quote_plus, urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from settings import Settings

PATIENCE = 5.0  # seconds for each answer of the provider
KNOWN_FOR = 3600.0  # seconds, for what it says of itself
SKEW = 60  # seconds, by which its clock may be wrong
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]  # with keys that only it has


class Unreachable(Exception):
    """The provider does not answer, or not in time."""


class Unproven(Exception):
    """What the provider says is not to be believed; the message says why, for the log."""


class Identity(NamedTuple):
    """Somebody at a provider. The name is for them to see who they are there, and for nothing else."""

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True)
class Proofs:
    """What one way to the provider and back is known by; all of it follows from one secret."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, secret: str) -> Self:
        """They are kept nowhere: whoever reads our database can go on with nobody's way."""
        return cls(*(_derived(it, secret) for it in ("state", "nonce", "verifier")))


@dataclass
class _About:
    """What the provider says of itself, and its keys."""

    endpoints: dict[str, Any]
    keys: KeySet
    known_at: float


class IdentityProvider:
    """The provider of the settings; what it says of itself is kept for an hour."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer or ""
        self._client_id, self._secret = settings.oidc_client_id or "", settings.oidc_secret
        self._return_to = f"{settings.public_url}/sign-in/callback"
        self._about: _About | None = None

    async def address(self, proofs: Proofs) -> str:
        """Where somebody proves who they are. Raises Unreachable, Unproven."""
        about = await self._known()
        endpoint = about.endpoints["authorization_endpoint"]
        asked = {
            "response_type": "code",
            "scope": "openid profile",
            "client_id": self._client_id,
            "redirect_uri": self._return_to,
            "state": proofs.state,
            "nonce": proofs.nonce,
            "code_challenge": create_s256_code_challenge(proofs.verifier),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def identity(self, code: str, proofs: Proofs) -> Identity:
        """Who came back with a code. Raises Unreachable, Unproven."""
        about = await self._known()
        try:
            tokens = await self._exchanged(about.endpoints["token_endpoint"], code, proofs.verifier)
        except httpx.HTTPError as trouble:
            raise Unreachable from trouble
        return await self._read(tokens, proofs)

    async def _exchanged(self, endpoint: str, code: str, verifier: str) -> dict[str, Any]:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._return_to,
            "code_verifier": verifier,
        }
        proof = None
        if self._secret:  # of ours; RFC 6749, 2.3.1
            proof = httpx.BasicAuth(quote_plus(self._client_id), quote_plus(self._secret))
        else:
            asked["client_id"] = self._client_id
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            answer = await http.post(endpoint, data=asked, auth=proof or httpx.USE_CLIENT_DEFAULT)
        if answer.status_code >= 500:
            answer.raise_for_status()
        try:
            tokens = answer.json()
        except ValueError:
            tokens = None
        if answer.status_code != 200 or not isinstance(tokens, dict):
            raise Unproven(f"the code was refused with status {answer.status_code}")
        return tokens

    async def _read(self, tokens: dict[str, Any], proofs: Proofs) -> Identity:
        try:
            claims = await self._claims(str(tokens.get("id_token", "")), tokens, proofs)
        except (JoseError, ValueError, KeyError, TypeError) as wrong:
            # The sentence of some holds what is wrong, which is somebody's.
            raise Unproven(f"the ID token is not valid: {type(wrong).__name__}") from None
        subject = claims["sub"]
        if not (isinstance(subject, str) and 0 < len(subject) <= 255):
            raise Unproven("the subject is none")
        name = claims.get("name") or claims.get("preferred_username") or ""
        return Identity(self.issuer, subject, str(name)[:120])

    async def _claims(self, token: str, tokens: dict[str, Any], proofs: Proofs) -> CodeIDToken:
        about = await self._known()
        try:
            signed = jwt.decode(token, about.keys, algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # It may have new keys. An answer to our own question is no way to have us ask without end.
            about = await self._known(anew=True)
            signed = jwt.decode(token, about.keys, algorithms=_ALGORITHMS)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._client_id},
            },
            params={
                "nonce": proofs.nonce,
                "client_id": self._client_id,
                "access_token": tokens.get("access_token"),
            },
        )
        claims.validate(leeway=SKEW)
        return claims

    async def _known(self, *, anew: bool = False) -> _About:
        known = self._about
        if known and not anew and time.monotonic() - known.known_at < KNOWN_FOR:
            return known
        self._about = await self._asked()
        return self._about

    async def _asked(self) -> _About:
        at = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            async with httpx.AsyncClient(timeout=PATIENCE) as http:
                endpoints = (await http.get(at)).raise_for_status().json()
                self._check(endpoints)
                keys = (await http.get(endpoints["jwks_uri"])).raise_for_status().json()
        except httpx.HTTPError as trouble:
            raise Unreachable from trouble
        except (ValueError, KeyError, TypeError):
            raise Unreachable from None
        try:
            return _About(endpoints, KeySet.import_key_set(keys), time.monotonic())
        except (JoseError, ValueError, KeyError, TypeError):
            raise Unreachable from None

    def _check(self, endpoints: dict[str, Any]) -> None:
        """Raises Unproven for what another provider says, or what would be asked without encryption."""
        if endpoints["issuer"] != self.issuer:
            raise Unproven("the provider says that it is another one")
        scheme = self.issuer.partition("://")[0]
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not str(endpoints[name]).startswith(f"{scheme}://"):
                raise Unproven(f"{name} is not at {scheme}://")


def _derived(purpose: str, secret: str) -> str:
    digest = hashlib.sha256(f"{purpose} {secret}".encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
