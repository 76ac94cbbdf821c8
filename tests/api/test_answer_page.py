"""The page behind the button of an e-mail: a request is answered without signing in."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from mailers.links import Links
from models import ContactVisibility, Enrollment, Member, MentoringRequest, RequestState, clock
from models.database import rows
from models.database.connection import connection_for
from models.signatures import Purpose, Signatures
from tests.client import Api, served
from tests.conftest import Time
from tests.factories import a_member, a_mentee, a_mentor, a_relationship, a_request
from tests.outbox import told
from tests.server import A_KEY
from tests.unchanged import everything

FORM = "application/x-www-form-urlencoded"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BOTH = pytest.mark.parametrize("answer", ["ACCEPT", "DECLINE"])
SETTLED = {
    RequestState.ACCEPTED: "You accepted the request of",
    RequestState.DECLINED: "You declined the request of",
    RequestState.WITHDRAWN: "took the request back",
    RequestState.EXPIRED: "has expired",
    RequestState.CLOSED: "is closed",
}


def path_to(request: MentoringRequest, reader: Member | None = None, *words: str) -> str:
    token = Signatures([A_KEY]).sign(
        Purpose.ANSWER, request.id, (reader or request.recipient).id, *words
    )
    return f"/answer/{token}"


async def opened(ask: Api, request: MentoringRequest) -> httpx.Response:
    return await ask.http.get(path_to(request))


async def sent(
    ask: Api, request: MentoringRequest, headers: dict[str, str] | None = None, **form: str
) -> httpx.Response:
    return await ask.http.post(path_to(request), data=form, headers=headers)


async def refused(
    ask: Api, request: MentoringRequest, headers: dict[str, str] | None = None, **form: str
) -> httpx.Response:
    """The answer to a form. Fails if anything changes."""
    before = await everything()
    response = await sent(ask, request, headers, **form)
    assert await everything() == before
    return response


def words_of(response: httpx.Response) -> str:
    """What a page says, on one line."""
    body = response.text.partition("<main>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split()).replace(" .", ".")


async def now(request: MentoringRequest) -> MentoringRequest:
    return await MentoringRequest.get(id=request.id)


async def test_the_page_shows_who_asks_for_what_and_until_when(ask: Api, time: Time) -> None:
    ada = await a_mentee(person={"name": "Ada Byron", "headline": "Analyst at Babbage & Sons"})
    grace = await a_mentor(person={"time_zone": "Asia/Tokyo"}, topics=["Delegating"])
    request = await a_request(sender=ada, recipient=grace, message="Dear Grace,\n\nwould you?")

    response = await opened(ask, request)

    words = words_of(response)
    day = request.expires_at.astimezone(grace.member.clock_zone).date()
    assert response.status_code == 200
    assert "Ada Byron asks you to be their mentor" in words
    assert "Analyst at Babbage & Sons" in words
    assert "Dear Grace,<br><br>would you?" in response.text
    assert f"Answer by {day:%B} {day.day}, {day.year}" in words


async def test_a_mentor_who_offers_themselves_is_answered_likewise(ask: Api) -> None:
    request = await a_request(sender=await a_mentor(), recipient=await a_mentee())

    assert "offers to be your mentor" in words_of(await opened(ask, request))
    assert "is your mentor now" in words_of(await sent(ask, request, answer="ACCEPT"))


async def test_the_link_in_the_email_opens_the_page(ask: Api) -> None:
    request = await a_request()
    links = Links(ask.app.state.settings, request.recipient_id)

    link = links.to("answer", request.id)

    assert link.startswith("http://127.0.0.1:8000/answer/")
    response = await ask.http.get(link.removeprefix("http://127.0.0.1:8000"))
    assert "asks you to be their mentor" in words_of(response)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_it_changes_nothing(ask: Api, method: str) -> None:
    request = await a_request()
    before = await everything()

    response = await ask.http.request(method, path_to(request))

    assert response.status_code == 200
    assert await everything() == before


async def test_saying_yes_begins_a_relationship_and_tells_both(ask: Api) -> None:
    request = await a_request()

    response = await sent(ask, request, answer="ACCEPT", reply="Gladly.\r\nFriday?")

    words = words_of(response)
    accepted = await now(request)
    assert response.status_code == 200
    assert f"You and {request.sender.name} work together now" in words
    assert request.sender.email in words
    assert "The next step is a first conversation" in words
    assert (accepted.state, accepted.reply) == (RequestState.ACCEPTED, "Gladly.\nFriday?")
    assert await told(request.sender) == ["request_mailer/accepted"]
    assert await told(request.recipient) == ["request_mailer/begun"]


async def test_saying_no_tells_the_sender(ask: Api) -> None:
    request = await a_request()

    response = await sent(ask, request, answer="DECLINE", reply="Sorry, not this year.")

    words = words_of(response)
    declined = await now(request)
    assert response.status_code == 200
    assert f"You declined the request of {request.sender.name}" in words
    assert "Sorry, not this year." in words
    assert (declined.state, declined.reply) == (RequestState.DECLINED, "Sorry, not this year.")
    assert await told(request.sender) == ["request_mailer/declined"]


async def test_an_address_that_nobody_may_see_is_not_shown(ask: Api) -> None:
    emmy = await a_mentee(person={"contact_visibility": ContactVisibility.NOBODY})
    request = await a_request(sender=emmy)

    response = await sent(ask, request, answer="ACCEPT")

    assert emmy.member.email not in response.text
    assert "keeps the e-mail address private" in words_of(response)


async def test_who_opens_the_link_later_is_not_told_how_to_reach_the_partner(ask: Api) -> None:
    request = await a_request()
    await sent(ask, request, answer="ACCEPT", reply="Gladly.")

    response = await opened(ask, request)

    assert f"You accepted the request of {request.sender.name}" in words_of(response)
    assert request.sender.email not in response.text
    assert "Gladly." not in response.text
    assert "<form" not in response.text


@BOTH
async def test_a_form_that_is_sent_twice_answers_once(ask: Api, answer: str) -> None:
    request = await a_request()
    first = await sent(ask, request, answer=answer, reply="So be it.")

    again = await refused(ask, request, answer=answer, reply="So be it.")

    assert again.status_code == 200
    assert again.text == first.text


@pytest.mark.parametrize(("later", "reply"), [(11 * MINUTE, "Mine."), (MINUTE, "")])
async def test_who_sends_the_form_of_an_answered_request_learns_nothing_more(
    ask: Api, time: Time, later: timedelta, reply: str
) -> None:
    request = await a_request()
    await sent(ask, request, answer="ACCEPT", reply="Mine.")

    time.passes(later)
    response = await refused(ask, request, answer="ACCEPT", reply=reply)

    assert response.status_code == 409
    assert "You accepted the request of" in words_of(response)
    assert request.sender.email not in response.text
    assert "Mine." not in response.text


async def test_who_has_answered_cannot_answer_otherwise(ask: Api) -> None:
    request = await a_request()
    await sent(ask, request, answer="ACCEPT")

    response = await refused(ask, request, answer="DECLINE")

    assert response.status_code == 409
    assert "You accepted the request of" in words_of(response)


@pytest.mark.parametrize("state", SETTLED)
async def test_what_became_of_a_request_is_said(ask: Api, state: RequestState) -> None:
    request = await a_request(state=state, closed_at=clock.now(), message="A secret")

    shown = await opened(ask, request)
    answered = await refused(
        ask, request, answer="DECLINE" if state is RequestState.ACCEPTED else "ACCEPT"
    )

    assert shown.status_code == 200
    assert answered.status_code == 409
    for response in (shown, answered):
        assert SETTLED[state] in words_of(response)
        assert "A secret" not in response.text
        assert "<form" not in response.text


async def test_a_request_whose_days_are_over_has_expired_even_if_nobody_noted_it(
    ask: Api, time: Time
) -> None:
    request = await a_request()
    path = path_to(request)

    time.is_(request.expires_at)

    assert "has expired" in words_of(await ask.http.get(path))
    assert (await refused(ask, request, answer="ACCEPT")).status_code == 409


async def test_a_link_is_good_for_as_long_as_its_request_waits(ask: Api, time: Time) -> None:
    request = await a_request(held_since=clock.now())
    link = Links(ask.app.state.settings, request.recipient_id).to("answer", request.id)
    path = link.removeprefix("http://127.0.0.1:8000")

    time.passes(400 * DAY)

    assert "waits until your pause is over" in words_of(await ask.http.get(path))
    answered = await ask.http.post(path, data={"answer": "DECLINE"})
    assert answered.status_code == 200
    assert (await now(request)).state is RequestState.DECLINED


@pytest.mark.parametrize("is_noted", [True, False])
async def test_what_became_of_a_request_is_not_said_for_ever(
    ask: Api, time: Time, is_noted: bool
) -> None:
    noted: dict[str, Any] = {"state": RequestState.EXPIRED, "closed_at": clock.now() + 14 * DAY}
    request = await a_request(**(noted if is_noted else {}))
    wrong = await ask.http.get("/answer/nothing")

    time.is_(request.expires_at + 60 * DAY - MINUTE)
    known = await opened(ask, request)
    time.passes(MINUTE)
    forgotten = await opened(ask, request)

    assert "has expired" in words_of(known)
    assert (forgotten.status_code, forgotten.text) == (404, wrong.text)


async def test_a_link_that_was_sent_with_an_end_keeps_it(ask: Api, time: Time) -> None:
    request = await a_request(held_since=clock.now())
    token = Signatures([A_KEY]).sign(
        Purpose.ANSWER, request.id, request.recipient_id, until=clock.now() + 74 * DAY
    )

    first = await ask.http.get(f"/answer/{token}")
    time.passes(74 * DAY)
    last = await ask.http.get(f"/answer/{token}")

    assert (first.status_code, last.status_code) == (200, 404)


async def test_the_page_speaks_the_language_of_its_reader(ask: Api) -> None:
    greta = await a_mentor(person={"languages": "de"})
    mia = await a_mentee(person={"name": "Mia Keller"})
    request = await a_request(sender=mia, recipient=greta)

    shown = await opened(ask, request)
    refused_ = await refused(ask, request, reply="Hm.")
    accepted = await sent(ask, request, answer="ACCEPT")

    assert '<html lang="de" dir="ltr">' in shown.text
    assert "Annehmen" in words_of(shown)
    assert "Bitte nehmen Sie an oder lehnen Sie ab." in words_of(refused_)
    assert "Sie und Mia Keller arbeiten jetzt zusammen" in words_of(accepted)


async def test_a_request_that_waits_for_the_end_of_a_pause_says_so(ask: Api) -> None:
    request = await a_request(held_since=clock.now())

    assert "waits until your pause is over" in words_of(await opened(ask, request))


async def test_nothing_is_lost_where_there_is_no_place_left(ask: Api) -> None:
    grace = await a_mentor()
    request = await a_request(recipient=grace)
    await Enrollment.filter(id=grace.id).update(capacity=1, places_taken=1)

    response = await refused(ask, request, answer="ACCEPT", reply="Gladly, <b>Ada</b>!")

    assert response.status_code == 409
    assert 'role="alert"' in response.text
    assert "no free place" in words_of(response)
    assert ">\nGladly, &lt;b&gt;Ada&lt;/b&gt;!</textarea>" in response.text


async def test_partners_already_are_told_so(ask: Api) -> None:
    relationship = await a_relationship()
    request = await MentoringRequest.get(id=relationship.request_id).prefetch_related("recipient")
    await MentoringRequest.filter(id=request.id).update(state="PENDING", closed_at=None)

    response = await refused(ask, request, answer="ACCEPT")

    assert response.status_code == 409
    assert "work together in these roles already" in words_of(response)


async def test_a_request_of_a_former_member_cannot_be_accepted(ask: Api) -> None:
    request = await a_request()
    await Member.filter(id=request.sender_id).update(suspended_at=clock.now())

    response = await refused(ask, request, answer="ACCEPT", reply="Gladly.")

    assert response.status_code == 409
    assert "no longer a member" in words_of(response)
    assert "Gladly.</textarea>" in response.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"answer": "ACCEPT", "reply": "x" * 4001}, "at most 4000 characters"),
        ({"answer": "PERHAPS"}, "Please accept or decline."),
        ({"reply": "Hello"}, "Please accept or decline."),
        ({"answer": "DECLINE", "reply": "nul\x00"}, "characters in this that cannot be kept"),
    ],
)
async def test_what_cannot_be_taken_is_said_in_words(
    ask: Api, form: dict[str, str], said: str
) -> None:
    response = await refused(ask, await a_request(), **form)

    assert response.status_code == 422
    assert said in words_of(response)
    assert form.get("reply", "").replace("\x00", "") in response.text


async def test_the_longest_words_in_any_script_are_taken(ask: Api) -> None:
    request = await a_request()

    response = await sent(ask, request, answer="DECLINE", reply="𝄞" * 4000)

    assert response.status_code == 200


async def test_who_is_no_longer_a_member_sees_what_anybody_sees_with_a_wrong_link(
    ask: Api,
) -> None:
    request, other = await a_request(), await a_request()
    wrong = await ask.http.get("/answer/nothing")
    lapsed, suspended = request.recipient, other.recipient
    await Member.filter(id=lapsed.id).update(valid_until=clock.now())
    await Member.filter(id=suspended.id).update(suspended_at=clock.now())

    responses = [
        await opened(ask, request),
        await opened(ask, other),
        await refused(ask, request, answer="ACCEPT"),
        await refused(ask, other, answer="ACCEPT"),
    ]

    assert {it.status_code for it in responses} == {wrong.status_code} == {404}
    assert {it.text for it in responses} == {wrong.text}


async def test_a_link_of_somebody_else_or_for_something_else_is_a_wrong_link(
    ask: Api, time: Time
) -> None:
    request, stranger = await a_request(), await a_member()
    until = clock.now() + 60 * DAY
    ours, others = Signatures([A_KEY]), Signatures(["a-key-of-somebody-else-altogether"])
    both = (request.id, request.recipient_id)
    hostile = [
        path_to(request, stranger),
        path_to(request, request.sender),
        path_to(request, None, "more"),
        f"/answer/{ours.sign(Purpose.ANSWER, request.id, until=until)}",
        f"/answer/{ours.sign(Purpose.ANSWER, 'req_unknown', request.recipient_id, until=until)}",
        f"/answer/{ours.sign(Purpose.UNSUBSCRIBE, *both)}",
        f"/answer/{others.sign(Purpose.ANSWER, *both, until=until)}",
        f"/answer/{ours.sign(Purpose.ANSWER, *both, until=clock.now())}",
        f"/answer/{ours.sign(Purpose.ANSWER, *both, until=until)}x",
        "/answer/" + "x" * 10_000,
        "/answer/%00",
        "/answer/..%2f..",
    ]
    before = await everything()

    pages = [await ask.http.get(it) for it in hostile]
    answers = [await ask.http.post(it, data={"answer": "ACCEPT"}) for it in hostile]

    assert {it.status_code for it in (*pages, *answers)} == {404}
    assert len({it.text for it in pages if "<main>" in it.text}) == 1
    assert await everything() == before


async def test_a_link_signs_nobody_in(ask: Api) -> None:
    request = await a_request()
    token = path_to(request).removeprefix("/answer/")

    response = await sent(ask, request, answer="ACCEPT")
    bearing = await ask.http.post(
        "/graphql",
        json={"query": "{ viewer { email } }"},
        headers={"Authorization": f"Bearer {token}"},
    )

    assert "set-cookie" not in response.headers
    assert bearing.json()["data"] == {"viewer": None}
    assert await rows("SELECT id FROM sign_in") == []


async def test_a_page_of_another_site_cannot_send_the_form(ask: Api) -> None:
    request = await a_request()

    response = await refused(ask, request, {"Sec-Fetch-Site": "cross-site"}, answer="ACCEPT")

    assert response.status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none"])
async def test_our_own_page_can(ask: Api, site: str) -> None:
    response = await sent(ask, await a_request(), {"Sec-Fetch-Site": site}, answer="ACCEPT")

    assert response.status_code == 200


async def test_a_form_is_taken_in_parts_as_well(ask: Api) -> None:
    request = await a_request()
    parts: Any = {"answer": (None, "DECLINE"), "reply": (None, "Grüße")}

    response = await ask.http.post(path_to(request), files=parts)

    assert response.status_code == 200
    assert (await now(request)).reply == "Grüße"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"answer": "ACCEPT"}', 415),
        ("", b"answer=ACCEPT", 415),
        (FORM, b"answer=ACCEPT&reply=" + b"x" * 100_000, 413),
        (FORM, b"answer=ACCEPT&reply=%FF", 400),
        (FORM, b"\xff", 400),
        (FORM, b"&".join([b"answer=ACCEPT"] * 50), 400),
        ("multipart/form-data", b"answer=ACCEPT", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nACCEPT\r\n--x--\r\n", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="answer"\r\n\r\n\xff\r\n--x--\r\n',
            400,
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="answer"\r\n\r\nACCEPT\r\n' * 11
            + b"--x--",
            400,
        ),
        (
            "multipart/form-data; boundary=x",  # took minutes
            b"--x\r\nContent-Disposition: form-data" + b";" * 99_000 + b"\r\n\r\n1\r\n--x--\r\n",
            400,
        ),
        (
            "multipart/form-data; boundary=x",  # went so deep that it crashed
            b"--x\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + b"--x--\r\n",
            400,
        ),
    ],
)
async def test_what_is_no_form_is_not_taken(ask: Api, kind: str, body: bytes, status: int) -> None:
    request = await a_request()
    before = await everything()

    response = await ask.http.post(
        path_to(request), content=body, headers={"Content-Type": kind} if kind else {}
    )

    assert response.status_code == status
    assert "That did not work" in words_of(response)
    assert await everything() == before


async def test_other_methods_are_not_allowed(ask: Api) -> None:
    response = await ask.http.put(path_to(await a_request()))

    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


async def test_what_people_wrote_stays_words(ask: Api) -> None:
    hostile = "<script>alert(1)</script>\"'&{{ 7 * 7 }}\u202e"
    eve = await a_mentee(person={"name": hostile, "headline": hostile})
    request = await a_request(sender=eve, message=hostile)

    shown = await opened(ask, request)
    accepted = await sent(ask, request, answer="ACCEPT", reply=hostile)

    for page in (shown.text, accepted.text):
        assert "<script" not in page
        assert "\u202e" not in page
        assert "{{ 7 * 7 }}" in unescape(page)
    [title] = re.findall("<title>(.*?)</title>", shown.text)
    assert unescape(title).startswith('<script>alert(1)</script>"')


async def test_browsers_are_told_to_keep_the_page_and_its_address_to_themselves(ask: Api) -> None:
    request = await a_request()

    for response in (await opened(ask, request), await ask.http.get("/answer/nothing")):
        headers = response.headers
        policy = dict(it.split(maxsplit=1) for it in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["form-action"] == "'self'"
        assert policy["style-src"].startswith("'sha256-")
        assert "script-src" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert headers["x-content-type-options"] == "nosniff"


async def test_who_asks_too_often_waits(ask: Api) -> None:
    path = path_to(await a_request())

    async with served(
        COST_LIMIT="10", ADDRESS_COST_BURST="10", ADDRESS_COST_PER_SECOND="1"
    ) as poor:
        first, second = await poor.http.get(path), await poor.http.get(path)

    assert first.status_code == 200
    assert second.status_code == 429
    assert int(second.headers["retry-after"]) in range(1, 11)


async def test_a_page_that_cannot_even_ask_for_the_program_says_so_all_the_same(
    ask: Api, caplog: pytest.LogCaptureFixture
) -> None:
    path, database = path_to(await a_request()), connection_for(writing=True)

    await database.execute_script("ALTER TABLE program RENAME TO away")
    try:
        opened, unknown = await ask.http.get(path), await ask.http.get("/answer/nothing")
    finally:
        await database.execute_script("ALTER TABLE away RENAME TO program")

    assert (opened.status_code, unknown.status_code) == (500, 404)
    assert "noted as" in words_of(opened)
    assert "crash" in caplog.text


async def test_a_crash_is_noted_and_not_shown(ask: Api, caplog: pytest.LogCaptureFixture) -> None:
    request = await a_request()
    await rows(
        "UPDATE member SET time_zone = 'Nowhere' WHERE id = :id RETURNING id",
        id=request.recipient_id,
    )

    response = await opened(ask, request)

    assert response.status_code == 500
    assert "noted as" in words_of(response)
    assert "Nowhere" not in response.text
    assert "crash" in caplog.text
