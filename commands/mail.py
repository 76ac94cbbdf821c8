"""The `mail` commands, for those who see to it that e-mails arrive."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path

from commands.command import Given
from commands.database import database
from mailers.calendars import CalendarPart, part_of
from mailers.catalogs import FOLDER as CATALOGS
from mailers.catalogs import SOURCE
from mailers.check_up import findings
from mailers.email import Email
from mailers.links import Links
from mailers.message import message
from mailers.rendering import Rendered
from models import OutgoingEmail, OutgoingState, clock, text
from models.outgoing_email import survey
from models.outgoing_email.suppression import allow, why_suppressed
from settings import Settings

MOST_LISTED = 10_000  # e-mails
LONGEST_SHOWN = 60  # characters of a fact; what people wrote to each other is longer
_SECRET = ("token",)  # facts that are a key to something
_INVENTED = "eml_preview"

_WHAT_HAPPENED = {
    OutgoingState.QUEUED: "It waits to be sent, not before {due}.",
    OutgoingState.SENDING: "A worker is sending it.",
    OutgoingState.SENT: "It went out on {sent}.",
    OutgoingState.DEAD: "It was given up; `mail retry {id}` tries again.",
    OutgoingState.CANCELLED: "It was not called for any more.",
    OutgoingState.HELD: "It waited in a backup, and may have been sent since; `mail release {id}` sends it.",
    OutgoingState.SUPPRESSED: "Nothing is sent to its address; `mail allow ADDRESS` changes that.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which commands there are, and what they take."""
    commands = parser.add_subparsers(dest="errand", required=True, metavar="errand")
    listing = commands.add_parser("list", help="what is in the outbox")
    listing.add_argument("--state", choices=[it.name for it in OutgoingState])
    listing.add_argument("--most", type=_number, default=20, help="how many to show, newest first")
    show = commands.add_parser("show", help="what became of one e-mail")
    show.add_argument("id", type=_word)
    again = commands.add_parser("retry", help="send what was given up after all")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", type=_word)
    which.add_argument("--dead", action="store_true", help="all that were given up")
    release = commands.add_parser("release", help="send what a backup held, and was not sent since")
    which = release.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", type=_word)
    which.add_argument("--all", action="store_true", help="all that are held")
    allowing = commands.add_parser("allow", help="send to an address again where nobody was")
    allowing.add_argument("address", type=_word)
    preview = commands.add_parser("preview", help="write e-mails to invented people into files")
    preview.add_argument("template", help="such as request_mailer/received, or all")
    languages = [SOURCE, *sorted(it.stem for it in CATALOGS.glob("*.po"))]
    preview.add_argument("--locale", default=SOURCE, choices=languages)
    preview.add_argument("--folder", type=Path, default=Path("mail-preview"))
    commands.add_parser("doctor", help="what keeps e-mails from arriving; 1 if something does")


def _number(written: str) -> int:
    if not (written.isdecimal() and 0 < int(written[:9]) <= MOST_LISTED):
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_LISTED}, please")
    return int(written)


def _word(written: str) -> str:
    # What is not UTF-8 on the command line comes as lone surrogates.
    if not text.is_storable(written):
        raise argparse.ArgumentTypeError("this is not UTF-8")
    return written


async def run(settings: Settings, given: Given) -> None:
    """Do an errand."""
    errands: dict[str, Callable[[Settings, Given], Awaitable[None]]] = {
        "list": _list,
        "show": _show,
        "retry": _retry,
        "release": _release,
        "allow": _allow,
        "preview": _preview,
        "doctor": _doctor,
    }
    async with database(settings):
        await errands[given.errand](settings, given)


async def _list(_: Settings, given: Given) -> None:
    number = await survey.counts()
    print(", ".join(f"{count} {state.name}" for state, count in number.items() if count) or "None.")
    if since := await survey.longest_due():
        print(f"The longest due has been since {_when(since)}.")
    state = OutgoingState[given.state] if given.state else None
    newest = await survey.newest(state, most=given.most)
    if state and not newest:
        print(f"None is {state.name}.")
    for it in newest:
        why = f"  {text.printable(it.last_error)}" if it.last_error else ""
        print(f"{it.id}  {_when(it.created_at)}  {it.state.name:10} {it.template}{why}")


