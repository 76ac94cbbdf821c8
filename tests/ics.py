"""A strict reader of calendars (RFC 5545), apart from the library that writes them."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

_NAME = r"[A-Za-z0-9-]+"
_PLAIN, _QUOTED = r'[^\x00-\x08\x0a-\x1f\x7f";:,]*', r'"[^\x00-\x08\x0a-\x1f\x7f"]*"'
_PARAMETER = rf";({_NAME})=({_PLAIN}|{_QUOTED})"
_LINE = re.compile(rf"({_NAME})((?:{_PARAMETER})*):(.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ESCAPE = re.compile(r"\\(.)")
_LONGEST = 75  # octets of a line
_ONCE = {  # what stands exactly once in a component
    "VCALENDAR": {"VERSION", "PRODID", "METHOD"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "STATUS"},
}
_AT_MOST_ONCE = {"LOCATION", "DESCRIPTION", "URL", "CLASS", "ORGANIZER", "CALSCALE", "NAME"}


@dataclass
class Property:
    """One line, unfolded."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value of one that is a TEXT. Fails if something in it had to be escaped and is not."""
        bare = _ESCAPE.sub("", self.value)
        assert not re.search(r"[\\;,]", bare), self
        assert set(_ESCAPE.findall(self.value)) <= set("\\;,nN"), self
        return _ESCAPE.sub(lambda it: "\n" if it[1] in "nN" else it[1], self.value)

    @property
    def instant(self) -> datetime:
        """The value of one that is a DATE-TIME in UTC. Fails if it is anything else."""
        assert not self.parameters, self
        return datetime.strptime(self.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@dataclass
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    components: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [it for it in self.properties if it.name == name]

    def __getitem__(self, name: str) -> Property:
        [only] = self.all(name)
        return only


def read(content: bytes) -> Component:
    """The calendar. Fails if it is not written as it has to be, or says what it may not."""
    root = Component("")
    open_ = [root]
    for line in _unfolded(content):
        read = _property(line)
        if read.name == "BEGIN":
            component = Component(read.value)
            open_[-1].components.append(component)
            open_.append(component)
        elif read.name == "END":
            assert open_.pop().name == read.value
        else:
            open_[-1].properties.append(read)
    [calendar] = root.components
    assert open_ == [root]
    assert root.properties == []
    _check(calendar)
    return calendar


def _unfolded(content: bytes) -> list[str]:
    *lines, rest = content.split(b"\r\n")
    assert rest == b"", "the last line does not end"
    assert all(len(it) <= _LONGEST for it in lines), "a line is not folded"
    assert all(it for it in lines), "there is an empty line"
    # Each is read by itself: no letter may be cut in two.
    return "\n".join(it.decode() for it in lines).replace("\n ", "").split("\n")


def _property(line: str) -> Property:
    assert not _CONTROL.search(line), f"{line!r} has control characters"
    found = _LINE.fullmatch(line)
    assert found, f"{line!r} is no line of a calendar"
    parameters = re.findall(_PARAMETER, found[2])
    return Property(found[1].upper(), {k.upper(): v.strip('"') for k, v in parameters}, found[5])


def _check(calendar: Component) -> None:
    assert calendar.name == "VCALENDAR"
    assert calendar["VERSION"].value == "2.0"
    method = calendar["METHOD"].value
    for it in (calendar, *calendar.components):
        for name in _ONCE[it.name]:
            assert len(it.all(name)) == 1, f"{name} of {it.name}"
        for name in _AT_MOST_ONCE:
            assert len(it.all(name)) <= 1, f"{name} of {it.name}"
    for event in calendar.components:
        assert event["DTEND"].instant > event["DTSTART"].instant
        assert event["DTSTAMP"].instant
        assert event["ORGANIZER"].value.startswith("mailto:")
        # RFC 5546: 3.2.1, 3.2.2 and 3.2.5
        assert bool(event.all("ATTENDEE")) is (method in ("REQUEST", "CANCEL"))
        assert (event["STATUS"].value == "CANCELLED") is (method == "CANCEL")
