"""Who somebody is: what they sign in with, which nobody else may."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

from models import email_address, text


@dataclass(frozen=True)
class Identity:
    """A user name and an address, and `whose` they are: “another member”, “line 2”."""

    username: str
    email: str
    whose: str

    @cached_property
    def name(self) -> str:
        """The user name, in upper case or lower; an accent, or ß for ss, makes it somebody else's."""
        return unicodedata.normalize("NFC", unicodedata.normalize("NFC", self.username).lower())

    @cached_property
    def handles(self) -> list[str]:
        """All that signs in as this person, as signing in compares it."""
        # A user name may have the form of an address, and then be typed as one.
        keys = (text.key(self.username), email_address.key(self.username), self._address)
        return [it for it in keys if it]

    def rivalry(self, other: "Identity") -> str:
        """Why this person and another with one of these handles cannot both be members."""
        if self.name == other.name:
            return f"the user name of {other.whose} is the same"
        if text.key(self.username) == text.key(other.username):
            return f"the user name of {other.whose} is written alike: {other.username}"
        if self._address == other._address:
            return f"{self.email} is the address of {other.whose}"
        if self._address in other.handles:
            return f"{self.email} is the user name of {other.whose}"
        return f"{self.username} is the address of {other.whose}"

    @property
    def _address(self) -> str:
        return self.email.casefold()
