"""Invitations as calendars take them (RFC 5545, 5546 and 6047), read by a reader of our own."""

import email
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import settings
from mailers import session_mailer
from mailers.calendars import Entry, feed, part_of
from mailers.links import Links
from models import (
    CompletionOutcome,
    ContactVisibility,
    EmailFrequency,
    EventKind,
    Member,
    MentoringSession,
    NotificationPreference,
    OutgoingEmail,
    Wish,
    clock,
    text,
)
from models.database import transaction
from models.text import is_storable
from resolvers.sessions import call_off_coming
from tests.conftest import Time
from tests.factories import a_mentee, a_mentor, a_relationship, a_session
from tests.ics import Component, read
from tests.mailers.server import MailHost, listening
from tests.mailers.test_hostile import HOSTILE
from worker import Worker

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIVE = time_of_day(17)
SETTINGS = settings.read(
    {
        "CLIENT_URL": "https://mentoring.example.org",
        "MAIL_FROM": "Mentor Match <mentoring@example.org>",
    }
)
LINKS = Links(SETTINGS)
PROGRAM = "mailto:mentoring@example.org"


@pytest.fixture
async def host(database: None) -> AsyncIterator[MailHost]:
    async with listening(MailHost()) as host:
        yield host


async def sent(host: MailHost, *, to: Member) -> list[EmailMessage]:
    """What a member got so far, after all that is due was sent; the oldest first."""
    worker = Worker(settings.read({"SMTP_URL": host.url}))
    await worker.work_off()
    taken = [it.content for it in host.taken if it.rcpt_tos == [to.email]]
    messages = [email.message_from_bytes(it, policy=SMTP) for it in taken]  # type: ignore[arg-type]
    assert all(isinstance(it, EmailMessage) for it in messages)
    return messages  # type: ignore[return-value]


def invitation_in(message: EmailMessage) -> Component:
    """The calendar in a message, which stands in it twice."""
    body, attachment = message.iter_parts()
    *_, part = body.iter_parts()  # type: ignore[attr-defined]
    content = part.get_payload(decode=True)
    assert content == attachment.get_payload(decode=True)
    calendar = read(content)
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == calendar["METHOD"].value
    assert part.get_param("charset") == "utf-8"
    return calendar


async def planned(**details: Any) -> MentoringSession:
    """A session of which both are told."""
    session = await a_session(**details)
    for reader in both(session):
        await session_mailer.invitation(session, reader).deliver_later()
    return session


async def moved(session: MentoringSession, **changes: Any) -> None:
    by = session.relationship.mentor
    change = await session.move(changes, by=by)  # type: ignore[arg-type]
    assert change
    for reader in both(session):
        told = session_mailer.moved(session, reader, change, by=by, message="")
        await told.deliver_later()


async def called_off(session: MentoringSession) -> None:
    by = session.relationship.mentor
    change = await session.call_off(by=by)
    for reader in both(session):
        await session_mailer.called_off(session, reader, by=by, change=change).deliver_later()


def both(session: MentoringSession) -> tuple[Member, Member]:
    return session.relationship.mentor, session.relationship.mentee


