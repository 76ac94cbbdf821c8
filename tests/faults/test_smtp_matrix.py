"""However a mail server misbehaves, it is known whose fault that was, and all arrives once it has recovered."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

import settings
from mailers import connections, request_mailer, smtp
from models import OutgoingEmail
from models.outgoing_email import OutgoingPhase, OutgoingState
from models.outgoing_email.suppression import count_suppressed
from tests.conftest import Time
from tests.factories import a_request
from tests.mailers.server import PASSWORD, MailHost, listening
from worker import Worker

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]

QUEUED, DEAD = OutgoingState.QUEUED, OutgoingState.DEAD
EMAILS = 5
RECOVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Case:
    """What a mail server does, and what is then true of an e-mail that it did it to."""

    host: dict[str, object]
    state: OutgoingState = QUEUED
    burnt: int = 0  # attempts
    is_in_doubt: bool = False
    is_suppressed: bool = False


CASES = {
    # The mail system is out of order: it burns no attempt.
    "connections are refused": Case({"is_away": True}),
    "554 at connect": Case({"greeting": "554 5.3.2 go away"}),
    "421 at connect": Case({"greeting": "421 4.3.2 busy"}),
    "garbage at connect": Case({"greeting": "Hello there, I am no mail server"}),
    "silence at connect": Case({"greeting": ""}),
    "hangs up at connect": Case({"greeting": "hang up"}),
    "535 password": Case({"password": "another"}),
    "421 at MAIL": Case({"mail_from": "421 4.3.2 closing"}),
    "451 at MAIL": Case({"mail_from": "451 4.3.0 not now"}),
    "550 at MAIL": Case({"mail_from": "550 5.7.1 not you"}),
    "451 in Latin-1 at MAIL": Case({"mail_from": "451 4.3.0 später"}),
    "garbage at MAIL": Case({"mail_from": "What?"}),
    "421 at RCPT": Case({"recipient": "421 4.3.2 closing"}),
    "421 at DATA": Case({"message": "421 4.3.2 closing"}),
    # It may work the next time.
    "450 at RCPT": Case({"recipient": "450 4.2.0 greylisted"}, burnt=1),
    "451 at RCPT": Case({"recipient": "451 4.3.0 later"}, burnt=1),
    "452 at RCPT": Case({"recipient": "452 4.2.2 full"}, burnt=1),
    "450 at DATA": Case({"message": "450 4.2.0 later"}, burnt=1),
    "451 at DATA": Case({"message": "451 4.3.0 later"}, burnt=1),
    "452 at DATA": Case({"message": "452 4.3.1 full"}, burnt=1),
    "451 in Latin-1 at RCPT": Case({"recipient": "451 4.3.0 später"}, burnt=1),
    "hangs up at RCPT": Case({"recipient": "hang up"}, burnt=1),
    "garbage at RCPT": Case({"recipient": "What?"}, burnt=1),
    # … and may have worked this time.
    "hangs up before 250": Case({"message": "hang up"}, burnt=1, is_in_doubt=True),
    "hangs up after 250": Case(
        {"message": "hang up", "takes_all_the_same": True}, burnt=1, is_in_doubt=True
    ),
    "garbage at DATA": Case({"message": "What?"}, burnt=1, is_in_doubt=True),
    "silence at DATA": Case({"stalls": True}, burnt=1, is_in_doubt=True),
    # It never will.
    "550 5.1.1 at RCPT": Case(
        {"recipient": "550 5.1.1 unknown"}, DEAD, burnt=1, is_suppressed=True
    ),
    "550 5.1.1 in Latin-1 at RCPT": Case(
        {"recipient": "550 5.1.1 Empfänger unbekannt"}, DEAD, burnt=1, is_suppressed=True
    ),
    "550 5.1.1 with a NUL at RCPT": Case(
        {"recipient": "550 5.1.1 un\0known"}, DEAD, burnt=1, is_suppressed=True
    ),
    "550 5.1.0 at RCPT": Case({"recipient": "550 5.1.0 Sender rejected"}, DEAD, burnt=1),
    "550 5.7.1 at RCPT": Case({"recipient": "550 5.7.1 not wanted"}, DEAD, burnt=1),
    "550 5.1.1 at DATA": Case({"message": "550 5.1.1 unknown"}, DEAD, burnt=1, is_suppressed=True),
    "550 5.7.1 at DATA": Case({"message": "550 5.7.1 spam"}, DEAD, burnt=1),
    "552 at MAIL": Case({"mail_from": "552 5.3.4 too large"}, DEAD, burnt=1),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_mail_server_that_misbehaves_loses_nothing(
    name: str, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    if "silence" in name:
        _be_patient(monkeypatch, 0.1)
    for _ in range(EMAILS):
        await request_mailer.received(await a_request(), []).deliver_later()

    async with listening(MailHost(**case.host)) as host:  # type: ignore[arg-type]
        url = host.url.replace("//", f"//me:{PASSWORD}@") if host.password else host.url
        worker = Worker(settings.read({"SMTP_URL": url}))
        await worker.work_off()
        met = [it for it in await OutgoingEmail.all() if it.last_error]

        assert met
        assert {(it.state, it.attempts) for it in met} == {(case.state, case.burnt)}
        assert {it.phase is OutgoingPhase.DATA for it in met} == {case.is_in_doubt}
        assert await count_suppressed() == (len(met) if case.is_suppressed else 0)
        if case.burnt:
            assert len(met) == EMAILS  # no breaker keeps the others

        _be_patient(monkeypatch, 30)
        await host.recover()
        time.passes(RECOVERY)
        await worker.work_off()
        await worker.work_off()

    ended = await OutgoingEmail.exclude(state=OutgoingState.SENT)
    assert {it.state for it in ended} <= {case.state} - {QUEUED}
    arrived = {it.content.split(b"Message-ID: ")[1].split()[0] for it in host.taken}  # type: ignore[union-attr]
    assert len(arrived) == EMAILS - len(ended)


def _be_patient(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(connections, "PATIENCE", seconds)
    monkeypatch.setattr(smtp, "LONGEST_SEND", seconds)
