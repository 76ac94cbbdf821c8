"""One who leaves traces wherever a member can: a word that is looked for afterwards."""

from dataclasses import dataclass
from pathlib import Path

from mailers import account_mailer, coordinator_mailer, request_mailer
from models import (
    Block,
    CalendarFeed,
    CareerStage,
    CheckInAnswer,
    CheckInRating,
    Concern,
    ConcernState,
    ContactVisibility,
    Enrollment,
    Event,
    EventKind,
    GratitudeNote,
    Member,
    MentoringRelationship,
    PasswordReset,
    PrivateNote,
    SignIn,
    SignInKind,
    clock,
)
from models.database import rows, transaction
from models.outgoing_email.undeliverable import Unreachable
from tests.factories import (
    a_check_in,
    a_completed_relationship,
    a_coordinator,
    a_mentee,
    a_mentor,
    a_relationship,
    a_request,
    a_session,
    an_agreement,
)
from tests.live_schema import columns

WORD = "Zanzibara"  # of all that is only hers
PROFILE = {
    "name": f"{WORD} Name",
    "username": f"{WORD}.user",
    "email": f"{WORD.lower()}@example.org",
    "pronouns": f"{WORD}/her",
    "avatar_url": f"https://example.org/{WORD}.jpg",
    "headline": f"{WORD} headline",
    "bio": f"{WORD} bio",
    "organization": f"{WORD} organization",
    "location": f"{WORD} location",
    "industry": f"{WORD} industry",
    "career_stage": CareerStage.SENIOR,
    "languages": "en sw",
    "email_language": "en",
    "time_zone": "Indian/Antananarivo",
    "contact_visibility": ContactVisibility.MEMBERS,
}


@dataclass(frozen=True)
class Canary:
    """The member, and those she has to do with."""

    member: Member
    enrollment: Enrollment
    running: MentoringRelationship  # with a session to come
    completed: MentoringRelationship
    waiting: Member  # for an answer of hers
    coordinator: Member


async def a_canary() -> Canary:
    """A mentor with a partner, a former one, somebody who waits, and a word in all that she wrote."""
    ada = await a_mentor(person=PROFILE, statement=f"{WORD} statement", capacity=5)
    running = await a_relationship(mentor=ada)
    completed = await a_completed_relationship(mentor=ada)
    waiting = await a_request(recipient=ada, sender=await a_mentee())
    coordinator = await a_coordinator()

    async def write() -> None:
        await _write(ada.member, running, completed)
        await request_mailer.received(waiting, []).deliver_later()
        await account_mailer.password_reset(ada.member.email).deliver_later()
        for email in account_mailer.address_changed(ada.member, former=f"old{WORD}@example.org"):
            await email.deliver_later()
        unreachable = [Unreachable(ada.member, ada.member.email, f"no {WORD}")]
        await coordinator_mailer.undeliverable(coordinator, unreachable).deliver_later()

    await transaction(write)
    return Canary(ada.member, ada, running, completed, waiting.sender, coordinator)


async def _write(
    ada: Member, running: MentoringRelationship, completed: MentoringRelationship
) -> None:
    for it in (running, completed):
        await rows(
            "UPDATE mentoring_request SET message = :mine, reply = :mine WHERE id = :id RETURNING id",
            mine=f"{WORD} message",
            id=it.request_id,
        )
    # What she wrote is hers whoever asked: of one request she is the sender.
    await rows(
        "UPDATE mentoring_request SET sender_id = mentor_id, recipient_id = mentee_id, reply = 'Yes'"
        " WHERE id = :id RETURNING id",
        id=completed.request_id,
    )
    await rows(
        "UPDATE mentoring_request SET message = 'Please' WHERE id = :id RETURNING id",
        id=running.request_id,
    )
    session = await a_session(running, location=f"{WORD} street 1", notes="We talked of goals.")
    await an_agreement(running, expectations="To be honest.")
    await Block.create(blocker=ada, blocked=completed.mentee)
    await Concern.create(
        reporter=ada,
        member_id=completed.mentee_id,
        text=f"{WORD} concern",
        state=ConcernState.CLOSED,
        updated_at=clock.now(),
    )
    await PrivateNote.create(
        session=session, author=ada, text=f"{WORD} note", updated_at=clock.now()
    )
    await CheckInAnswer.create(
        check_in=await a_check_in(running),
        author=ada,
        rating=CheckInRating.WELL,
        went_well=f"{WORD} went well",
        next_steps=f"{WORD} next",
        wants_help=False,
        updated_at=clock.now(),
    )
    await GratitudeNote.create(relationship=completed, author=ada, text=f"{WORD} thanks")
    await SignIn.begin(ada, kind=SignInKind.APP, user_agent=f"{WORD} phone")
    await CalendarFeed.begin(ada)
    await PasswordReset.begin("rst_1", ada, asked_at=clock.now())
    await rows(
        "INSERT INTO notification_preference (member_id, kind, by_email, frequency)"
        " VALUES (:ada, 'GRATITUDE_RECEIVED', FALSE, 'NEVER') RETURNING kind",
        ada=ada.id,
    )
    await Event.of(running, EventKind.GOALS_CHANGED, to=ada.id, by=running.mentee_id)
    await Event.of(running, EventKind.GOALS_CHANGED, to=running.mentee_id, by=ada.id)
    for state, subject in (("SENT", f"{WORD} asks"), ("QUEUED", None)):
        await rows(
            """
            INSERT INTO outgoing_email (id, created_at, dedupe_key, reader_id, template, facts, about_id,
                state, phase, due_at, attempts, subject, mime, address, sent_for, reply_to)
            VALUES (:id, 1, :id, :reader, 'request_mailer/begun', :facts, :about, :state, 'WAITING', 1, 1,
                :subject, :subject, 'other@example.org', :name, :address) RETURNING id
            """,
            id=f"eml_{state}",
            reader=running.mentee_id,
            facts=f'{{"partner": "{ada.name}"}}',
            about=running.request_id,
            state=state,
            subject=subject,
            name=ada.name,
            address=ada.email,
        )


async def traces(folder: Path, word: str = WORD) -> list[str]:
    """Where the word is found: in rows, in what a file of the database holds besides, or in a folder."""
    found = []
    for table in sorted({it.table for it in await columns()}):
        for row in await rows(f"SELECT * FROM {table}"):
            found += [
                f"{table}.{name}" for name, it in row.items() if word.lower() in str(it).lower()
            ]
    return found + _files_with(word, folder)


def _files_with(word: str, folder: Path) -> list[str]:
    files = sorted(it for it in folder.rglob("*") if it.is_file())
    return [it.name for it in files if word.lower().encode() in it.read_bytes().lower()]
