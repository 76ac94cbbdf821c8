"""Lists that can grow: their pages, forwards and backwards, and cursors that nobody can trust."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest

from models import Enrollment, Member
from tests.client import Api
from tests.conftest import Time
from tests.factories import a_completed_relationship, a_member, a_mentee, a_mentor, a_relationship

WINDOW = "first: $first, after: $after, last: $last, before: $before"
PAGE = """{
  edges { cursor node { id } }
  nodes { id }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
}"""
LISTS = {
    "mentors": f"mentors({WINDOW}) {PAGE}",
    "mentors by name": f"mentors(orderBy: {{ field: NAME }}, {WINDOW}) {PAGE}",
    "requests": f"viewer {{ requests({WINDOW}) {PAGE} }}",
    "relationships": f"viewer {{ relationships({WINDOW}) {PAGE} }}",
    "events": f"viewer {{ events({WINDOW}) {PAGE} }}",
}
EVENTS = "evt:-created,-id"

EVERY_LIST = pytest.mark.parametrize("which", LISTS)


def document(which: str) -> str:
    variables = "$first: Int, $after: String, $last: Int, $before: String"
    return f"query({variables}) {{ {LISTS[which]} }}"


async def page(
    ask: Api, which: str, by: Member | Enrollment, **window: int | str
) -> dict[str, Any]:
    """A page of a list, which says the same of its rows in every way."""
    data = await ask(document(which), as_=by, **window)
    found: dict[str, Any]
    [found] = data.get("viewer", data).values()
    cursors = [it["cursor"] for it in found["edges"]] or [None]
    assert found["nodes"] == [it["node"] for it in found["edges"]]
    assert found["pageInfo"]["startCursor"] == cursors[0]
    assert found["pageInfo"]["endCursor"] == cursors[-1]
    return found


async def refusal(ask: Api, which: str, by: Member | Enrollment, **window: object) -> str:
    """The sentence with which a page is refused."""
    [error] = (await ask.answer(document(which), as_=by, **window))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    return str(error["message"])


async def is_foreign(ask: Api, cursor: str, *, to: str, by: Member | Enrollment) -> bool:
    """Whether a cursor is refused as one of another list, at either end of a page."""
    said = [await refusal(ask, to, by, **{it: cursor}) for it in ("after", "before")]
    return said == [
        "`after` is not a cursor of this list in this order.",
        "`before` is not a cursor of this list in this order.",
    ]


def ids(found: dict[str, Any]) -> list[str]:
    return [it["id"] for it in found["nodes"]]


def beyond(found: dict[str, Any]) -> tuple[bool, bool]:
    """Whether there is something before a page, and behind it."""
    return found["pageInfo"]["hasPreviousPage"], found["pageInfo"]["hasNextPage"]


def forged(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


async def a_mentee_with_five_of_each(time: Time) -> Enrollment:
    """Five mentors, and with each of them a request, a relationship and an event."""
    mia = await a_mentee(capacity=5)
    for begin in (a_relationship, a_completed_relationship, a_relationship, a_relationship):
        await begin(mentee=mia)
        time.passes(timedelta(hours=1))
    await a_completed_relationship(mentee=mia)
    return mia


@EVERY_LIST
async def test_pages_forwards_make_the_whole_list(ask: Api, time: Time, which: str) -> None:
    mia = await a_mentee_with_five_of_each(time)

    whole = ids(await page(ask, which, mia))
    first = await page(ask, which, mia, first=2)
    second = await page(ask, which, mia, first=2, after=first["pageInfo"]["endCursor"])
    third = await page(ask, which, mia, first=2, after=second["pageInfo"]["endCursor"])

    assert [ids(it) for it in (first, second, third)] == [whole[:2], whole[2:4], whole[4:]]
    assert [beyond(it) for it in (first, second, third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert len(set(whole)) == 5


@EVERY_LIST
async def test_pages_backwards_make_the_whole_list(ask: Api, time: Time, which: str) -> None:
    mia = await a_mentee_with_five_of_each(time)

    whole = ids(await page(ask, which, mia))
    third = await page(ask, which, mia, last=2)
    second = await page(ask, which, mia, last=2, before=third["pageInfo"]["startCursor"])
    first = await page(ask, which, mia, last=2, before=second["pageInfo"]["startCursor"])

    assert [ids(it) for it in (first, second, third)] == [whole[:1], whole[1:3], whole[3:]]
    assert [beyond(it) for it in (first, second, third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]


@EVERY_LIST
async def test_a_page_may_lie_between_two_cursors(ask: Api, time: Time, which: str) -> None:
    mia = await a_mentee_with_five_of_each(time)
    whole = await page(ask, which, mia)
    first, *_, last = [it["cursor"] for it in whole["edges"]]

    between = await page(ask, which, mia, after=first, before=last)

    assert ids(between) == ids(whole)[1:4]
    assert beyond(between) == (True, True)


async def test_a_page_has_twenty_rows_unless_told_otherwise(ask: Api) -> None:
    visitor = await a_member()
    for _ in range(21):
        await a_mentor()

    usual, most = (
        await page(ask, "mentors", visitor),
        await page(ask, "mentors", visitor, first=100),
    )

    assert (len(ids(usual)), beyond(usual)) == (20, (False, True))
    assert (len(ids(most)), beyond(most)) == (21, (False, False))


async def test_a_page_of_none_tells_whether_there_are_any(ask: Api) -> None:
    visitor = await a_member()
    empty = await page(ask, "mentors", visitor, first=0)
    await a_mentor()

    from_the_start = await page(ask, "mentors", visitor, first=0)
    from_the_end = await page(ask, "mentors", visitor, last=0)

    assert ids(empty) == ids(from_the_start) == ids(from_the_end) == []
    assert beyond(empty) == (False, False)
    assert beyond(from_the_start) == (False, True)
    assert beyond(from_the_end) == (True, False)


async def test_nobody_is_skipped_or_shown_twice_while_people_enroll(ask: Api, time: Time) -> None:
    visitor, there = await a_member(), list[str]()
    for _ in range(4):
        there.insert(0, (await a_mentor()).id)
        time.passes(timedelta(hours=1))

    first = await page(ask, "mentors", visitor, first=2)
    newcomer = await a_mentor()
    second = await page(ask, "mentors", visitor, first=2, after=first["pageInfo"]["endCursor"])
    before = await page(ask, "mentors", visitor, last=2, before=first["pageInfo"]["startCursor"])

    assert ids(first) + ids(second) == there
    assert not second["pageInfo"]["hasNextPage"]
    assert ids(before) == [newcomer.id]


@pytest.mark.parametrize("argument", ["first", "last"])
@pytest.mark.parametrize("size", [-1, 101, 2**31, 1.5, "2"])
async def test_a_size_out_of_range_is_refused(ask: Api, argument: str, size: object) -> None:
    said = await refusal(ask, "events", await a_member(), **{argument: size})

    assert argument in said


async def test_a_page_begins_at_one_end(ask: Api) -> None:
    said = await refusal(ask, "events", await a_member(), first=1, last=1)

    assert said == "Give `first` or `last`, not both."


@pytest.mark.parametrize(
    ("of", "to"),
    [("requests", "relationships"), ("requests", "events"), ("mentors", "mentors by name")],
)
async def test_a_cursor_of_another_list_or_order_is_refused(
    ask: Api, time: Time, of: str, to: str
) -> None:
    mia = await a_mentee_with_five_of_each(time)

    cursor = (await page(ask, of, mia))["pageInfo"]["endCursor"]

    assert await is_foreign(ask, cursor, to=to, by=mia)


async def test_a_cursor_is_a_place_whether_or_not_a_row_is_there(ask: Api, time: Time) -> None:
    mia = await a_mentee_with_five_of_each(time)
    beginning = forged(f'["{EVENTS}", {2**63 - 1}, "evt_1"]')

    all_that_follows = await page(ask, "events", mia, after=beginning)

    assert len(ids(all_that_follows)) == 5


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("", id="nothing"),
        pytest.param("%%%", id="no base64"),
        pytest.param("é", id="no ASCII"),
        pytest.param("abcde", id="half a base64"),
        pytest.param(forged("\0"), id="no JSON"),
        pytest.param(forged("[" * 50_000), id="no end"),
        pytest.param(forged("null"), id="null"),
        pytest.param(forged("1"), id="a number"),
        pytest.param(forged(f'"{EVENTS}"'), id="a text"),
        pytest.param(forged(f'{{"{EVENTS}": 1}}'), id="an object"),
        pytest.param(forged("[]"), id="no values"),
        pytest.param(forged(f'["{EVENTS}", 1]'), id="too few values"),
        pytest.param(forged(f'["{EVENTS}", 1, "evt_1", "evt_1"]'), id="too many values"),
        pytest.param(forged(f'["{EVENTS}", "1", "evt_1"]'), id="text for a number"),
        pytest.param(forged(f'["{EVENTS}", 1, 1]'), id="a number for text"),
        pytest.param(forged(f'["{EVENTS}", 1.0, "evt_1"]'), id="a float"),
        pytest.param(forged(f'["{EVENTS}", NaN, "evt_1"]'), id="no number"),
        pytest.param(forged(f'["{EVENTS}", 1e999, "evt_1"]'), id="infinity"),
        pytest.param(forged(f'["{EVENTS}", true, "evt_1"]'), id="a boolean"),
        pytest.param(forged(f'["{EVENTS}", null, "evt_1"]'), id="null for a number"),
        pytest.param(forged(f'["{EVENTS}", {2**63}, "evt_1"]'), id="a huge integer"),
        pytest.param(forged(f'["{EVENTS}", {-(2**63) - 1}, "evt_1"]'), id="a huge negative one"),
        pytest.param(forged(f'["{EVENTS}", {"9" * 5000}, "evt_1"]'), id="thousands of digits"),
        pytest.param(forged(f'["{EVENTS}", 1, ["evt_1"]]'), id="a list for text"),
        pytest.param(forged(f'["{EVENTS}", 1, "evt_\\u0000"]'), id="NUL"),
        pytest.param(forged(f'["{EVENTS}", 1, "evt_\\ud800"]'), id="half a character"),
    ],
)
async def test_a_cursor_that_nobody_was_given_is_refused(ask: Api, cursor: str) -> None:
    visitor = await a_member()

    assert await is_foreign(ask, cursor, to="events", by=visitor)


async def test_a_cursor_with_a_character_that_nobody_can_store_is_refused(ask: Api) -> None:
    said = await refusal(ask, "events", await a_member(), after="a\0b")

    assert said == "Texts must not contain NUL characters or lone surrogates."


async def test_a_cursor_holds_any_name_that_somebody_may_have(ask: Api) -> None:
    await a_mentor(person={"name": "Ada'; -- \\ % _ “ž” 🙂"})
    visitor = await a_member()

    cursor = (await page(ask, "mentors by name", visitor))["pageInfo"]["endCursor"]
    behind = await page(ask, "mentors by name", visitor, after=cursor)
    ahead = await page(ask, "mentors by name", visitor, before=cursor)

    assert ids(behind) == ids(ahead) == []
