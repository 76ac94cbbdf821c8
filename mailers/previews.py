"""Every e-mail, with invented people, who are in no database.

They are made when this is imported, which is no sooner than the models know their relations: once
a database is connected, or after what the tests do.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from tortoise.models import Model

from mailers import (
    account_mailer,
    agreement_mailer,
    check_in_mailer,
    coordinator_mailer,
    digest_mailer,
    enrollment_mailer,
    relationship_mailer,
    request_mailer,
    session_mailer,
)
from mailers.email import Email
from mailers.links import Links
from mailers.rendering import Rendered, render
from models import (
    Agreement,
    CheckIn,
    CheckInAnswer,
    CheckInKind,
    CheckInRating,
    CheckInRhythm,
    Concern,
    ContactVisibility,
    EmailDraft,
    Enrollment,
    GratitudeNote,
    Member,
    MentoringRelationship,
    MentoringRequest,
    MentoringSession,
    ParticipationStatus,
    Plan,
    ReviewRhythm,
    Role,
    SessionChange,
    SessionChannel,
    SessionFrequency,
    SignIn,
    Topic,
)
from models.agreement.ending import Ending
from models.mentoring_request.reminding import Reminder
from models.mentoring_session.notice import USUAL
from models.mentoring_session.reminding import SessionReminder
from models.outgoing_email.undeliverable import Unreachable
from models.returning import Return
from settings import Settings

R = TypeVar("R", bound=Model)

ADA_WRITES = """Dear Grace,

I have written programs for machines that do not exist yet, and would love to hear how you made \
yours listen to plain English.

