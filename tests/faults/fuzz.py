"""Spoilt requests, thousands of them: each is answered in good order, whatever it says.

`python -m tests.faults.fuzz --seed 1 --bodies 20000` sends them to the application as a member, and
prints what came of it. Every body follows from the seed and its number.
"""

import argparse
import asyncio
import json
import logging
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, process_time
from typing import Any
from urllib.parse import quote_from_bytes

import httpx

from models import Event, Member, MentoringRequest, Topic
from models.database import connect, disconnect, migrate
from tests.client import Api, served
from tests.factories import a_mentee, a_mentor, a_relationship, a_request, a_token
from tests.faults import spoiling
from tests.faults.operations import performed

PATIENCE = 10  # seconds
LEAKS = re.compile(
    r'Traceback|site-packages|object at 0x|(?<!Syntax )Error:|File "|/tmp/|/usr/|/home/|__class__'
    r"|INTERNAL_SERVER_ERROR|asyncpg|tortoise|aiosqlite|sqlite3|NoneType"
)
HEADERS = {
    "Accept": ("*/*", "image/png", "application/graphql-response+json", "a;q=x", ";;,,", "*"),
    "Authorization": ("", "Bearer", "Bearer mt_unknown", "Basic eDp4", "bearer \xff"),
    "Content-Type": ("", "text/plain", "application/json;charset=utf-7", "application/json;;"),
    "Cookie": ("sign-in=mt_unknown", "sign-in=", "=;=;", 'sign-in="\\377"', "sign-in=\xff"),
    "Origin": ("null", "https://evil.test", "http://test", "://", "\xff"),
    "Sec-Fetch-Site": ("same-origin", "cross-site", "none", "x"),
    "User-Agent": ("", "x" * 5_000, "\xff\xfe"),
    "X-Forwarded-For": ("", "::1", "300.1.1.1", "x" * 500),
}
FOLLOWED_BY_A_NEW_SIGN_IN = 50  # requests: some of them sign out


class Trouble(AssertionError):
    """An answer that is not in order."""


@dataclass
class Program:
    """A small program, and the words in bodies that stand for ids of it."""

    api: Api
    mia: Member
    ids: dict[bytes, bytes]


@dataclass
class Tally:
    """What came of the requests so far."""

    statuses: Counter[int] = field(default_factory=Counter)
    worst: tuple[float, int] = (0.0, 0)  # seconds of CPU, and of which request

    def __str__(self) -> str:
        counted = ", ".join(f"{status}: {n:,}" for status, n in sorted(self.statuses.items()))
        seconds, number = self.worst
        return f"{counted}; at most {seconds * 1000:.0f} ms of CPU, for number {number:,}"


