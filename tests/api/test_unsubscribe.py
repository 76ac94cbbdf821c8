"""Stopping e-mails by one click in a mail program, or on a page; without signing in (RFC 8058)."""

import email
import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from pathlib import Path

import httpx
import pytest

from mailers import request_mailer
from mailers.links import Links
from models import EmailFrequency, EventKind, Member, NotificationPreference, Wish, clock
from models.database import rows
from models.signatures import Purpose, Signatures
from schema.pages.unsubscribe import STOPPABLE
from tests.client import Api
from tests.factories import a_member, a_request
from tests.server import A_KEY
from tests.unchanged import everything
from worker import Worker

AT_ONCE, DAILY, WEEKLY, NEVER = EmailFrequency
RECEIVED, EXPIRED = EventKind.REQUEST_RECEIVED, EventKind.REQUEST_EXPIRED
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
HOST = "http://127.0.0.1:8000"


def path_for(ask: Api, reader: Member, *kinds: EventKind) -> str:
    links = Links(ask.app.state.settings, reader.id)
    return links.unsubscribe(kinds or [RECEIVED]).removeprefix(HOST)


async def chosen(member: Member) -> dict[EventKind, EmailFrequency]:
    """What somebody has changed."""
    preferences = await NotificationPreference.of(member)
    return {it.kind: it.frequency for it in preferences if it.frequency is not AT_ONCE}


