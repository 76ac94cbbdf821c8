"""`main.py mail …`: looking after the e-mails."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mailers import request_mailer
from models import Member, MentoringRequest, OutgoingEmail, OutgoingState
from models.outgoing_email.suppression import suppress, why_suppressed
from tests.factories import a_request
from tests.mailers.name_server import NameServer, answering
from tests.mailers.server import MailHost, listening
from tests.mailers.test_sender_domain import GOOD as GOOD_RECORDS
from tests.test_command_line import Run

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]
GOOD = {
    "PUBLIC_URL": "https://mentoring.association.club",
    "MAIL_FROM": "Mentoring <mentoring@association.club>",
}


@pytest.fixture
async def good() -> AsyncIterator[dict[str, str]]:
    """Settings with nothing wrong in them, nor in the DNS."""
    async with answering(NameServer(GOOD_RECORDS)) as server:
        yield {**GOOD, "DNS_SERVER": f"127.0.0.1:{server.port}"}


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    return Run(database_url, tmp_path)


async def a_promise() -> tuple[MentoringRequest, OutgoingEmail]:
    request = await a_request(message="Only between the two of us:\nwould you?")
    await request_mailer.received(request, []).deliver_later()
    return request, await OutgoingEmail.get(about_id=request.id)


async def a_dead_email(why: str = "550 5.7.1 not wanted") -> OutgoingEmail:
    await a_promise()
    [email] = await OutgoingEmail.claim()
    await email.begin(address="ada@association.test", subject="Hello", mime="the bytes")
    await email.refused(why, is_nobody_there="5.1.1" in why)
    return email


async def test_the_list_says_how_many_there_are_and_what_became_of_them(run: Run) -> None:
    dead, (_, waiting) = await a_dead_email(), await a_promise()

    everything, given_up = await run("mail", "list"), await run("mail", "list", "--state", "DEAD")

    assert everything.out.startswith("1 QUEUED, 1 DEAD\nThe longest due has been since ")
    assert waiting.id in everything.out
    assert "550 5.7.1 not wanted" in everything.out
    assert dead.id in given_up.out
    assert waiting.id not in given_up.out


async def test_a_list_of_none_says_so(run: Run) -> None:
    await a_promise()

    given_up = await run("mail", "list", "--state", "DEAD")

    assert given_up.out.splitlines()[-1] == "None is DEAD."


async def test_one_email_is_shown_without_what_people_wrote_to_each_other(run: Run) -> None:
    request, email = await a_promise()

    outcome = await run("mail", "show", email.id)

    assert f"{request.recipient.name} <{request.recipient.email}>" in outcome.out
    assert "It waits to be sent" in outcome.out
    assert "between the two of us" not in outcome.out


async def test_an_unknown_email_is_no_crash(run: Run) -> None:
    outcome = await run("mail", "show", "eml_none")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.endswith("There is no e-mail eml_none.\n")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("list", "--most", "-5"), "a number from 1 to 10000, please"),
        (("list", "--most", "9" * 20), "a number from 1 to 10000, please"),
        (("show", "\udcff"), "this is not UTF-8"),
        (("allow", "\udcff"), "this is not UTF-8"),
        (("preview", "all", "--folder", "/dev/null"), "Nothing can be written into /dev/null"),
    ],
)
async def test_what_cannot_be_meant_is_no_crash(
    run: Run, words: tuple[str, ...], sentence: str
) -> None:
    outcome = await run("mail", *words)

    assert outcome.code != 0
    assert sentence in outcome.err
    assert "Traceback" not in outcome.err


async def test_nobody_gives_orders_to_the_terminal(run: Run) -> None:
    request, email = await a_promise()
    await Member.filter(id=request.recipient_id).update(name="Eve\x9b2J")
    await OutgoingEmail.filter(id=email.id).update(last_error="550 \x1b]0;owned\x07")

    shown, listed = await run("mail", "show", email.id), await run("mail", "list")

    assert "To:            Eve2J" in shown.out
    assert "550  ]0;owned" in listed.out
    assert "\x1b" not in shown.out + listed.out


@pytest.mark.parametrize("is_all", [True, False])
async def test_what_was_given_up_can_be_tried_again(run: Run, is_all: bool) -> None:
    email = await a_dead_email()

    outcome = await run("mail", "retry", "--dead" if is_all else email.id)

    assert outcome.code == 0
    again = await OutgoingEmail.get(id=email.id)
    assert (again.state, again.attempts) == (OutgoingState.QUEUED, 0)


async def test_what_was_not_given_up_is_not_tried_again(run: Run) -> None:
    _, email = await a_promise()

    outcome = await run("mail", "retry", email.id)

    assert outcome.code == 1
    assert (await OutgoingEmail.get(id=email.id)).due_at == email.due_at


async def test_an_address_can_be_allowed_again(run: Run) -> None:
    await suppress("ada@association.test", "550 5.1.1 unknown")

    first = await run("mail", "allow", "Ada@association.test")
    second = await run("mail", "allow", "ada@association.test")

    assert (first.code, second.code) == (0, 1)
    assert await why_suppressed("ada@association.test") is None


async def test_a_good_mail_system_is_said_to_be_good(run: Run, good: dict[str, str]) -> None:
    async with listening(MailHost(password="secret")) as host:
        url = host.url.replace("//", "//me:secret@")
        outcome = await run("mail", "doctor", SMTP_URL=url, **good)

    assert outcome.code == 0, outcome.out
    assert "It takes e-mails from mentoring@association.club." in outcome.out
    assert "Answers and bounces go to mx.association.club." in outcome.out
    assert "secret" not in outcome.out
    assert host.taken == []


@pytest.mark.parametrize(
    ("host", "words"),
    [
        (MailHost(mail_from="550 5.7.1 not you"), "says 550 5.7.1 not you."),
        (MailHost(password="another"), "says 535 5.7.8 Authentication credentials invalid."),
        (MailHost(greeting="554 go away"), "says 554 go away."),
        (MailHost(is_away=True), "cannot be used: Error connecting"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_wrong_with_a_mail_server_is_said(
    run: Run, good: dict[str, str], host: MailHost, words: str
) -> None:
    async with listening(host):
        url = host.url.replace("//", "//me:secret@") if host.password else host.url
        outcome = await run("mail", "doctor", SMTP_URL=url, **good)

    assert outcome.code == 1
    assert words in outcome.out
    assert "secret" not in outcome.out


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_wrong_with_the_domain_is_said(run: Run, good: dict[str, str]) -> None:
    async with listening(MailHost()) as host:
        there_is_none = {**good, "SMTP_URL": host.url, "MAIL_FROM": "me@asociation.club"}
        outcome = await run("mail", "doctor", **there_is_none)

    assert outcome.code == 1
    assert "!! There is no domain asociation.club: correct MAIL_FROM" in outcome.out


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_settings_with_which_no_email_is_of_use_are_said_to_be_wrong(run: Run) -> None:
    outcome = await run("mail", "doctor")

    wrong = [it for it in outcome.out.splitlines() if it.startswith("!!")]
    assert outcome.code == 1
    assert [it.split()[1] for it in wrong] == ["PUBLIC_URL", "MAIL_FROM", "SMTP_URL"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_email_can_be_looked_at_before_anybody_gets_it(run: Run) -> None:
    outcome = await run("mail", "preview", "enrollment_mailer/welcome", "--locale", "de")

    written = {it.name for it in (run.folder / "mail-preview").iterdir()}
    assert outcome.code == 0, outcome.err
    assert {
        "enrollment_mailer.welcome.de.eml",
        "enrollment_mailer.welcome.de.html",
        "enrollment_mailer.welcome-as-a-mentee.de.eml",
    } <= written
    assert await OutgoingEmail.all().count() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_email_that_there_is_not_is_named(run: Run) -> None:
    outcome = await run("mail", "preview", "enrollment_mailer/farewell")

    assert outcome.code == 1
    assert "There is no e-mail enrollment_mailer/farewell, but: " in outcome.err
