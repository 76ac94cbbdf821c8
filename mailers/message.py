"""An e-mail as it travels (RFC 5322)."""

import re
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import parseaddr, quote

from mailers.calendars import CalendarPart
from mailers.rendering import Rendered
from models import Member, text

_FILE_NAME = "invitation.ics"
_LONGEST_NAME = 60  # characters; longer ones make header lines that some servers refuse
_LONGEST_QUOTED = 64  # characters with what quoting adds, so that they fit on a line of any header
_SPECIALS = re.compile(r'[()<>\[\]:;@\\,."]')  # what has to be quoted (RFC 5322)


def address(member: Member) -> Address:
    """The one recipient, whatever is in the name."""
    return _address(_printable(member.name), member.email)


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header that stays as it is.

    What is long and has no blanks EmailMessage would encode, and no mail program know for a link.
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", _OneLine)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def message(
    words: Rendered,
    *,
    id: str,
    to: Member,
    sender: str,
    written_at: datetime,
    answers: str,
    sent_for: str | None = None,
    reply_to: str | None = None,
    unsubscribe: str | None = None,
    calendar: CalendarPart | None = None,
) -> EmailMessage:
    """The message with a fixed Message-ID; it `answers` the e-mail with that id, unless that is itself.

    It may be `sent_for` somebody: from our address, which is the one that mail servers believe us,
    under their name, and with an address to `reply_to` if there is one.
    With an address to `unsubscribe` at, mail programs offer that by one click (RFC 8058).
    A `calendar` is another alternative, which mail programs show with buttons (RFC 6047), and is
    attached as well, for those that only know files.
    """
    domain = parseaddr(sender)[1].rpartition("@")[2]
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _on_behalf_of(sent_for, sender) if sent_for else sender
    mail["To"] = address(to)
    if sent_for and reply_to:
        mail["Reply-To"] = _address(_printable(sent_for), reply_to)
    mail["Subject"] = _plain(words.subject)
    mail["Date"] = written_at
    mail["Message-ID"] = f"<{id}@{domain}>"
    if answers != id:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if unsubscribe:
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    _fill(mail, words, calendar)
    mail["Content-Language"] = words.language  # last: the parts would take it for theirs
    return mail


def _on_behalf_of(name: str, sender: str) -> Address:
    our_name, our_address = parseaddr(sender)
    us = our_name or our_address.rpartition("@")[2]
    return _address(f"{_printable(name)} via {us}", our_address)


def _fill(mail: EmailMessage, words: Rendered, calendar: CalendarPart | None) -> None:
    # Seven bits, so that the bytes are the same text in the database and on every server.
    mail.set_content(words.text, cte="quoted-printable")
    mail.add_alternative(words.html, subtype="html", cte="quoted-printable")
    if calendar:
        method = {"method": calendar.method}
        mail.add_alternative(
            calendar.text, subtype="calendar", params=method, cte="quoted-printable"
        )
        mail.add_attachment(
            calendar.text.encode(), maintype="application", subtype="ics", filename=_FILE_NAME
        )


def _printable(name: str) -> str:
    return text.printable(name)[:_LONGEST_NAME].strip()


def _address(name: str, address: str) -> Address:
    if len(quote(name)) > _LONGEST_QUOTED:
        # What does not fit on a line loses its quotes when EmailMessage breaks it, and so would
        # become addresses.
        name = " ".join(_SPECIALS.sub(" ", name).split())
    username, _, domain = address.rpartition("@")
    return Address(_plain(name), username=username, domain=domain)


def _plain(words: str) -> str:
    """What people wrote, as a header may hold it: it must not read as an encoded word (RFC 2047).

    EmailMessage decodes those that it is given, line breaks and all, which would end the header.
    """
    return words.replace("=?", "= ?")
