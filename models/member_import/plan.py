"""What an import would do, given the members there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from models.member import Member
from models.member_import.clashes import clashes
from models.member_import.identity import Identity
from models.member_import.line import BadLine, Line

_COLUMNS = (
    *("id", "username", "username_key", "email", "email_key", "password_hash"),
    *("name", "name_key", "valid_until", "is_coordinator"),
)


@dataclass(frozen=True)
class Change:
    """A line about somebody who is a member already."""

    line: Line
    member: Member

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the line says otherwise."""
        said = self.line.values.items()
        return {name: value for name, value in said if getattr(self.member, name) != value}

    @property
    def moves(self) -> bool:
        """Whether the member gets another address, and not only the same written otherwise."""
        return "email_key" in self.values

    @property
    def gives_password(self) -> bool:
        """Whether the member had none."""
        return bool(self.line.password) and not self.member.password_hash


@dataclass(frozen=True)
class Plan:
    """Who is to be added and changed; the bad lines say why somebody is not."""

    added: Sequence[Line]
    changed: Sequence[Change]
    unchanged: int
    bad: Sequence[BadLine]

    @classmethod
    async def of(cls, lines: Sequence[Line], bad: Sequence[BadLine]) -> Self:
        """The plan for lines that are right by themselves, besides those that are not."""
        members = {_identity(it): it for it in await Member.all().only(*_COLUMNS)}
        bad = sorted([*bad, *clashes(lines, members)], key=lambda it: it.number)
        wrong = {it.number for it in bad}
        good = {it.identity.name: it for it in lines if it.number not in wrong}
        known = {who.name: it for who, it in members.items() if who.name in good}
        changes = [Change(good[name], it) for name, it in known.items()]
        changed = [it for it in changes if it.values or it.gives_password]
        added = [it for name, it in good.items() if name not in known]
        return cls(added, changed, len(changes) - len(changed), bad)

    def lines_that_give_passwords(self) -> Iterator[Line]:
        """Those with a first password for somebody who has none."""
        yield from (it for it in self.added if it.password)
        yield from (it.line for it in self.changed if it.gives_password)


def _identity(member: Member) -> Identity:
    return Identity(member.username, member.email, whose="another member")
