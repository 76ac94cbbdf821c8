"""An e-mail as it travels (RFC 5322)."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from mailers.rendering import Rendered
from models import Member, text

_LONGEST_NAME = 60  # characters; longer ones make header lines that some servers refuse


def address(member: Member) -> Address:
    """The one recipient, whatever is in the name."""
    username, _, domain = member.email.rpartition("@")
    name = "".join(it for it in text.line(member.name) if it.isprintable())
    return Address(_plain(name[:_LONGEST_NAME].strip()), username=username, domain=domain)


def message(
    words: Rendered, *, id: str, to: Member, sender: str, written_at: datetime, answers: str
) -> EmailMessage:
    """The message with a fixed Message-ID; it `answers` the e-mail with that id, unless that is itself."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = address(to)
    mail["Subject"] = _plain(words.subject)
    mail["Date"] = written_at
    mail["Message-ID"] = f"<{id}@{domain}>"
    if answers != id:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    # Seven bits, so that the bytes are the same text in the database and on every server.
    mail.set_content(words.text, cte="quoted-printable")
    mail.add_alternative(words.html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = words.language  # last: the parts would take it for theirs
    return mail


def _plain(words: str) -> str:
    """What people wrote, as a header may hold it: it must not read as an encoded word (RFC 2047).

    EmailMessage decodes those that it is given, line breaks and all, which would end the header.
    """
    return words.replace("=?", "= ?")
