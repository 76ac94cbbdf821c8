"""Valid bodies, spoilt in many ways: as bytes, as JSON, and as documents."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from tests.api.test_pages import PAGES

_INPUTS: dict[str, dict[str, Any]] = {
    "signIn": {"username": "mia", "password": "correct horse battery staple"},
    "signOut": {"signInId": "sig_unknown", "allOthers": False},
    "updateProfile": {
        "headline": "Analyst",
        "languages": ["en", "de"],
        "timeZone": "Europe/Berlin",
    },
    "updateNotificationPreferences": {
        "preferences": [{"kind": "GRATITUDE_RECEIVED", "frequency": "NEVER"}]
    },
    "enroll": {
        "role": "MENTEE",
        "statement": "Glad to learn.",
        "topicIds": ["TOPIC"],
        "sessionPreferences": {"channels": ["VIDEO"], "durationMinutes": 60},
        "partnerCareerStages": ["SENIOR"],
        "capacity": 3,
        "acceptsExpectations": True,
    },
    "setStatus": {
        "status": "PAUSED",
        "role": "MENTEE",
        "returnOn": "2030-02-28",
        "message": "Bye.",
    },
    "request": {"enrollmentId": "ENROLLMENT", "message": "May I?", "topicIds": ["TOPIC"]},
    "respond": {"requestId": "REQUEST", "answer": "ACCEPT", "reply": "Yes."},
    "withdraw": {"requestId": "REQUEST"},
    "proposeAgreement": {
        "relationshipId": "RELATIONSHIP",
        "frequency": "MONTHLY",
        "durationMinutes": 60,
        "channel": "VIDEO",
        "expectations": "Be kind.",
        "endsOn": "2030-02-28",
        "noticeHours": 24,
        "checkIns": "OFF",
        "expectedVersion": 0,
    },
    "confirmAgreement": {"relationshipId": "RELATIONSHIP", "version": 1},
    "addGoal": {"relationshipId": "RELATIONSHIP", "title": "Speak.", "dueOn": "2030-02-28"},
    "updateGoal": {"goalId": "GOAL", "description": None, "expectedVersion": 1},
    "moveGoal": {"goalId": "GOAL", "afterGoalId": "GOAL"},
    "addMilestone": {"goalId": "GOAL", "title": "Find a stage."},
    "reachMilestone": {"milestoneId": "MILESTONE"},
    "complete": {
        "relationshipId": "RELATIONSHIP",
        "outcome": "GOALS_REACHED",
        "gratitudeNote": "!",
    },
    "addGratitudeNote": {"relationshipId": "RELATIONSHIP", "text": "Thanks.", "isShareable": True},
    "submitCheckIn": {
        "checkInId": "chk_unknown",
        "rating": "WELL",
        "wentWell": "We laughed.",
        "nextSteps": "Meet again.",
        "wantsHelp": True,
    },
    "continueRelationship": {"relationshipId": "RELATIONSHIP"},
    "markEventsRead": {"upToEventId": "EVENT"},
}
_FILTER = {
    "filter": {"text": "mentor", "topicIds": ["TOPIC"], "languages": ["en"], "minMatchScore": 1},
    "orderBy": {"field": "NAME", "direction": "ASC"},
    "after": None,
}


def _mutation(name: str) -> str:
    kind = name[0].upper() + name[1:]
    return (
        f"mutation($input: {kind}Input!) {{ {name}(input: $input)"
        " { errors { code message field } query { viewer { email } } } }"
    )


VALID: list[dict[str, Any]] = [
    *(
        {"query": it, "variables": _FILTER, "operationName": None}
        for _, it in sorted(PAGES.items())
    ),
    *({"query": _mutation(it), "variables": {"input": _INPUTS[it]}} for it in _INPUTS),
    {
        "query": 'query q($ids: [ID!]!) { nodes(ids: $ids) { __typename id } node(id: "EVENT") { id } }',
        "variables": {"ids": ["ENROLLMENT", "REQUEST", "RELATIONSHIP"]},
        "operationName": "q",
    },
    {
        "query": 'mutation { updateProfile(input: { languages: ["en"], timeZone: "Europe/Berlin" })'
        " { errors { code } member { languages timeZone } } }"
    },
    {
        "query": '{ mentors(first: 2, filter: { topicIds: ["TOPIC"], languages: ["de"] },'
        " orderBy: { field: NAME }) { totalCount nodes { id match { score } } pageInfo { endCursor } } }"
    },
    {"query": "{ __schema { types { name fields { name } } } }", "extensions": {}},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
    {"documentId": "sha256:" + "0" * 64, "variables": {}},
    {"query": "subscription($after: ID) { viewerEvents(after: $after) { node { id } } }"},
]

_STRANGE: list[Any] = [
    *(None, True, False, 0, -1, 2**31, 2**63, 10**400, 0.5, 1e308, float("nan"), float("-inf")),
    *("", " ", "\0", "\ud800", "\udfff\ud800", "🦉", "é" * 3_000, "x" * 5_000, "\u202e", "%s{}"),
    *("ENROLLMENT", "REQUEST", "RELATIONSHIP", "EVENT", "TOPIC", "2030-02-30", "-1", "mem_"),
    *([], {}, [None], [[[]]], {"": None}, [{}] * 200, {"__proto__": {}}),
]
_STRANGE_TOKENS = [
    *(
        '""',
        r'"\u0000"',
        r'"\ud800"',
        '"""',
        "null",
        "[]",
        "{}",
        "true",
        "1e999",
        "-1",
        "9" * 400,
        "NAME",
    ),
    *(
        "$x",
        "@skip(if: $x)",
        "@include(if: true)",
        "... on Viewer",
        "__typename",
        "x: ",
        "#",
        "!",
        "🦉",
    ),
]
_TOKEN = re.compile(r'"[^"]*"|[\w$@]+|\.\.\.|[^\w\s]|\s+')