async def _show(_: Settings, given: Given) -> None:
    email = await OutgoingEmail.get_or_none(id=given.id)
    if email is None:
        sys.exit(f"There is no e-mail {given.id}.")
    await email.fetch_related("reader")
    reader = email.reader
    for name, value in {
        "Id": email.id,
        "To": f"{reader.name} <{email.address or reader.email}>" if reader else email.address,
        "Subject": email.subject,
        "Template": email.template,
        "About": email.about_id,
        "Urgency": email.urgency.name,
        "Promised": _when(email.created_at),
        "Attempts": email.attempts,
        "Last error": email.last_error,
        **{f"  {name}": _shown(name, value) for name, value in email.facts.items()},
    }.items():
        print(f"{name + ':':14} {'–' if value is None else text.printable(str(value))}")
    sent = _when(email.sent_at) if email.sent_at else ""
    print(_WHAT_HAPPENED[email.state].format(id=email.id, due=_when(email.due_at), sent=sent))


def _shown(name: str, fact: object) -> str:
    words = str(fact)
    is_private = name in _SECRET or len(words) > LONGEST_SHOWN or "\n" in words
    # What members and mail servers say must not give orders to the terminal.
    return f"({len(words)} characters)" if is_private else text.printable(words)


async def _retry(_: Settings, given: Given) -> None:
    if given.dead:
        print(f"{await survey.retry_dead()} e-mails are tried again.")
        return
    if not await survey.retry(given.id):
        sys.exit(f"{given.id} is no e-mail that was given up.")
    email = await OutgoingEmail.get(id=given.id)
    print(f"{given.id} is tried again.")
    if email.address and (why := await why_suppressed(email.address)):
        print(f"But nothing is sent to {email.address}: {why}. See `mail allow`.")


async def _release(_: Settings, given: Given) -> None:
    if given.all:
        print(f"{await survey.release_all()} e-mails are sent now.")
        return
    if not await survey.release(given.id):
        sys.exit(f"{given.id} is no e-mail that is held.")
    print(f"{given.id} is sent now.")


async def _allow(_: Settings, given: Given) -> None:
    if not await allow(given.address):
        sys.exit(f"{given.address} is no address that nothing is sent to.")
    print(f"E-mails are sent to {given.address} again.")


async def _preview(settings: Settings, given: Given) -> None:
    # Only here, because it makes people, who are of no use to anybody else.
    previews = import_module("mailers.previews")
    chosen = {
        name: preview()
        for name, preview in previews.PREVIEWS.items()
        if given.template in ("all", name.partition(" ")[0])
    }
    if not chosen:
        known = sorted({it.partition(" ")[0] for it in previews.PREVIEWS})
        sys.exit(f"There is no e-mail {given.template}, but: {', '.join(known)}.")
    try:
        given.folder.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        sys.exit(f"Nothing can be written into {given.folder}: {trouble.strerror}.")
    for name, email in chosen.items():
        words = previews.rendered(email, settings, given.locale)
        stem = f"{name.replace('/', '.').replace(' ', '-')}.{given.locale}"
        calendar = part_of(email.facts, email.reader, Links(settings), given.locale)
        mail = _message(email, words, calendar, sender=settings.mail_from)
        (given.folder / f"{stem}.eml").write_bytes(mail.as_bytes())
        (given.folder / f"{stem}.html").write_text(words.html, encoding="utf-8")
        print(f"{given.folder / stem}.eml and .html: {words.subject}")


def _message(
    email: Email, words: Rendered, calendar: CalendarPart | None, *, sender: str
) -> EmailMessage:
    assert email.reader, "a preview is for somebody"
    return message(
        words,
        id=_INVENTED,
        to=email.reader,
        sender=sender,
        written_at=clock.now(),
        answers=_INVENTED,
        sent_for=email.sent_for.name if email.sent_for else None,
        reply_to=email.reply_to,
        calendar=calendar,
    )


async def _doctor(settings: Settings, _: Given) -> None:
    found = [it async for it in findings(settings)]
    for it in found:
        print(f"{'!!' if it.is_wrong else '  '} {it.words}")
    if any(it.is_wrong for it in found):
        sys.exit(1)


def _when(instant: datetime) -> str:
    return f"{clock.moment(clock.milliseconds(instant)):%Y-%m-%d %H:%M:%S} UTC"
