"""Ada, whom everybody reads of, and all who do: the same past with each, as full as it can be."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from models import (
    Agreement,
    CalendarFeed,
    CareerStage,
    CheckIn,
    CheckInAnswer,
    CheckInKind,
    CheckInRating,
    CompletionOutcome,
    ContactVisibility,
    Daypart,
    Enrollment,
    Event,
    EventKind,
    Member,
    MentoringRelationship,
    MentoringRequest,
    MentoringSession,
    PrivateNote,
    SessionFrequency,
    SignIn,
    Topic,
    Viewer,
    clock,
)
from models.database import rows, transaction
from models.record import Record
from tests.conftest import Time
from tests.factories import (
    a_block,
    a_check_in,
    a_concern,
    a_coordinator,
    a_goal,
    a_member,
    a_mentee,
    a_mentor,
    a_milestone,
    a_relationship,
    a_request,
    a_session,
    a_token,
    an_agreement,
    some_terms,
)
from tests.policy import PAST, Reader

_PROFILE: dict[str, Any] = {
    "name": "Ada",
    "pronouns": "she/her",
    "avatar_url": "https://pictures.example.org/ada.jpg",
    "headline": "Countess",
    "bio": "Of numbers.",
    "organization": "Analytical Engines",
    "location": "London",
    "industry": "Computing",
    "career_stage": CareerStage.SENIOR,
    "languages": "en fr",
    "time_zone": "Europe/London",
}
_ENROLLMENT: dict[str, Any] = {
    "topics": ["Delegating"],
    "frequency": SessionFrequency.MONTHLY,
    "usual_response_hours": 12,
    "duration_minutes": 60,
    "availability": (Daypart.WEEKDAY_EVENING,),
    "partner_career_stages": (CareerStage.EARLY,),
    "capacity": 20,
}
DAY = timedelta(days=1)

Told = dict[Reader, list[str]]


async def readers_of_ada(
    time: Time, visibility: ContactVisibility = ContactVisibility.PARTNERS
) -> tuple[dict[Reader, Member | None], Told]:
    """Who reads, and the ids of what each asks for: all that is Ada's, and what they share with her.

    Who shares nothing with her asks for what she shares with a partner and a former one.
    """
    ada = await a_mentor(person={**_PROFILE, "contact_visibility": visibility}, **_ENROLLMENT)
    readers = await _readers(ada)
    shared = {it: await _together(ada, readers[it], it in PAST) for it in (Reader.PARTNER, *PAST)}
    await a_block(ada.member, _known(readers[Reader.BLOCKED]))
    await a_block(_known(readers[Reader.BLOCKER]), ada.member)
    asking = await a_mentee(member=readers[Reader.ASKING])
    asked = await a_request(sender=asking, recipient=ada, follow_up_sent_at=clock.now())
    time.passes(8 * DAY)
    own = [*await _own(ada.member, asked), asked.id]
    others = [*shared[Reader.PARTNER], *shared[Reader.FORMER]]
    return readers, {it: [*own, *shared.get(it, others)] for it in Reader}


async def _readers(ada: Enrollment) -> dict[Reader, Member | None]:
    enrolled = await a_mentor()
    await a_mentee(member=enrolled.member)
    return {
        Reader.STRANGER: None,
        Reader.LAPSED: await a_member(valid_until=clock.now() - DAY),
        Reader.MEMBER: await a_member(),
        Reader.ENROLLED: enrolled.member,
        Reader.ASKING: await a_member(),
        Reader.PARTNER: await a_member(),
        Reader.FORMER: await a_member(),
        Reader.BLOCKED: await a_member(),
        Reader.BLOCKER: await a_member(),
        Reader.COORDINATOR: await a_coordinator(),
        Reader.ADA: ada.member,
    }


async def _own(ada: Member, asked: MentoringRequest) -> list[str]:
    """What is Ada's alone."""
    mentee = await a_mentee(member=ada, **_ENROLLMENT)
    await Event.of(mentee, EventKind.PAUSE_ENDED, to=ada.id, by=None)
    await Event.filter(reader_id=ada.id, kind=EventKind.PAUSE_ENDED).update(read_at=clock.now())
    await Topic.filter(name="Choosing a path").update(description="Where to go.")
    await a_token(ada)
    await CalendarFeed.begin(ada)
    own: Sequence[Record] = [
        ada,
        *await Enrollment.of(ada),
        *await SignIn.filter(member_id=ada.id),
        *await CalendarFeed.filter(member_id=ada.id),
        *await Event.filter(reader_id=ada.id),
        await a_block(ada, await a_member()),
        await a_concern(by=ada, about=asked),
        await Topic.get(name="Choosing a path"),
    ]
    return [Viewer(ada).id, *(it.id for it in own)]


