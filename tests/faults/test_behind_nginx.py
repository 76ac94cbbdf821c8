"""`deploy/nginx.conf` at work: TLS, cookies, addresses, live updates, and a server that stops behind it."""

import asyncio
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import websockets

from models import Member, password
from models.database import rows
from tests.factories import a_member, a_token
from tests.live import something_happens
from tests.ports import free_port
from tests.server import ROOT, Server, running

HOST = "mentoring.example.org"
SIGN_IN = "mutation($i: SignInInput!) { signIn(input: $i) { token errors { code } } }"
FOLLOW = "subscription { viewerEvents { event { id } } }"
NGINX = os.environ.get("TEST_NGINX") or shutil.which("nginx") or ""

pytestmark = pytest.mark.skipif(not NGINX, reason="nginx is not installed; TEST_NGINX may name one")


@dataclass
class Behind:
    """Two servers behind nginx."""

    servers: list[Server]
    port: int

    def client(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"https://127.0.0.1:{self.port}",
            headers={"Host": HOST, **headers},
            verify=_anybody(),
            timeout=20,
        )


@pytest.fixture
async def behind(database: None, database_url: str, tmp_path: Path) -> AsyncIterator[Behind]:
    environment = {
        "DATABASE_URL": database_url,
        "PUBLIC_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "STOP_DELAY": "1",
        "WORKER": "no",
        "PICTURES": str(tmp_path / "pictures"),
    }
    async with running("serve", environment) as first, running("serve", environment) as second:
        port = free_port()
        with _nginx(tmp_path, port, [first, second]):
            yield Behind([first, second], port)


@contextmanager
def _nginx(folder: Path, port: int, servers: list[Server]) -> Iterator[None]:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={HOST}", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    (folder / "nginx.conf").write_text(_configuration(folder, port, servers), encoding="utf-8")
    command = [NGINX, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        while not (folder / "nginx.pid").exists():
            assert process.poll() is None, (folder / "error.log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(10)


def _configuration(folder: Path, port: int, servers: list[Server]) -> str:
    """That of `deploy`, but for ports, places, and the certificate."""
    shipped = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    for shipped_port, server in zip((8001, 8002), servers, strict=True):
        address = server.address.removeprefix("http://")
        shipped = shipped.replace(f"127.0.0.1:{shipped_port}", address)
    for pattern, mine in (
        (r"listen \[::\].*\n", "\n"),
        (r"listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"ssl_certificate .*;", f"ssl_certificate {folder}/cert.pem;"),
        (r"ssl_certificate_key .*;", f"ssl_certificate_key {folder}/key.pem;"),
        (r"/var/log/nginx/\S+log", f"{folder}/access.log"),
    ):
        shipped, number = re.subn(pattern, mine, shipped)
        assert number, pattern
    places = "".join(
        f"{it}_temp_path {folder}/{it};"
        for it in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"pid {folder}/nginx.pid; events {{}} http {{ access_log off; {places}\n{shipped} }}"


def _anybody() -> ssl.SSLContext:
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    return trust


async def test_a_browser_signs_in_and_its_cookie_is_kept_safe(behind: Behind) -> None:
    await a_member(username="ada", password_hash=await password.hashed("a-long-password"))
    asked = {
        "query": SIGN_IN,
        "variables": {"i": {"username": "ada", "password": "a-long-password"}},
    }

    async with behind.client(**{"Sec-Fetch-Site": "same-origin"}) as http:
        response = await http.post("/graphql", json=asked)
        cookie = response.headers["set-cookie"]
        named = {"Cookie": cookie.partition(";")[0]}
        viewer = await http.post("/graphql", json={"query": "{ viewer { id } }"}, headers=named)

    assert cookie.startswith("__Host-sign-in=mt_")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert viewer.json()["data"]["viewer"]["id"]


async def test_the_address_is_that_of_the_client_whatever_it_claims(behind: Behind) -> None:
    claims = {"X-Forwarded-For": "203.0.113.9", "X-Request-ID": "i-am-somebody-else"}

    async with behind.client(**claims) as http:
        response = await http.post("/graphql", json={"query": "{ program { name } }"})

    payers = {it["payer"] for it in await rows("SELECT payer FROM budget")}
    assert payers == {"address 127.0.0.1"}
    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])
    assert response.headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_nobody_outside_looks_at_how_it_is(behind: Behind, path: str) -> None:
    async with behind.client() as http:
        response = await http.get(path)

    assert response.status_code == 404


async def test_live_updates_come_through_both_ways(behind: Behind) -> None:
    ada = await a_member()
    token = await a_token(ada)

    over_socket, over_stream = await asyncio.gather(
        first_over_a_socket(behind, token, ada), first_over_a_stream(behind, token)
    )

    assert over_socket == over_stream


async def first_over_a_socket(behind: Behind, token: str, ada: Member) -> str:
    async with websockets.connect(
        f"wss://{HOST}:{behind.port}/graphql",
        host="127.0.0.1",
        port=behind.port,
        subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]
        ssl=_anybody(),
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": {"token": token}}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        subscribing = {"id": "1", "type": "subscribe", "payload": {"query": FOLLOW}}
        await socket.send(json.dumps(subscribing))
        await socket.send(json.dumps({"type": "ping"}))
        await socket.recv()
        async with telling(ada):
            message = json.loads(await asyncio.wait_for(socket.recv(), 20))
    return str(message["payload"]["data"]["viewerEvents"]["event"]["id"])


@asynccontextmanager
async def telling(ada: Member) -> AsyncIterator[None]:
    """An event, once both listen."""
    await asyncio.sleep(1)
    await something_happens(ada)
    yield


async def first_over_a_stream(behind: Behind, token: str) -> str:
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
    async with (
        behind.client(**headers) as http,
        http.stream("POST", "/graphql", json={"query": FOLLOW}) as response,
    ):
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                told = json.loads(line.removeprefix("data: "))
                return str(told["data"]["viewerEvents"]["event"]["id"])
    raise AssertionError("the stream ended")


async def test_one_server_stops_and_nobody_notices(behind: Behind) -> None:
    stop = asyncio.Event()
    asking = asyncio.create_task(statuses(behind, stop))
    await asyncio.sleep(1)

    behind.servers[0].process.send_signal(signal.SIGTERM)
    await behind.servers[0].process.wait()
    await asyncio.sleep(1)
    stop.set()

    found = await asking
    assert found.count(200) == len(found) > 20


async def statuses(behind: Behind, stop: asyncio.Event) -> list[int]:
    async with behind.client() as http:
        found = []
        while not stop.is_set():
            response = await http.post("/graphql", json={"query": "{ program { name } }"})
            found.append(response.status_code)
            await asyncio.sleep(0.02)
        return found
