"""Mentoring sessions as calendars have them (RFC 5545): invitations by e-mail, and feeds.

Instants are in UTC, so that they are right whatever the clocks of its readers do until then: each
calendar shows them in the time of where it is.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, NamedTuple

from icalendar import Calendar, Event, vCalAddress, vDuration

from mailers import lines, plain
from mailers.links import Links
from mailers.rendering import environment
from models import Member, MentoringSession, clock, text

REFRESH = timedelta(hours=1)  # between two looks of a calendar at a feed

_PRODUCT = "-//Mentor Match//Mentor Match 1.0//EN"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # what no text of a calendar may hold
_STATUS = {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED", "PUBLISH": "CONFIRMED"}


class CalendarPart(NamedTuple):
    """What an e-mail tells a calendar: to do what (RFC 5546), and with what."""

    method: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A session in a calendar of one of the two, and what it is known by there."""

    id: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    partner: str
    location: str
    agenda: str

    @classmethod
    def of(cls, session: MentoringSession, reader: Member) -> "Entry":
        """As the reader has it; the relationship is loaded, with both."""
        relationship = session.relationship
        is_mentor = reader.id == relationship.mentor_id
        return cls(
            id=session.id,
            sequence=session.sequence,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            changed_at=session.updated_at,
            partner=(relationship.mentee if is_mentor else relationship.mentor).name,
            location=session.location,
            agenda=session.agenda,
        )

    @classmethod
    def told(cls, facts: Mapping[str, Any]) -> "Entry":
        """What `as_facts` told."""
        instants = ("starts_at", "ends_at", "changed_at")
        return cls(**{**facts, **{it: clock.moment(facts[it]) for it in instants}})

    def as_facts(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            name: clock.milliseconds(it) if isinstance(it, datetime) else it
            for name, it in vars(self).items()
        }


def part_of(
    facts: Mapping[str, Any], reader: Member, links: Links, language: str
) -> CalendarPart | None:
    """What the calendar of the reader is told by an e-mail with these facts, if anything."""
    told = facts.get("calendar")
    if told is None:
        return None
    event = _event(Entry.told(told["entry"]), told["method"], links, language)
    event.add("organizer", _address(*parseaddr(links.settings.mail_from)))
    event.add("attendee", _attendee(reader.name, reader.email, has_accepted=told["is_planner"]))
    if told["partner_address"]:
        name = told["entry"]["partner"]
        other = _attendee(name, told["partner_address"], has_accepted=told["is_partner_planner"])
        event.add("attendee", other)
    calendar = _calendar(told["method"])
    calendar.add_component(event)
    return CalendarPart(told["method"], _bytes(calendar).decode())


def feed(entries: Iterable[Entry], *, name: str, links: Links, language: str) -> bytes:
    """A calendar with these sessions, under this name."""
    calendar = _calendar("PUBLISH")
    calendar.add("name", text.line(name))
    calendar.add("x-wr-calname", text.line(name))
    calendar.add("refresh-interval", vDuration(REFRESH), {"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for it in entries:
        event = _event(it, "PUBLISH", links, language)
        event.add("organizer", _address(*parseaddr(links.settings.mail_from)))
        calendar.add_component(event)
    return _bytes(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _bytes(calendar: Calendar) -> bytes:
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, method: str, links: Links, language: str) -> Event:
    event = Event()
    # The same for good, whatever becomes of our domain: calendars know the session by it.
    event.add("uid", entry.id)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", _summary(entry.partner, language))
    if location := text.line(entry.location):
        event.add("location", location)
    if agenda := _paragraphs(entry.agenda):
        event.add("description", agenda)
    event.add("url", links.to("session", entry.id))
    event.add("status", _STATUS[method])
    # With whom one talks about one's career is not for everybody who may see when one is free.
    event.add("class", "PRIVATE")
    return event


def _summary(partner: str, language: str) -> str:
    template = environment(plain, language).get_template("calendar.jinja")
    return lines.joined(template.render(partner=text.line(partner)))


def _paragraphs(words: str) -> str:
    return "\n".join(_CONTROL.sub("", it) for it in lines.split(words))


def _attendee(name: str, address: str, *, has_accepted: bool) -> vCalAddress:
    attendee = _address(name, address)
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "ACCEPTED" if has_accepted else "NEEDS-ACTION"
    attendee.params["RSVP"] = "FALSE"  # nobody reads the answers: who cannot come says so here
    return attendee


def _address(name: str, address: str) -> vCalAddress:
    known = vCalAddress(f"mailto:{address}")
    if name:
        # Quotes cannot stand in a name; what stands for them (RFC 6868), many calendars show as it is.
        known.params["CN"] = text.line(name).replace('"', "'").replace("^", "")
    return known