Would an hour a month suit you?
Ada"""
GRACE_REPLIES = (
    "With pleasure! Bring a nanosecond of patience.\nHow about the first Friday of each month?"
)


def a_person(name: str, **details: Any) -> Member:
    username = name.split()[0].lower()
    address = f"{username}@example.org"
    person = Member(
        name=name, username=username, email=address, time_zone="Europe/London", **details
    )
    return saved(person)


def saved(row: R) -> R:
    # Rows relate only to rows that a database has; here there is none.
    row._saved_in_db = True
    return row


def a_request(
    *, sender: Member, recipient: Member, mentor: Member, **details: Any
) -> MentoringRequest:
    mentee = recipient if mentor is sender else sender
    people = {"sender": sender, "recipient": recipient, "mentor": mentor, "mentee": mentee}
    days = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 8, 15)]
    dates = dict(zip(("created_at", "follow_up_from", "expires_at"), days, strict=True))
    return saved(MentoringRequest(**people, **dates, **details))


def an_enrollment(member: Member, role: Role, **details: Any) -> Enrollment:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return saved(
        Enrollment(
            member=member,
            role=role,
            statement="",
            capacity=3,
            updated_at=now,
            expectations_accepted_at=now,
            **details,
        )
    )


ADA = a_person("Ada Byron", headline="Analyst at Babbage & Sons")
GRACE = a_person("Grace Hopper")
SHY = a_person("Emmy Noether", contact_visibility=ContactVisibility.NOBODY)
SHYER = a_person("Henry Cavendish", contact_visibility=ContactVisibility.NOBODY)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:152.0) Gecko/20100101 Firefox/152.0"
AT_NINE = datetime(2026, 3, 9, 9, 5, tzinfo=UTC)
SIGNED_IN = saved(SignIn(member=ADA, user_agent=FIREFOX, created_at=AT_NINE))
SIGNED_IN_SOMEHOW = saved(SignIn(member=GRACE, created_at=AT_NINE))
TOPICS = [Topic(name=it, name_key="", category="", place=1) for it in ("Compilers", "Going first")]

ASKING = a_request(
    sender=ADA, recipient=GRACE, mentor=GRACE, message=ADA_WRITES, reply=GRACE_REPLIES
)
FOLLOW_UP = EmailDraft(
    to=GRACE.email,
    subject="May I come back to my request?",
    body="Dear Grace Hopper,\n\nI would be happy about a short answer, whatever it is.\n\nAda Byron",
)
BADGE = a_request(sender=GRACE, recipient=SHY, mentor=GRACE)
MENTOR = an_enrollment(GRACE, Role.MENTOR)
MENTEE = an_enrollment(ADA, Role.MENTEE)
AWAY = an_enrollment(
    GRACE,
    Role.MENTOR,
    noted_status=ParticipationStatus.PAUSED,
    noted_return_on=date(2026, 9, 1),
)
LEFT = an_enrollment(GRACE, Role.MENTOR, noted_status=ParticipationStatus.LEFT)
TOGETHER = saved(
    MentoringRelationship(
        mentor=GRACE, mentee=ADA, request=ASKING, updated_at=datetime(2026, 3, 1, tzinfo=UTC)
    )
)
TEA = datetime(2026, 3, 19, 16, tzinfo=UTC)
SESSION = saved(
    MentoringSession(
        relationship=TOGETHER,
        planned_by=ADA,
        starts_at=TEA,
        ends_at=TEA + timedelta(hours=1),
        channel=SessionChannel.IN_PERSON,
        location="Science Museum, second floor",
        agenda="How to explain a loop to a duchess.\nWhat to do next.",
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
)
CALL = saved(
    MentoringSession(
        relationship=TOGETHER,
        planned_by=ADA,
        starts_at=TEA,
        ends_at=TEA + timedelta(minutes=45),
        channel=SessionChannel.PHONE,
        location="",
        agenda="",
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
)
EARLIER = Plan(datetime(2026, 3, 18, 9, 30, tzinfo=UTC), 60, SessionChannel.IN_PERSON, "")
LATE = SessionChange(EARLIER, is_moved=True, is_late=True, notice=USUAL)
IN_TIME = SessionChange(EARLIER, is_moved=True, is_late=False, notice=USUAL)
ELSEWHERE = SessionChange(EARLIER, is_moved=False, is_late=False, notice=USUAL)
SORRY = "The train does not go before noon.\nForgive me!"
CHECK_IN, REVIEW = (
    saved(
        CheckIn(
            relationship=TOGETHER,
            kind=kind,
            starts_at=datetime(2026, month, 1, 12, tzinfo=UTC),
            ends_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
        )
    )
    for kind, month in ((CheckInKind.CHECK_IN, 5), (CheckInKind.REVIEW, 3))
)
CONCERN = saved(Concern(reporter=ADA, member=SHY, text="He shouts at me."))
STUCK = saved(
    CheckInAnswer(
        check_in=CHECK_IN,
        author=ADA,
        updated_at=datetime(2026, 6, 2, 9, tzinfo=UTC),
        rating=CheckInRating.NOT_WELL,
        went_well="",
        next_steps="",
        wants_help=True,
    )
)
AGREED = Agreement(
    relationship=TOGETHER,
    version=1,
    proposed_by=ADA,
    frequency=SessionFrequency.MONTHLY,
    duration_minutes=60,
    channel=SessionChannel.VIDEO,
    expectations="Ada brings the questions.\nGrace brings the patience.",
    ends_on=date(2026, 12, 9),
    notice_hours=24,
    check_ins=CheckInRhythm.MONTHLY,
    reviews=ReviewRhythm.QUARTERLY,
)
CHANGED = Agreement(
    relationship=TOGETHER,
    version=2,
    proposed_by=GRACE,
    frequency=SessionFrequency.AS_NEEDED,
    duration_minutes=30,
    channel=SessionChannel.TEXT,
    expectations="",
    ends_on=None,
    notice_hours=0,
    check_ins=CheckInRhythm.OFF,
    reviews=ReviewRhythm.OFF,
)
THANKS = GratitudeNote(
    relationship=TOGETHER,
    author=ADA,
    text="You never once told me what to do.\nI found out what I wanted, and did it.",
)
TOKEN = "a-token-of-43-characters-is-256-random-bits"  # noqa: S105 - invented, too
AT_SEA = "I am at sea until autumn, without a telephone.\nWrite letters!"

HEADLINES = [
    {
        "subject": "Ada Byron asks you to be their mentor",
        "link": "https://mentoring.example.org/requests/req_1",
    },
    {
        "subject": "Emmy Noether is taking a break",
        "link": "https://mentoring.example.org/relationships",
    },
    {
        "subject": "Henry Cavendish thanks you",
        "link": "https://mentoring.example.org/relationships/rel_1",
    },
]


def a_digest(number: int) -> Email:
    """One that tells of so many things, and shows a few."""
    told = {"headlines": HEADLINES, "number": number}
    return replace(digest_mailer.digest(GRACE), facts=told)


PREVIEWS: dict[str, Callable[[], Email]] = {
    "request_mailer/received": lambda: request_mailer.received(ASKING, TOPICS),
    "request_mailer/received by a click": lambda: request_mailer.received(BADGE, []),
    "request_mailer/accepted": lambda: request_mailer.accepted(ASKING),
    "request_mailer/accepted privately": lambda: request_mailer.accepted(BADGE),
    "request_mailer/accepted by hermits": lambda: request_mailer.accepted(
        a_request(sender=SHY, recipient=SHYER, mentor=SHY)
    ),
    "request_mailer/begun": lambda: request_mailer.begun(ASKING),
    "request_mailer/declined": lambda: request_mailer.declined(
        a_request(
            sender=ADA,
            recipient=GRACE,
            mentor=GRACE,
            reply="I am full until summer. Ask Emmy, she explains it better than I do.",
        )
    ),
    "request_mailer/declined without words": lambda: request_mailer.declined(BADGE),
    "request_mailer/withdrawn": lambda: request_mailer.withdrawn(ASKING),
    "request_mailer/reminder": lambda: request_mailer.reminder(Reminder(GRACE, [ASKING])),
    "request_mailer/reminders": lambda: request_mailer.reminder(
        Reminder(GRACE, [ASKING, a_request(sender=SHY, recipient=GRACE, mentor=GRACE)])
    ),
    "request_mailer/follow_up_due": lambda: request_mailer.follow_up_due(Reminder(ADA, [ASKING])),
    "request_mailer/follow_ups_due": lambda: request_mailer.follow_up_due(
        Reminder(ADA, [ASKING, a_request(sender=ADA, recipient=SHY, mentor=SHY)])
    ),
    "request_mailer/follow_up": lambda: request_mailer.follow_up(
        ASKING, FOLLOW_UP, shows_address=True
    ),
    "request_mailer/follow_up privately": lambda: request_mailer.follow_up(
        ASKING, FOLLOW_UP, shows_address=False
    ),
    "request_mailer/closed": lambda: request_mailer.closed(ASKING, ADA),
    "request_mailer/closed for the person asked": lambda: request_mailer.closed(ASKING, GRACE),
    "request_mailer/expired": lambda: request_mailer.expired(ASKING, ADA),
    "request_mailer/expired for the person asked": lambda: request_mailer.expired(ASKING, GRACE),
    "account_mailer/password_reset": lambda: replace(
        account_mailer.password_reset(ADA.email), reader=ADA, facts={"token": TOKEN}
    ),
    "account_mailer/password_changed": lambda: replace(
        account_mailer.password_changed(ADA),
        facts={"day": "2026-03-14", "time": "09:30", "time_zone": "Europe/London"},
    ),
    "account_mailer/data_taken": lambda: replace(
        account_mailer.data_taken(ADA),
        facts={"day": "2026-03-14", "time": "09:30", "time_zone": "Europe/London"},
    ),
    "account_mailer/new_device": lambda: account_mailer.new_device(SIGNED_IN),
    "account_mailer/new_device that says little": lambda: account_mailer.new_device(
        SIGNED_IN_SOMEHOW
    ),
    "account_mailer/single_sign_on_linked": lambda: replace(
        account_mailer.single_sign_on_linked(ADA),
        facts={"day": "2026-03-14", "time": "09:30", "time_zone": "Europe/London"},
    ),
    "account_mailer/address_changed": lambda: account_mailer.address_changed(
        ADA, former="countess@example.org"
    )[1],
    "account_mailer/address_changed at the former address": lambda: account_mailer.address_changed(
        ADA, former="countess@example.org"
    )[0],
    "enrollment_mailer/welcome": lambda: enrollment_mailer.welcome(MENTOR),
    "enrollment_mailer/welcome as a mentee": lambda: enrollment_mailer.welcome(MENTEE),
    "enrollment_mailer/welcome_back": lambda: enrollment_mailer.welcome_back(
        Return([MENTOR], date(2026, 9, 1), 0, [])
    ),
    "enrollment_mailer/welcome_back to what waits": lambda: enrollment_mailer.welcome_back(
        Return([MENTOR, an_enrollment(GRACE, Role.MENTEE)], date(2026, 9, 1), 3, [])
    ),
    "enrollment_mailer/partner_paused": lambda: enrollment_mailer.partner_paused(AWAY, ADA, AT_SEA),
    "enrollment_mailer/partner_back": lambda: enrollment_mailer.partner_back(
        MENTOR, ADA, "The sea was kind. When shall we talk?"
    ),
    "enrollment_mailer/partner_left": lambda: enrollment_mailer.partner_left(LEFT, ADA, ""),
    "check_in_mailer/check_in_due": lambda: check_in_mailer.due(CHECK_IN, TOGETHER, ADA),
    "check_in_mailer/review_due": lambda: check_in_mailer.due(REVIEW, TOGETHER, GRACE),
    "check_in_mailer/quiet": lambda: check_in_mailer.quiet(TOGETHER, ADA),
    "check_in_mailer/help_wanted": lambda: check_in_mailer.help_wanted(STUCK, TOGETHER, SHY),
    "agreement_mailer/proposed": lambda: agreement_mailer.proposed(AGREED, by=ADA),
    "agreement_mailer/proposed as a change": lambda: agreement_mailer.proposed(CHANGED, by=GRACE),
    "agreement_mailer/confirmed": lambda: agreement_mailer.confirmed(AGREED, by=GRACE),
    "agreement_mailer/day_came": lambda: agreement_mailer.day_came(
        Ending(TOGETHER, date(2026, 12, 9), GRACE)
    ),
    "relationship_mailer/completed": lambda: relationship_mailer.completed(
        TOGETHER, ADA, "It was a joy to watch you."
    ),
    "relationship_mailer/thanks_received": lambda: relationship_mailer.thanks_received(
        THANKS, GRACE
    ),
    "session_mailer/invitation": lambda: session_mailer.invitation(SESSION, GRACE),
    "session_mailer/invitation to who planned it": lambda: session_mailer.invitation(CALL, ADA),
    "session_mailer/moved": lambda: session_mailer.moved(
        SESSION, GRACE, IN_TIME, by=ADA, message=""
    ),
    "session_mailer/moved late": lambda: session_mailer.moved(
        SESSION, GRACE, LATE, by=ADA, message=SORRY
    ),
    "session_mailer/moved by oneself": lambda: session_mailer.moved(
        CALL, ADA, LATE, by=ADA, message=SORRY
    ),
    "session_mailer/moved to another place": lambda: session_mailer.moved(
        SESSION, GRACE, ELSEWHERE, by=ADA, message=""
    ),
    "session_mailer/moved to another place by oneself": lambda: session_mailer.moved(
        SESSION, ADA, ELSEWHERE, by=ADA, message=""
    ),
    "session_mailer/called_off": lambda: session_mailer.called_off(
        SESSION, GRACE, by=ADA, change=IN_TIME
    ),
    "session_mailer/called_off late": lambda: session_mailer.called_off(
        SESSION, GRACE, by=ADA, change=LATE, message=SORRY
    ),
    "session_mailer/called_off by oneself": lambda: session_mailer.called_off(
        SESSION, ADA, by=ADA, change=IN_TIME
    ),
    "session_mailer/called_off with everything": lambda: session_mailer.called_off(
        SESSION, GRACE, by=ADA
    ),
    "session_mailer/reminder": lambda: session_mailer.reminder(SessionReminder(SESSION, GRACE)),
    "coordinator_mailer/undeliverable": lambda: coordinator_mailer.undeliverable(
        GRACE,
        [
            Unreachable(ADA, ADA.email, "550 5.1.1 Recipient address rejected: User unknown"),
            Unreachable(SHY, SHY.email, "Given up: 452 4.2.2 The mailbox is full"),
        ],
    ),
    "coordinator_mailer/concern_reported": lambda: coordinator_mailer.concern_reported(
        CONCERN, GRACE
    ),
    "digest_mailer/digest": lambda: a_digest(3),
    "digest_mailer/digest of many": lambda: a_digest(120),
}


def rendered(email: Email, settings: Settings, language: str = "en") -> Rendered:
    """The words of an e-mail, as the worker would write them."""
    return render(email.template, facts(email, settings), language)


def facts(email: Email, settings: Settings) -> dict[str, Any]:
    """Everything that its template is told."""
    assert email.reader, "a preview is for somebody"
    given = {"reader": email.reader.name, "program": "Mentor Match", "links": Links(settings)}
    return {**given, **email.facts}
