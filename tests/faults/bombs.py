"""Bodies up to 64 kB that are made to keep a server busy.

`python -m tests.faults.bombs` prints what each costs, on a program without anybody in it. Garbage
of before is out of the way: collecting it takes longer than most of these, and is paid by chance.
"""

import asyncio
import gc
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import process_time

from models.database import connect, disconnect, migrate
from tests.client import Api, served


def ladder(levels: int, leaf: str) -> str:
    """An object within an object, so many times."""
    steps = ["member { ", "menteeEnrollment { "] * levels
    return "".join(steps[:levels]) + leaf + " }" * levels


LARGEST = 64 * 1024  # bytes of a body
BAR = 0.050  # seconds of CPU
ROUNDS = 5


def asking(document: str, variables: str = "{}") -> bytes:
    return f'{{"query": {json.dumps(document)}, "variables": {variables}}}'.encode()


def filled(text: str, before: str = "{ ", after: str = " }", most: int = LARGEST - 100) -> str:
    """The text as often as it goes into a body, with a number in the place of its `#`."""
    number = (most - len(before + after)) // (len(text) + 5 * ("#" in text))
    return before + "".join(text.replace("#", str(it)) for it in range(number)) + after


def doubling(levels: int, leaf: str = "__typename") -> str:
    """Fragments that unfold to 2 to the power of the levels."""
    each = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(levels))
    return f"{{ ...F0 }} {each} fragment F{levels} on Query {{ {leaf} }}"


def meeting(number: int, levels: int = 9) -> str:
    """So many fragments, all of which select the same, deep down."""
    deep = f"viewer {{ {ladder(levels, 'id')} }}"
    each = "".join(f"fragment F{n} on Query {{ {deep} }} " for n in range(number))
    return f"{{ {' '.join(f'...F{n}' for n in range(number))} }} {each}"


def chained(levels: int, leaves: int) -> str:
    """Fragments one within the other, and a document that begins with each of them."""
    each = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }} " for n in range(levels))
    leaf = " ".join(["__typename"] * leaves)
    spread = " ".join(f"...F{n}" for n in range(levels))
    return f"{{ {spread} }} {each} fragment F{levels} on Query {{ {leaf} }}"


CONNECTION = "mentors(first: 100) { nodes { id } }"
OF_N = "query($n: Int) { mentors(first: $n) { nodes { id } } }"
OF_IDS = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
PREFERENCES = (
    "mutation($input: UpdateNotificationPreferencesInput!)"
    " { updateNotificationPreferences(input: $input) { errors { code } } }"
)
NESTED_INPUT = '{"a":' * 500 + "1" + "}" * 500

