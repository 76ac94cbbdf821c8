"""Calendar feeds: a private address that can be revoked, with the sessions of one member."""

from datetime import timedelta

import httpx
import pytest

from models import CalendarFeed, Member, PrivateNote, clock
from models.database import rows
from tests.client import Api, served
from tests.factories import a_member, a_mentee, a_mentor, a_relationship, a_session
from tests.ics import Component, read
from tests.statements import statements

CREATE = """
mutation($input: CreateCalendarFeedInput!) {
  createCalendarFeed(input: $input) {
    errors { code message field } url viewer { calendarFeed { id createdAt } }
  }
}"""
REVOKE = """
mutation($input: RevokeCalendarFeedInput!) {
  revokeCalendarFeed(input: $input) {
    errors { code message field } viewer { calendarFeed { id } }
  }
}"""
DAY = timedelta(days=1)


async def a_feed(ask: Api, member: Member) -> str:
    """The path of a new feed."""
    url: str = (await ask.does(CREATE, as_=member))["url"]
    return url.removeprefix("http://127.0.0.1:8000")


async def shown(ask: Api, path: str) -> Component:
    response = await ask.http.get(path)
    assert response.status_code == 200
    return read(response.content)


async def test_a_feed_has_all_sessions_of_its_member(ask: Api) -> None:
    grace = await a_mentor()
    relationships = [await a_relationship(mentor=grace) for _ in range(2)]
    sessions = [await a_session(it) for it in relationships]
    await a_session()
    path = await a_feed(ask, grace.member)

    response = await ask.http.get(path)

    calendar = read(response.content)
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert calendar["METHOD"].value == "PUBLISH"
    assert calendar["NAME"].text == "Mentor Match"
    assert {it["UID"].value for it in calendar.components} == {it.id for it in sessions}


async def test_a_feed_follows_what_becomes_of_a_session(ask: Api) -> None:
    session = await a_session()
    mentor = session.relationship.mentor
    path = await a_feed(ask, mentor)

    [before] = (await shown(ask, path)).components
    await session.move({"starts_at": session.starts_at + DAY}, by=mentor)
    [after] = (await shown(ask, path)).components
    await session.call_off(by=mentor)

    assert after["DTSTART"].instant == before["DTSTART"].instant + DAY
    assert after["SEQUENCE"].value == "1"
    assert (await shown(ask, path)).components == []


async def test_a_calendar_that_has_it_already_is_told_so(ask: Api) -> None:
    session = await a_session()
    path = await a_feed(ask, session.relationship.mentor)
    first = await ask.http.get(path)
    known = {"If-None-Match": first.headers["etag"]}

    same = await ask.http.get(path, headers=known)
    await session.note({"agenda": "Something else."})
    other = await ask.http.get(path, headers=known)

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    for response in (first, same, other):
        assert response.headers["cache-control"] == "private, no-cache"
        assert response.headers["referrer-policy"] == "no-referrer"


async def test_private_notes_are_in_no_feed(ask: Api) -> None:
    session = await a_session()
    mentor = session.relationship.mentor
    await PrivateNote.write(session, "Ask about the pay.", by=mentor)

    response = await ask.http.get(await a_feed(ask, mentor))

    assert b"pay" not in response.content


async def test_of_the_address_only_a_hash_is_kept(ask: Api) -> None:
    path = await a_feed(ask, await a_member())
    token = path.removeprefix("/calendar/").removesuffix(".ics")

    [kept] = await rows("SELECT * FROM calendar_feed")

    assert len(token) == 43  # 256 random bits
    assert token not in str(kept)


async def test_a_new_address_replaces_the_one_so_far_only_if_told_so(ask: Api) -> None:
    ada = await a_member()
    path = await a_feed(ask, ada)

    [error] = await ask.refused(CREATE, as_=ada)
    assert error["code"] == "DUPLICATE"
    assert (await ask.http.get(path)).status_code == 200
    payload = await ask.does(CREATE, as_=ada, replace=True)

    assert (await ask.http.get(path)).status_code == 404
    assert (await ask.http.get(payload["url"])).status_code == 200
    assert await CalendarFeed.all().count() == 1


@pytest.mark.parametrize("end", ["revoked", "lapsed", "suspended"])
async def test_what_leads_nowhere_any_more_is_like_what_never_did(ask: Api, end: str) -> None:
    ada = await a_member()
    created = await ask.does(CREATE, as_=ada)
    if end == "revoked":
        feed = created["viewer"]["calendarFeed"]["id"]
        revoked = await ask.does(REVOKE, as_=ada, calendarFeedId=feed)
        assert revoked["viewer"] == {"calendarFeed": None}
    column = {"lapsed": "valid_until", "suspended": "suspended_at"}.get(end)
    if column:
        await Member.filter(id=ada.id).update(**{column: clock.now()})

    over = await ask.http.get(created["url"])

    for unknown in ("/calendar/x.ics", f"/calendar/{'x' * 43}.ics", "/calendar/%00.ics"):
        never = await ask.http.get(unknown)
        assert (over.status_code, over.content) == (never.status_code, never.content)
        assert of_its_own(over) == of_its_own(never)
    assert over.status_code == 404


def of_its_own(response: httpx.Response) -> dict[str, str]:
    others = ("date", "x-request-id")
    return {name: it for name, it in response.headers.items() if name not in others}


async def test_nobody_revokes_the_feed_of_another(ask: Api) -> None:
    created = await ask.does(CREATE, as_=await a_member())
    feed = created["viewer"]["calendarFeed"]["id"]
    stranger = await a_member()

    errors = await ask.refused(REVOKE, as_=stranger, calendarFeedId=feed)

    assert errors == await ask.refused(REVOKE, as_=stranger, calendarFeedId="cal_unknown")
    assert (errors[0]["code"], errors[0]["field"]) == ("NOT_FOUND", ["input", "calendarFeedId"])


async def test_reading_calendars_is_paid_for_by_the_address(database: None) -> None:
    async with served(ADDRESS_COST_BURST="1000", ADDRESS_COST_PER_SECOND="1") as ask:
        statuses = [(await ask.http.get("/calendar/x.ics")) for _ in range(21)]

    assert [it.status_code for it in statuses] == [404] * 20 + [429]
    assert int(statuses[-1].headers["retry-after"]) > 0


async def test_a_calendar_takes_no_more_statements_for_twenty_sessions_than_for_one(
    ask: Api,
) -> None:
    mia = await a_mentee(capacity=20)
    path = await a_feed(ask, mia.member)
    numbers = []

    for number in (1, 19):
        for _ in range(number):
            await a_session(await a_relationship(mentee=mia))
        with statements() as sent:
            calendar = await shown(ask, path)
        numbers.append((len(calendar.components), len(sent)))

    [(one, few), (twenty, as_few)] = numbers
    assert (one, twenty) == (1, 20)
    assert few == as_few <= 8