class Log(logging.Handler):
    """Errors that were logged since somebody last looked."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter("%(name)s: %(message)s").format(record))


async def fuzz(program: Program, seed: int, numbers: range) -> Tally:
    """Send the bodies of these numbers. Raises Trouble with all that is needed to repeat it."""
    tally, log = Tally(), Log()
    signal.signal(signal.SIGALRM, _wake)
    logging.getLogger().addHandler(log)
    try:
        token = ""
        for number in numbers:
            if not token or number % FOLLOWED_BY_A_NEW_SIGN_IN == 0:
                token = await a_token(program.mia)
            asked = _request(program, Random(f"{seed} {number}"), token)
            try:
                await _send(program, asked, number, tally)
                if log.lines:
                    raise Trouble(f"logged {log.lines}")
            except Trouble as trouble:
                again = f"python -m tests.faults.fuzz --seed {seed} --only {number}"
                raise Trouble(f"{trouble}\n{_told(asked)}\nAgain: {again}") from trouble
    finally:
        logging.getLogger().removeHandler(log)
    return tally


def _request(program: Program, dice: Random, token: str) -> httpx.Request:
    content = spoiling.body(dice)
    for word, id in program.ids.items():
        content = content.replace(word, id)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    if dice.random() < 0.15:
        for name in dice.sample(sorted(HEADERS), k=2):
            headers[name] = dice.choice(HEADERS[name])
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    if dice.random() < 0.1:
        url = f"http://test/graphql?{_in_url(content)}"
        return httpx.Request("GET", url, headers=raw)
    return httpx.Request("POST", "http://test/graphql", headers=raw, content=content)


def _in_url(content: bytes) -> str:
    """The parameters as they stand in an address; what is no object any more is all of the query."""
    try:
        asked = json.loads(content)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        return f"query={quote_from_bytes(content[:15_000])}"
    return "&".join(f"{quote_from_bytes(_bytes(k))}={_of(v)}" for k, v in asked.items())[:60_000]


def _of(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return quote_from_bytes(_bytes(text)[:15_000])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


async def _send(program: Program, asked: httpx.Request, number: int, tally: Tally) -> None:
    begun, cpu = monotonic(), process_time()
    try:
        async with asyncio.timeout(PATIENCE):
            signal.alarm(PATIENCE + 1)
            response = await program.api.http.send(asked)
    except TimeoutError:
        raise Trouble(f"not answered within {PATIENCE} seconds") from None
    except Exception as crash:
        raise Trouble(f"crashed: {crash!r}") from crash
    finally:
        signal.alarm(0)
    tally.worst = max(tally.worst, (process_time() - cpu, number))
    tally.statuses[response.status_code] += 1
    if monotonic() - begun > PATIENCE:
        raise Trouble(f"answered after more than {PATIENCE} seconds")
    _check(response)


def _wake(*_: object) -> None:
    """Interrupt what does not let anything else run, and so no timeout either."""
    raise Trouble("busy for too long")


def _check(response: httpx.Response) -> None:
    told = f"{response.status_code}: {response.text[:2_000]}"
    if response.status_code >= 500:
        raise Trouble(f"failed with {told}")
    if not _is_graphql(response):
        raise Trouble(f"not GraphQL: {told}")
    leak = LEAKS.search(response.text)
    if leak:
        raise Trouble(f"says “{leak[0]}”: {told}")


def _is_graphql(response: httpx.Response) -> bool:
    try:
        answer = response.json()
    except ValueError:
        return False
    if not isinstance(answer, dict) or not answer.keys() <= {"data", "errors", "extensions"}:
        return False
    errors = answer.get("errors", [])
    has_codes = all(it["message"] and it["extensions"]["code"] for it in errors)
    return has_codes and bool(errors or answer.get("data") is not None)


def _told(asked: httpx.Request) -> str:
    headers = [it for it in asked.headers.raw if it[0].lower() != b"authorization"]
    return f"{asked.method} {asked.url.raw_path!r}\n{headers}\n{asked.content!r}"


async def a_program(api: Api) -> Program:
    """A mentee with a relationship, and with requests in both directions."""
    mia, mentor = await a_mentee(person={"username": "mia"}), await a_mentor()
    relationship = await a_relationship(mentee=mia)
    await a_request(sender=mia, recipient=await a_mentor())
    await performed(mentor.member, "request", enrollmentId=mia.id, message="May I?")
    [topics] = await Topic.chosen("enrollment_topic", "enrollment_id", [mia.id])
    ids = {
        b"ENROLLMENT": (await a_mentor()).id,
        b"REQUEST": (await MentoringRequest.get(recipient_id=mia.member_id)).id,
        b"RELATIONSHIP": relationship.id,
        b"EVENT": (await Event.filter(reader_id=mia.member_id).order_by("id"))[0].id,
        b"TOPIC": topics[0].id,
    }
    return Program(api, mia.member, {word: id.encode() for word, id in ids.items()})


@asynccontextmanager
async def new_program() -> AsyncIterator[Program]:
    """The API on a small program of its own, with budgets that nobody exhausts."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{Path(folder) / 'fuzz.db'}"
        await asyncio.to_thread(lambda: asyncio.run(migrate(url)))
        await connect(url)
        rich = dict.fromkeys(("COST_BURST", "ADDRESS_COST_BURST"), "1000000000")
        try:
            async with served(PICTURES=folder, MAIL_FOLDER=folder, **rich) as api:
                yield await a_program(api)
        finally:
            await disconnect()


async def main() -> None:
    """Send as many as one likes, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.fuzz")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bodies", type=int, default=20_000, help="how many")
    parser.add_argument("--only", type=int, help="the number of the one to repeat")
    given = parser.parse_args()
    only = given.only
    numbers = range(given.bodies) if only is None else range(only, only + 1)
    try:
        async with new_program() as program:
            tally = await fuzz(program, given.seed, numbers)
    except Trouble as trouble:
        sys.exit(f"Seed {given.seed}: {trouble}")
    print(f"Seed {given.seed}, {len(numbers):,} bodies: {tally}")


if __name__ == "__main__":
    asyncio.run(main())
