"""Lines that cannot be imported beside each other, or beside the members there are."""

from collections.abc import Iterable, Sequence

from models.member_import.identity import Identity
from models.member_import.line import BadLine, Line


def clashes(lines: Sequence[Line], members: Iterable[Identity]) -> list[BadLine]:
    """The lines after which two people would sign in with the same.

    What counts is how things are after the import: members may swap their addresses. Of lines that
    clash the first is right. Who has no line, or a bad one, stays as they are.
    """
    known, named = {it.name: it for it in members}, {it.identity.name for it in lines}
    holders = _Holders()
    for member in (it for name, it in known.items() if name not in named):
        holders.keep(member)
    for line in lines:
        holders.admit(line)
    staying = [known[it] for it in known if it in named and it not in holders.admitted]
    for member in staying:  # which grows meanwhile
        staying += [known[it] for it in holders.keep(member) if it in known]
    return holders.bad


class _Holders:
    """Who will sign in with what."""

    def __init__(self) -> None:
        self._held: dict[str, Identity] = {}  # by handle
        self.admitted: dict[str, Line] = {}  # by the name of the person
        self.bad: list[BadLine] = []

    def admit(self, line: Line) -> None:
        """Give a line's person what it says, unless somebody else holds a part of it."""
        rivals = self._rivals_of(line.identity)
        if rivals:
            self._refuse(line, rivals[0])
            return
        self.admitted[line.identity.name] = line
        self._give(line.identity)

    def keep(self, member: Identity) -> list[str]:
        """Leave a member what they have. Gives the names of those whose lines are bad therefore."""
        losers = {it.name for it in self._rivals_of(member)} & self.admitted.keys()
        for it in losers:
            self._refuse(self.admitted.pop(it), member)
        self._give(member)
        return sorted(losers)

    def _rivals_of(self, person: Identity) -> list[Identity]:
        return [self._held[it] for it in person.handles if it in self._held]

    def _refuse(self, line: Line, rival: Identity) -> None:
        self.bad.append(BadLine(line.number, line.identity.rivalry(rival)))

    def _give(self, person: Identity) -> None:
        self._held.update(dict.fromkeys(person.handles, person))