def body(dice: Random) -> bytes:
    """A body, spoilt up to four times, and now and then not at all."""
    asked = deepcopy(dice.choice(VALID))
    for spoil in dice.choices(_OF_OBJECTS, k=dice.randrange(3)):
        spoil(asked, dice)
    content = json.dumps(asked).encode()
    for change in dice.choices(_OF_BYTES, k=dice.randrange(3)):
        content = change(content, dice)
    return content


def _swap_a_type(asked: dict[str, Any], dice: Random) -> None:
    holder, key = dice.choice(_places(asked))
    holder[key] = _something_strange(dice)


def _nest(asked: dict[str, Any], dice: Random) -> None:
    holder, key = dice.choice(_places(asked))
    for _ in range(dice.choice((1, 2, 40, 200))):
        holder[key] = [holder[key]] if dice.random() < 0.5 else {"a": holder[key]}


def _drop_a_key(asked: dict[str, Any], dice: Random) -> None:
    holder, key = dice.choice(_places(asked))
    del holder[key]
    if not asked:
        asked["query"] = "{ viewer { id } }"


def _add_a_key(asked: dict[str, Any], dice: Random) -> None:
    name = dice.choice(("query", "variables", "operationName", "extensions", "documentId"))
    asked[name] = _something_strange(dice)


def _something_strange(dice: Random) -> Any:
    return deepcopy(dice.choice(_STRANGE))  # what is spoilt next must not be in the list


def _shuffle_tokens(asked: dict[str, Any], dice: Random) -> None:
    if not isinstance(asked.get("query"), str):
        return
    tokens = _TOKEN.findall(asked["query"]) or [" "]
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(tokens))
        end = at + dice.choice((0, 1, 2, 20))
        tokens[at:end] = _instead_of(tokens[at:end], dice) or [" "]
    asked["query"] = "".join(tokens)


def _instead_of(tokens: list[str], dice: Random) -> list[str]:
    """None, the same twice, as many from another document, or one that is strange there."""
    others = _TOKEN.findall(PAGES["my_relationships"])
    begin = dice.randrange(len(others))
    choices = ([], tokens * 2, others[begin : begin + len(tokens)], [dice.choice(_STRANGE_TOKENS)])
    return dice.choice(choices)


def _places(holder: Any) -> list[tuple[Any, Any]]:
    """Everything within, as what holds it and the key it has there."""
    found: list[tuple[Any, Any]] = []
    waiting = [holder]
    while waiting:
        it = waiting.pop()
        keys = range(len(it)) if isinstance(it, list) else it
        for key in keys:
            found.append((it, key))
            if isinstance(it[key], list | dict):
                waiting.append(it[key])
    return found


def _flip(content: bytes, dice: Random) -> bytes:
    flipped = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 8, 40))):
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
    return bytes(flipped)


def _splice(content: bytes, dice: Random) -> bytes:
    other = json.dumps(dice.choice(VALID)).encode()
    return content[: dice.randrange(len(content))] + other[dice.randrange(len(other)) :]


def _delete(content: bytes, dice: Random) -> bytes:
    begin, end = _span(content, dice)
    return content[:begin] + content[end:] or b" "


def _duplicate(content: bytes, dice: Random) -> bytes:
    begin, end = _span(content, dice)
    times = min(dice.choice((2, 3, 50, 1_000)), 90_000 // (end - begin + 1))
    return content[:begin] + content[begin:end] * times + content[end:]


def _truncate(content: bytes, dice: Random) -> bytes:
    return content[: dice.randrange(1, len(content) + 1)]


def _make_numbers_giant(content: bytes, dice: Random) -> bytes:
    giant = dice.choice(
        (b"9" * 30, b"9" * 5_000, b"-1e999", b"0." + b"1" * 400, b"18446744073709551616")
    )
    return re.sub(rb"\d+", giant, content, count=dice.randrange(1, 4))


def _insert(*pieces: bytes) -> Callable[[bytes, Random], bytes]:
    def insert(content: bytes, dice: Random) -> bytes:
        at = dice.randrange(len(content))
        return content[:at] + dice.choice(pieces) + content[at:]

    return insert


def _span(content: bytes, dice: Random) -> tuple[int, int]:
    begin = dice.randrange(len(content))
    return begin, min(len(content), begin + dice.choice((1, 3, 20, 200)))


_OF_OBJECTS = [
    *(_swap_a_type, _swap_a_type, _swap_a_type, _nest, _drop_a_key, _add_a_key),
    *(_shuffle_tokens, _shuffle_tokens),
]
_OF_BYTES = [
    *(_flip, _flip, _splice, _delete, _duplicate, _truncate, _make_numbers_giant),
    _insert(b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xef\xbb\xbf", b"\0"),
    _insert(
        rb"\ud800", rb"\udc00\ud800", rb"\u0000", rb"\u202e", b"\\", b'"', b"#", b"{", b"[" * 200
    ),
]