def words_of(response: httpx.Response) -> str:
    body = response.text.partition("<main>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


async def sent_to(ask: Api, folder: Path) -> list[EmailMessage]:
    """The e-mails that a worker sends now."""
    await Worker(ask.app.state.settings).work_off()
    return messages_in(folder)


def messages_in(folder: Path) -> list[EmailMessage]:
    found = (email.message_from_bytes(it.read_bytes(), policy=SMTP) for it in folder.glob("*.eml"))
    return [it for it in found if isinstance(it, EmailMessage)]


async def test_one_click_in_a_mail_program_stops_such_emails(ask: Api, tmp_path: Path) -> None:
    request = await a_request()
    await request_mailer.received(request, []).deliver_later()
    [message] = await sent_to(ask, tmp_path)

    link = message["List-Unsubscribe"].strip("<>")
    response = await ask.http.post(link.removeprefix(HOST), data=ONE_CLICK)

    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert response.status_code == 200
    assert "set-cookie" not in response.headers
    assert await chosen(request.recipient) == {RECEIVED: NEVER}
    body = message.get_body(("plain",))
    assert body is not None
    assert f"Send me no more e-mails of this kind: {link}" in " ".join(body.get_content().split())


async def test_what_always_comes_has_no_such_link(ask: Api, tmp_path: Path) -> None:
    request = await a_request()
    await request_mailer.declined(request).deliver_later()
    await request_mailer.begun(request).deliver_later()

    messages = await sent_to(ask, tmp_path)

    assert len(messages) == 2
    for it in messages:
        assert "List-Unsubscribe" not in it
        assert "unsubscribe" not in it.as_string()


async def test_a_form_in_parts_is_one_click_as_well(ask: Api) -> None:
    ada = await a_member()

    response = await ask.http.post(
        path_for(ask, ada), files={"List-Unsubscribe": (None, "One-Click")}
    )

    assert response.status_code == 200
    assert await chosen(ada) == {RECEIVED: NEVER}


async def test_clicking_again_changes_nothing(ask: Api) -> None:
    ada = await a_member()
    path = path_for(ask, ada)
    first = await ask.http.post(path, data=ONE_CLICK)
    before = await everything()

    again = await ask.http.post(path, data=ONE_CLICK)

    assert (again.status_code, again.text) == (200, first.text)
    assert await everything() == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_the_link_changes_nothing(ask: Api, method: str) -> None:
    path = path_for(ask, await a_member())
    before = await everything()

    response = await ask.http.request(method, path)

    assert response.status_code == 200
    assert await everything() == before


async def test_the_page_stops_them_and_lets_one_have_them_again(ask: Api) -> None:
    ada = await a_member()
    path = path_for(ask, ada)

    shown = await ask.http.get(path)
    stopped = await ask.http.post(path, data={"frequency": "NEVER"})
    after_stopping = await chosen(ada)
    again = await ask.http.post(path, data={"frequency": "AT_ONCE"})

    assert "Stop these e-mails?" in words_of(shown)
    assert "Somebody asks to work with you." in words_of(shown)
    assert "You get no such e-mails" in words_of(stopped)
    assert "Get them again" in words_of(stopped)
    assert after_stopping == {RECEIVED: NEVER}
    assert "Your choice is kept" in words_of(again)
    assert await chosen(ada) == {}


@pytest.mark.parametrize("frequency", [DAILY, WEEKLY])
async def test_one_may_have_them_less_often_instead(ask: Api, frequency: EmailFrequency) -> None:
    ada = await a_member()

    response = await ask.http.post(path_for(ask, ada), data={"frequency": frequency.name})

    assert f"once a {frequency.name.removesuffix('LY').replace('DAI', 'DAY').lower()}" in words_of(
        response
    )
    assert await chosen(ada) == {RECEIVED: frequency}


async def test_all_that_can_be_stopped_is_stopped_at_once(ask: Api) -> None:
    ada = await a_member()

    response = await ask.http.post(path_for(ask, ada), data={"everything": "NEVER"})

    assert response.status_code == 200
    assert await chosen(ada) == dict.fromkeys(STOPPABLE, NEVER)


async def test_a_link_of_several_kinds_stops_these_and_no_others(ask: Api) -> None:
    ada = await a_member()
    await NotificationPreference.choose(ada, [Wish(RECEIVED, WEEKLY)])

    shown = await ask.http.get(path_for(ask, ada, RECEIVED, EXPIRED))
    await ask.http.post(path_for(ask, ada, RECEIVED, EXPIRED), data=ONE_CLICK)

    assert shown.text.count("<li>") == 2
    assert await chosen(ada) == {RECEIVED: NEVER, EXPIRED: NEVER}


@pytest.mark.parametrize("kind", STOPPABLE)
@pytest.mark.parametrize("language", ["en", "de"])
async def test_every_kind_is_said_in_words(ask: Api, kind: EventKind, language: str) -> None:
    ada = await a_member(languages=language)

    response = await ask.http.get(path_for(ask, ada, kind))

    [said] = re.findall(r"<li>\s*(.*?)\s*</li>", response.text, re.DOTALL)
    assert said.endswith(".")
    assert f'<html lang="{language}"' in response.text


async def test_who_is_no_longer_a_member_can_stop_them_too(ask: Api) -> None:
    ada = await a_member(valid_until=clock.now() - timedelta(days=1), suspended_at=clock.now())

    response = await ask.http.post(path_for(ask, ada), data=ONE_CLICK)

    assert response.status_code == 200
    assert await chosen(ada) == {RECEIVED: NEVER}


async def test_a_mail_program_in_a_browser_may_come_from_another_site(ask: Api) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.org"}

    response = await ask.http.post(path_for(ask, await a_member()), data=ONE_CLICK, headers=headers)

    assert response.status_code == 200


async def test_a_wrong_link_stops_nothing(ask: Api) -> None:
    ada, gone = await a_member(), await a_member()
    of_the_gone = path_for(ask, gone)
    await rows("DELETE FROM member WHERE id = :id RETURNING id", id=gone.id)
    ours, others = Signatures([A_KEY]), Signatures(["a-key-of-somebody-else-altogether"])
    hostile = [
        ours.sign(Purpose.ANSWER, ada.id, RECEIVED.name),
        others.sign(Purpose.UNSUBSCRIBE, ada.id, RECEIVED.name),
        ours.sign(Purpose.UNSUBSCRIBE, ada.id, "REQUEST_ACCEPTED"),
        ours.sign(Purpose.UNSUBSCRIBE, ada.id, "NOTHING"),
        ours.sign(Purpose.UNSUBSCRIBE, ada.id),
        ours.sign(Purpose.UNSUBSCRIBE, "mem_unknown", RECEIVED.name),
        ours.sign(Purpose.UNSUBSCRIBE),
        "x" * 5000,
        "%00",
    ]
    before = await everything()

    for path in (of_the_gone, *(f"/unsubscribe/{it}" for it in hostile)):
        assert (await ask.http.get(path)).status_code == 404
        assert (await ask.http.post(path, data=ONE_CLICK)).status_code == 404

    assert await everything() == before


@pytest.mark.parametrize("form", [{}, {"List-Unsubscribe": "Perhaps"}, {"frequency": "HOURLY"}])
async def test_a_form_that_chooses_nothing_changes_nothing(ask: Api, form: dict[str, str]) -> None:
    path = path_for(ask, await a_member())
    before = await everything()

    response = await ask.http.post(path, data=form or {"x": ""})

    assert response.status_code == 400
    assert await everything() == before


async def test_a_link_is_no_key_to_anything_else(ask: Api) -> None:
    ada = await a_member()
    token = path_for(ask, ada).removeprefix("/unsubscribe/")

    shown = await ask.http.get(f"/unsubscribe/{token}")
    answer = await ask.http.get(f"/answer/{token}")

    assert ada.name not in shown.text
    assert ada.email not in shown.text
    assert answer.status_code == 404
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["referrer-policy"] == "no-referrer"