async def _together(ada: Enrollment, partner: Member | None, is_past: bool) -> list[str]:
    """What Ada shares with a partner or, if that is past, with a former one."""
    mentee = await a_mentee(member=partner)
    relationship = await a_relationship(mentor=ada, mentee=mentee)
    await _filled(relationship)
    session = await a_session(relationship, starts_at=clock.now() + 30 * DAY)
    await PrivateNote.write(session, "For me.", by=mentee.member)
    day = clock.today("UTC") + 60 * DAY
    goal = await a_goal(relationship, description="And loudly.", due_on=day)
    milestone = await a_milestone(goal, due_on=day)
    for it in (goal, milestone):
        await it.reach(by=mentee.member)
    agreement = await an_agreement(relationship, ends_on=day)
    await Agreement.propose(relationship, some_terms(), by=mentee.member)
    shared: list[Record] = [
        relationship,
        relationship.request,
        session,
        await PrivateNote.write(session, "For me.", by=ada.member),
        agreement,
        goal,
        milestone,
        await _answered(relationship),
    ]
    return [*(it.id for it in shared), *(await _completed(relationship) if is_past else ())]


async def _filled(relationship: MentoringRelationship) -> None:
    """What only time, or a client, would bring."""
    await MentoringRelationship.filter(id=relationship.id).update(quiet_asked_at=clock.now())
    await MentoringRequest.filter(id=relationship.request_id).update(reply="Gladly.")
    await rows(
        "INSERT INTO mentoring_request_topic (request_id, topic_id)"
        " SELECT :id, t.id FROM topic t WHERE t.name = 'Delegating' RETURNING topic_id",
        id=relationship.request_id,
    )


async def _answered(relationship: MentoringRelationship) -> CheckIn:
    begun = relationship.created_at
    await a_check_in(relationship, ends_at=begun + DAY, closed_at=begun + DAY)
    check_in = await a_check_in(relationship, kind=CheckInKind.REVIEW)
    for it in (relationship.mentor, relationship.mentee):
        await CheckInAnswer.create(
            check_in=check_in,
            author=it,
            updated_at=clock.now(),
            rating=CheckInRating.WELL,
            went_well="All.",
            next_steps="More.",
            wants_help=True,
        )
    await Event.of(check_in, EventKind.REVIEW_DUE, to=relationship.mentor_id, by=None)
    return check_in


async def _completed(relationship: MentoringRelationship) -> list[str]:
    """Part, with thanks of Ada's."""
    mentee = relationship.mentee
    await transaction(
        lambda: relationship.complete(by=mentee, outcome=CompletionOutcome.PARTED_WAYS)
    )
    await MentoringSession.call_off_coming(relationship)
    await CheckIn.filter(relationship_id=relationship.id).update(closed_at=clock.now())
    note = await transaction(
        lambda: relationship.thank(by=relationship.mentor, words="Thanks.", is_shareable=False)
    )
    return [note.id]


def _known(reader: Member | None) -> Member:
    assert reader
    return reader
