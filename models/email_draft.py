"""An e-mail that somebody can send from their own account."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class EmailDraft:
    """E-mail the viewer can send from their own account."""

    to: str
    subject: str
    body: str

    @property
    def mailto_url(self) -> str:
        """The whole draft as a link (RFC 6068)."""
        body = self.body.replace("\n", "\r\n")
        return f"mailto:{quote(self.to, safe='@')}?subject={quote(self.subject)}&body={quote(body)}"