async def test_an_invitation_is_one_of_the_bodies_and_a_file_as_well(host: MailHost) -> None:
    session = await planned()

    [message] = await sent(host, to=session.relationship.mentor)

    body, attachment = message.iter_parts()
    assert message.get_content_type() == "multipart/mixed"
    assert body.get_content_type() == "multipart/alternative"
    assert [it.get_content_type() for it in body.iter_parts()] == [  # type: ignore[attr-defined]
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert attachment.get_content_type() == "application/ics"
    assert attachment.get_filename() == "invitation.ics"
    assert host.taken[0].content.isascii()  # type: ignore[union-attr]


async def test_both_are_asked_to_note_the_session_by_the_program(host: MailHost) -> None:
    session = await planned(location="Room 2; by the lift", agenda="First, this.\nThen that.")
    relationship = session.relationship

    [message] = await sent(host, to=relationship.mentor)

    calendar = invitation_in(message)
    [event] = calendar.components
    assert calendar["METHOD"].value == "REQUEST"
    assert event["UID"].value == session.id
    assert event["SEQUENCE"].value == "0"
    assert event["DTSTART"].instant == session.starts_at
    assert event["DTEND"].instant == session.ends_at
    assert event["SUMMARY"].text == f"Mentoring session with {relationship.mentee.name}"
    assert event["LOCATION"].text == "Room 2; by the lift"
    assert event["DESCRIPTION"].text == "First, this.\nThen that."
    assert event["ORGANIZER"].value == PROGRAM
    assert {it.value: it.parameters["PARTSTAT"] for it in event.all("ATTENDEE")} == {
        f"mailto:{relationship.mentor.email}": "NEEDS-ACTION",
        f"mailto:{relationship.mentee.email}": "ACCEPTED",
    }
    [own] = await sent(host, to=relationship.mentee)
    assert invitation_in(own).components[0]["UID"].value == session.id


async def test_an_address_that_partners_may_not_see_is_in_nobody_elses_invitation(
    host: MailHost,
) -> None:
    shy = await a_mentee(person={"contact_visibility": ContactVisibility.NOBODY})
    session = await planned(relationship=await a_relationship(mentee=shy))

    [message] = await sent(host, to=session.relationship.mentor)
    [own] = await sent(host, to=shy.member)

    [attendee] = invitation_in(message).components[0].all("ATTENDEE")
    assert attendee.value == f"mailto:{session.relationship.mentor.email}"
    assert shy.member.email not in message.as_string()
    assert len(invitation_in(own).components[0].all("ATTENDEE")) == 2


async def test_moving_and_calling_off_change_the_same_entry(host: MailHost) -> None:
    session = await planned()
    mentor = session.relationship.mentor
    await sent(host, to=mentor)

    await moved(session, starts_at=session.starts_at + DAY)
    await sent(host, to=mentor)
    await moved(session, location="Elsewhere")
    await sent(host, to=mentor)
    await called_off(session)
    messages = await sent(host, to=mentor)

    calendars = [invitation_in(it) for it in messages]
    events = [it.components[0] for it in calendars]
    assert [it["METHOD"].value for it in calendars] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert [int(it["SEQUENCE"].value) for it in events] == [0, 1, 2, 3]
    assert len({it["UID"].value for it in events}) == 1
    assert events[1]["DTSTART"].instant == events[0]["DTSTART"].instant + DAY
    # They stand in one conversation.
    assert {it["References"] for it in messages[1:]} == {messages[0]["Message-ID"]}


async def test_what_a_change_came_before_is_not_sent_any_more(host: MailHost) -> None:
    session = await planned()
    await moved(session, starts_at=session.starts_at + DAY)
    await moved(session, starts_at=session.starts_at + DAY)

    messages = await sent(host, to=session.relationship.mentor)

    [only] = [invitation_in(it).components[0] for it in messages]
    assert only["SEQUENCE"].value == "2"


async def test_completing_takes_the_sessions_out_of_both_calendars(host: MailHost) -> None:
    session = await planned()
    relationship = session.relationship
    await sent(host, to=relationship.mentor)

    async def complete() -> None:
        outcome = CompletionOutcome.GOALS_REACHED
        await relationship.complete(by=relationship.mentor, outcome=outcome)
        await call_off_coming(relationship, by=relationship.mentor)

    await transaction(complete)

    for reader in both(session):
        *_, last = await sent(host, to=reader)
        assert invitation_in(last)["METHOD"].value == "CANCEL"
        assert "is completed, and so" in last.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_calendar_does_not_wait_for_a_digest(host: MailHost) -> None:
    relationship = await a_relationship()
    weekly = [
        Wish(it, EmailFrequency.WEEKLY) for it in EventKind if it.is_emailed and not it.is_essential
    ]
    await NotificationPreference.choose(relationship.mentor, weekly)
    await planned(relationship=relationship)

    [message] = await sent(host, to=relationship.mentor)

    assert invitation_in(message)["METHOD"].value == "REQUEST"


async def test_every_attempt_sends_the_same_bytes(host: MailHost) -> None:
    host.message = "451 Later"
    session = await planned()
    await sent(host, to=session.relationship.mentor)
    first = {it.id: it.mime for it in await OutgoingEmail.all()}
    await OutgoingEmail.filter(state="QUEUED").update(due_at=clock.now())

    await host.recover()
    await sent(host, to=session.relationship.mentor)

    assert all(first.values())
    taken = {it.content.decode().rstrip("\r\n") for it in host.taken}  # type: ignore[union-attr]
    assert taken == {(it or "").rstrip("\r\n") for it in first.values()}


@pytest.mark.parametrize(
    ("time_zone", "changes"),
    [
        ("Europe/Berlin", [date(2027, 3, 28), date(2027, 10, 31)]),
        ("America/New_York", [date(2027, 3, 14), date(2027, 11, 7)]),
        # South of the equator, and by half an hour.
        ("Australia/Lord_Howe", [date(2027, 4, 4), date(2027, 10, 3)]),
    ],
)
async def test_five_oclock_is_five_oclock_before_and_after_the_clocks_are_changed(
    host: MailHost, time: Time, time_zone: str, changes: list[date]
) -> None:
    zone = ZoneInfo(time_zone)
    time.is_(datetime(2027, 3, 1, tzinfo=UTC))
    grace = await a_mentor(person={"time_zone": time_zone})
    relationship = await a_relationship(mentor=grace)
    starts = [
        datetime.combine(change + days * DAY, at, zone)
        for change in changes
        for days, at in (
            (-1, FIVE),
            (0, time_of_day(0, 30)),
            (0, time_of_day(4)),
            (0, FIVE),
            (1, FIVE),
        )
    ]
    offsets = {it.utcoffset() for it in starts}
    for start in starts:
        await planned(relationship=relationship, starts_at=start.astimezone(UTC))

    messages = await sent(host, to=grace.member)

    messages.sort(key=lambda it: invitation_in(it).components[0]["DTSTART"].instant)
    events = [invitation_in(it).components[0] for it in messages]
    assert len(offsets) == 2  # the clocks are indeed changed
    assert [it["DTSTART"].instant.astimezone(zone).replace(tzinfo=None) for it in events] == [
        it.replace(tzinfo=None) for it in starts
    ]
    assert {it["DTEND"].instant - it["DTSTART"].instant for it in events} == {HOUR}
    for start, message in zip(starts, messages, strict=True):
        said = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert f"from {start:%H:%M} to " in said
        assert f"({time_zone})" in said


async def test_who_lives_elsewhere_reads_the_time_there(host: MailHost, time: Time) -> None:
    time.is_(datetime(2027, 3, 1, tzinfo=UTC))
    relationship = await a_relationship(
        mentor=await a_mentor(person={"time_zone": "Pacific/Auckland"}),
        mentee=await a_mentee(person={"time_zone": "America/New_York"}),
    )
    await planned(relationship=relationship, starts_at=datetime(2027, 3, 10, 22, tzinfo=UTC))

    [to_mentor] = await sent(host, to=relationship.mentor)
    [to_mentee] = await sent(host, to=relationship.mentee)

    in_auckland, in_new_york = (
        " ".join(it.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
        for it in (to_mentor, to_mentee)
    )
    assert "Thursday, March 11, 2027, from 11:00 to 12:00 (Pacific/Auckland)" in in_auckland
    assert "Wednesday, March 10, 2027, from 17:00 to 18:00 (America/New_York)" in in_new_york
    assert to_mentor["Subject"].endswith("March 11, 2027")


def an_entry(**details: Any) -> Entry:
    given = {
        "id": "ses_1",
        "sequence": 0,
        "starts_at": datetime(2027, 3, 10, 22, tzinfo=UTC),
        "ends_at": datetime(2027, 3, 10, 23, tzinfo=UTC),
        "changed_at": datetime(2027, 3, 1, tzinfo=UTC),
        "partner": "Ada Byron",
        "location": "",
        "agenda": "",
    }
    return Entry(**{**given, **details})


def invitation(entry: Entry, *, to: str) -> Component:
    """As it is written for a reader with this name."""
    told = {
        "method": "REQUEST",
        "entry": entry.as_facts(),
        "is_planner": False,
        "is_partner_planner": True,
        "partner_address": "ada@example.org",
    }
    reader = Member(name=to, username="grace", email="grace@example.org")
    part = part_of({"calendar": told}, reader, LINKS, "en")
    assert part
    return read(part.text.encode())


def names(component: Component) -> list[str]:
    return [it.name for it in component.properties]


def check_words(words: str) -> None:
    """Whatever the words: they add nothing to a calendar, and are read as they were written."""
    harmless = invitation(an_entry(location="x", agenda="x"), to="x").components[0]
    hostile = an_entry(partner=words, location=words, agenda=words)

    event = invitation(hostile, to=words).components[0]

    assert set(names(harmless)) - set(names(event)) <= {"LOCATION", "DESCRIPTION"}
    assert set(names(event)) <= set(names(harmless))
    assert [it.text for it in event.all("LOCATION")] == [text.line(words)] * bool(text.line(words))
    assert {it.value for it in event.all("ATTENDEE")} == {
        "mailto:grace@example.org",
        "mailto:ada@example.org",
    }
    published = read(feed([hostile], name=words, links=LINKS, language="en"))
    assert [it.name for it in published.components] == ["VEVENT"]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.usefixtures("database")
async def test_hostile_words_stay_words(words: str) -> None:
    check_words(words)


@given(words=st.text(min_size=1, max_size=300).filter(is_storable))
def test_whatever_people_write_stays_words(words: str) -> None:
    check_words(words)


def test_a_calendar_is_written_the_same_each_time() -> None:
    entries = [an_entry(location="Grüße, 😀" * 20, agenda="a\nb")]

    first, second = (feed(entries, name="M", links=LINKS, language="de") for _ in range(2))

    assert first == second
    assert b"SUMMARY:Mentoring-Gespr\xc3\xa4ch mit Ada Byron\r\n" in first
    assert read(first).components[0]["LOCATION"].text == "Grüße, 😀" * 20


def test_an_invitation_says_what_it_always_said() -> None:
    entry = an_entry(location="Science Museum, second floor", agenda="Loops; and duchesses.")

    told = {
        "method": "CANCEL",
        "entry": entry.as_facts(),
        "is_planner": True,
        "is_partner_planner": False,
        "partner_address": None,
    }
    reader = Member(name='Grace "Amazing" Hopper', username="grace", email="grace@example.org")

    written = part_of({"calendar": told}, reader, LINKS, "en")

    assert written
    assert written.text.replace("\r\n ", "").splitlines() == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Mentor Match//Mentor Match 1.0//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:CANCEL",
        "BEGIN:VEVENT",
        "SUMMARY:Mentoring session with Ada Byron",
        "DTSTART:20270310T220000Z",
        "DTEND:20270310T230000Z",
        "DTSTAMP:20270301T000000Z",
        "UID:ses_1",
        "SEQUENCE:0",
        "ATTENDEE;CN=\"Grace 'Amazing' Hopper\";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=R"
        "EQ-PARTICIPANT;RSVP=FALSE:mailto:grace@example.org",
        "CLASS:PRIVATE",
        "DESCRIPTION:Loops\\; and duchesses.",
        "LOCATION:Science Museum\\, second floor",
        'ORGANIZER;CN="Mentor Match":mailto:mentoring@example.org',
        "STATUS:CANCELLED",
        "URL:https://mentoring.example.org/sessions/ses_1",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