BOMBS = {
    # JSON
    "lists in JSON": b"[" * LARGEST,
    "objects in JSON": b'{"a":' * (LARGEST // 5),
    "a number of 60,000 digits": b'{"query": ' + b"9" * 60_000 + b"}",
    "a fraction of 60,000 digits": b'{"query": 0.' + b"9" * 60_000 + b"}",
    "an exponent of 60,000 digits": b'{"query": 1e' + b"9" * 60_000 + b"}",
    "no UTF-8": b'{"query": "' + b"\xff" * 60_000 + b'"}',
    "one key many times": b'{"query": "{ __typename }"' + b', "a": 1' * 7_500 + b"}",
    "many keys": asking("{ __typename }", filled('"k#":0,', "{", '"z":0}')),
    "escapes": b'{"query": "' + b"\\u0020" * 10_000 + b'"}',
    # Tokens
    "remarks": asking("#\n" * 20_000 + "{ __typename }"),
    "commas": asking(filled(",", "{ __typename ", "}")),
    "a long name": asking(filled("a")),
    "a long text": asking(filled("a", '{ node(id: "', '") { id } }')),
    "a long block": asking(filled("\n ", '{ node(id: """', '""") { id } }', 30_000)),
    "a text without end": asking(filled("a", '{ node(id: "', "")),
    "a number in the document": asking(filled("9", "{ mentors(first: ", ") { totalCount } }")),
    "lists in the document": asking(filled("[", "{ nodes(ids: ", "")),
    "lists in the document, within the tokens": asking(
        "{ nodes(ids: " + "[" * 450 + "]" * 450 + ") { id } }"
    ),
    "objects in the document": asking(filled("{a:", "{ mentors(filter: ", "")),
    "objects within the tokens": asking(
        "{ mentors(filter: " + "{a:" * 240 + "1" + "}" * 240 + ") { totalCount } }"
    ),
    "lists in a type": asking(filled("[", "query($it: ", "")),
    "selections without end": asking(filled("{a", "", "")),
    "selections within the tokens": asking("{ viewer " * 330 + "}" * 330),
    # Size
    "fields": asking(filled("viewer { id } ")),
    "100,000 aliases": asking(filled("a#:id ")),
    "aliases within the tokens": asking(filled("a#:id ", most=2_200)),
    "unknown fields": asking(filled("nothing# ", most=10_000)),
    "unknown fields within the limits": asking(filled("nothing# ", most=6_000)),
    "directives": asking(filled("@skip(if: true) ", "{ viewer ", "{ id } }")),
    "unknown directives": asking(filled("...@d#{id} ", most=2_000)),
    "variables": asking(filled("$v#: ID ", "query(", ") { __typename }", 5_000)),
    "unknown variables": asking(filled("node(id: $v#) { id } ", most=2_500)),
    "unknown types": asking(filled("...on T#{ id } ", most=4_000)),
    "operations": asking(filled("query q#{ __typename } ", "", "", 5_000)),
    "unused fragments": asking(filled("fragment F# on Query { id } ", "{ id }", "", 5_000)),
    "root mutations": asking(filled("signOut(input: {}) { endedSignInIds } ", "mutation { ")),
    # Fields that meet, which validation compares
    "one field many times": asking("{ " + "__typename " * 990 + "}"),
    "one object many times": asking("{ " + "viewer { id } " * 240 + "}"),
    "one object ten times, deep down": asking(
        "{ " + f"viewer {{ {ladder(10, 'id')} }} " * 10 + "}"
    ),
    "one object ten times, deeper": asking("{ " + f"viewer {{ {ladder(28, 'id')} }} " * 10 + "}"),
    "fragments that meet": asking(meeting(10)),
    "fragments that meet deeper down": asking(meeting(10, 25)),
    "more fragments that meet": asking(meeting(40)),
    "fragments that meet in pairs": asking(
        filled(
            "fragment F# on Query { ...F0 ...F1 ...F2 ...F3 __typename } ", "{ ...F0 }", "", 3_000
        )
    ),
    "different arguments": asking(filled('a: node(id: "#") { id } ', most=2_500)),
    # Fragments
    **{f"fragments that double {it} times": asking(doubling(it)) for it in (8, 12, 30, 39, 60)},
    "fragments that double and cost": asking(doubling(8, CONNECTION)),
    "fragments in a circle": asking(doubling(30, "...F0")),
    "a fragment within itself": asking("{ ...F } fragment F on Query { ...F ...F }"),
    "chained fragments": asking(chained(28, 10)),
    "a fragment spread everywhere": asking(
        filled("a#: viewer { ...F } ", "{ ", " } fragment F on Viewer { id email }", 2_500)
    ),
    # Cost
    "connections": asking(filled(f"a#: {CONNECTION} ")),
    "introspection": asking(filled("a#: __schema { types { fields { name } } } ", most=1_200)),
    "deep introspection": asking(
        "{ __schema { types " + "{ fields { type " * 12 + "{ name }" + " } }" * 12 + " } }"
    ),
    "wide introspection": asking(
        "{ __schema { types { "
        + " ".join(f"a{it}: fields {{ type {{ fields {{ name }} }} }}" for it in range(30))
        + " } } }"
    ),
    "a giant number": asking(OF_N, '{"n": ' + "9" * 18 + "}"),
    "ids": asking(OF_IDS, '{"ids": [' + '"mem_1",' * 7_000 + '""]}'),
    "ids of the wrong kind": asking(OF_IDS, '{"ids": [' + "null," * 10_000 + "1]}"),
    "lists of lists": asking(OF_IDS, '{"ids": ' + "[" * 500 + "]" * 500 + "}"),
    "a deep variable": asking(OF_IDS, '{"ids": ' + NESTED_INPUT + "}"),
    "wrong values": asking(
        PREFERENCES,
        '{"input": {"preferences": [' + '{"kind":"X","frequency":1},' * 2_400 + "{}]}}",
    ),
    "wrong names": asking(
        PREFERENCES, '{"input": {"preferences": [{' + filled('"n#":1,', "", '"z":1}]}}', 60_000)
    ),
}


@asynccontextmanager
async def target() -> AsyncIterator[Api]:
    """The API on a new program, with budgets that no bomb exhausts."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{Path(folder) / 'bombs.db'}"
        await asyncio.to_thread(lambda: asyncio.run(migrate(url)))
        await connect(url)
        try:
            async with served(ADDRESS_COST_BURST="1000000000") as api:
                yield api
        finally:
            await disconnect()


async def thrown(api: Api, bomb: bytes) -> str:
    """What came of it: the status, and the code of an error if there is one."""
    headers = {"Content-Type": "application/json"}
    response = await api.http.post("/graphql", content=bomb, headers=headers)
    errors = response.json().get("errors", [{}])
    return f"{response.status_code} {errors[0].get('extensions', {}).get('code', 'answered')}"


async def main() -> None:
    """Print the worst CPU time of each kind, the longest first."""
    async with target() as api:
        await thrown(api, asking("{ program { name } }"))
        results = sorted([await _worst(api, it) for it in BOMBS], reverse=True)
    for seconds, outcome, name in results:
        mark = " above the bar" if seconds > BAR else ""
        print(f"{seconds * 1000:7.1f} ms  {outcome:32} {name}{mark}")


async def _worst(api: Api, name: str) -> tuple[float, str, str]:
    worst, outcome = 0.0, ""
    for _ in range(ROUNDS):
        gc.collect()
        gc.freeze()
        begun = process_time()
        outcome = await thrown(api, BOMBS[name])
        worst = max(worst, process_time() - begun)
    return worst, outcome, name


if __name__ == "__main__":
    asyncio.run(main())
