"""Valid nouns with unremarkable details; a test names only what it is about."""

from datetime import timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher

from models import (
    Agreement,
    Block,
    CheckIn,
    CheckInKind,
    Choices,
    CompletionOutcome,
    Concern,
    Credentials,
    Enrollment,
    Goal,
    Member,
    MentoringRelationship,
    MentoringRequest,
    MentoringSession,
    Milestone,
    Plan,
    Role,
    SessionChannel,
    SessionFrequency,
    SessionPreferences,
    SignIn,
    SignInKind,
    Terms,
    Topic,
    blocking,
    clock,
)
from models.database import transaction

PASSWORD = "correct horse battery staple"
# Hashed with next to no effort: how much is needed to check it stands in the hash itself.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

_serial = count(1)


async def a_member(**details: Any) -> Member:
    n = next(_serial)
    name = details.pop("name", f"Member {n}")
    return await Member.create(
        **{
            "name": name,
            "username": f"member{n}",
            "email": f"member{n}@example.org",
            "languages": "en",
            "password_hash": _HASH,
            **details,
        }
    )


async def a_coordinator(**details: Any) -> Member:
    return await a_member(is_coordinator=True, **details)


async def an_enrollment(role: Role = Role.MENTOR, **details: Any) -> Enrollment:
    """An enrollment with its member; `topics` by name, anything else a column or of the member."""
    member = details.pop("member", None) or await a_member(**details.pop("person", {}))
    choices = await some_choices(topics=details.pop("topics", ["Public speaking"]))
    enrollment = await transaction(lambda: Enrollment.enroll(member, role, choices, accepts=True))
    if details:
        await enrollment.update_from_dict(details).save()
    await enrollment.refresh_derived(member)
    await enrollment.fetch_related("member")
    return enrollment


async def a_mentor(**details: Any) -> Enrollment:
    return await an_enrollment(Role.MENTOR, **details)


async def a_mentee(**details: Any) -> Enrollment:
    return await an_enrollment(Role.MENTEE, **details)


async def some_choices(*, topics: list[str] | None = None, **changes: Any) -> Choices:
    """What one may choose for a role; `topics` by name."""
    chosen = await some_topics(topics or ["Public speaking"])
    return {
        "statement": "Glad to be of use.",
        "topic_ids": [it.id for it in chosen],
        "session_preferences": SessionPreferences(channels=(SessionChannel.VIDEO,)),
        **changes,  # type: ignore[typeddict-item]
    }


async def some_topics(names: list[str]) -> list[Topic]:
    topics = await Topic.filter(name__in=names)
    assert len(topics) == len(names), f"not all of the vocabulary: {names}"
    return topics


async def a_request(
    *, sender: Enrollment | None = None, recipient: Enrollment | None = None, **details: Any
) -> MentoringRequest:
    """A request of a mentee to a mentor that waits for an answer, unless told otherwise."""
    recipient = recipient or await a_mentor()
    sender = sender or await an_enrollment(recipient.role.other)
    message = details.pop("message", "Would you work with me?")
    request = await transaction(
        lambda: MentoringRequest.open(sender=sender.member, recipient=recipient, message=message)
    )
    if details:
        await request.update_from_dict(details).save()
    await request.fetch_related("mentor", "mentee", "sender", "recipient")
    return request


async def a_relationship(**details: Any) -> MentoringRelationship:
    """A running relationship, with both members loaded."""
    request = await a_request(
        sender=details.pop("mentee", None), recipient=details.pop("mentor", None)
    )
    relationship, _ = await transaction(
        lambda: MentoringRelationship.accept(request, by=request.recipient)
    )
    if details:
        await relationship.update_from_dict(details).save()
    await relationship.fetch_related("mentor", "mentee", "request")
    return relationship


async def a_completed_relationship(**details: Any) -> MentoringRelationship:
    """A relationship that the mentee has completed."""
    relationship = await a_relationship(**details)
    outcome = CompletionOutcome.GOALS_REACHED
    await transaction(lambda: relationship.complete(by=relationship.mentee, outcome=outcome))
    await relationship.fetch_related("mentor", "mentee", "request")
    return relationship


async def a_block(blocker: Member, blocked: Member) -> Block:
    """The first has blocked the second."""
    return (await transaction(lambda: blocking.block(blocked, by=blocker))).block


async def a_concern(**details: Any) -> Concern:
    """What somebody reported about somebody else."""
    by, member = details.pop("by", None), details.pop("member", None)
    by, member = by or await a_member(), member or await a_member()
    text = details.pop("text", "They shout at me.")
    return await transaction(lambda: Concern.report(member, text, by=by, **details))


async def a_check_in(relationship: MentoringRelationship, **details: Any) -> CheckIn:
    """A check-in of the period that runs."""
    given = {"kind": CheckInKind.CHECK_IN, "starts_at": relationship.created_at, **details}
    ends_at = clock.now() + timedelta(days=30)
    return await CheckIn.create(relationship=relationship, **{"ends_at": ends_at, **given})


async def a_session(
    relationship: MentoringRelationship | None = None, **details: Any
) -> MentoringSession:
    """A session that the mentee planned, a week from now; with both members loaded."""
    relationship = relationship or await a_relationship()
    by = details.pop("by", relationship.mentee)
    agenda = details.pop("agenda", "What comes next.")
    plan = Plan(
        starts_at=details.pop("starts_at", clock.now() + timedelta(days=7)),
        duration_minutes=details.pop("duration_minutes", 60),
        channel=details.pop("channel", SessionChannel.VIDEO),
        location=details.pop("location", "https://video.example.org/1"),
    )
    session = await transaction(
        lambda: MentoringSession.plan(relationship, plan, by=by, agenda=agenda)
    )
    if details:
        await session.update_from_dict(details).save()
    return session


async def signing_in(username: str, password: str) -> Member:
    """Who signs in so."""
    return (await Credentials(username, password).prove()).member


async def a_token(member: Member) -> str:
    """The bearer token of a new sign-in."""
    _, token = await SignIn.begin(member, kind=SignInKind.APP, user_agent="a test")
    return token


async def an_agreement(relationship: MentoringRelationship, **details: Any) -> Agreement:
    """What the mentee proposed and the mentor confirmed."""
    mentee, mentor = relationship.mentee, relationship.mentor
    terms = some_terms(**details)
    proposed = await transaction(lambda: Agreement.propose(relationship, terms, by=mentee))
    return await transaction(lambda: Agreement.confirm(relationship, proposed.version, by=mentor))


def some_terms(**details: Any) -> Terms:
    """A video call of an hour each month."""
    return Terms(
        **{
            "frequency": SessionFrequency.MONTHLY,
            "duration_minutes": 60,
            "channel": SessionChannel.VIDEO,
            **details,
        }
    )


async def a_goal(relationship: MentoringRelationship, **details: Any) -> Goal:
    """A goal that the mentee has added."""
    changes: Any = {"title": "Speak in public", **details}
    return await transaction(lambda: Goal.add(relationship, changes, by=relationship.mentee))


async def a_milestone(goal: Goal, **details: Any) -> Milestone:
    """A step towards a goal that the mentee has added."""
    changes: Any = {"title": "Speak to three people", **details}
    return await transaction(lambda: Milestone.add(goal, changes, by=goal.relationship.mentee))
