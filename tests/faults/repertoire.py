"""Every operation of the API, ready to be performed once on a fresh stage."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from models import CheckIn, CheckInKind, Event, MentoringRelationship, Topic, clock, password
from models.database import rows, transaction
from tests.faults.operations import answered, performed
from tests.faults.stage import Stage

Performance = Coroutine[Any, Any, Any]
Prepare = Callable[[Stage], Coroutine[Any, Any, Performance]]

MONTHLY = {"frequency": "MONTHLY", "durationMinutes": 60, "channel": "VIDEO"}
_PAGE = """
{
  mentors(first: 10, filter: { text: "mentor" }) {
    totalCount
    topicCounts { count topic { name } }
    nodes {
      id member { name } topics { name } match { score } viewerCanRequest viewerPendingRequest { id }
    }
  }
}"""
_OWN = """
{
  viewer {
    counts { incomingRequests remainingRequests activeRelationships unreadEvents }
    requests { nodes { id sender { name } recipient { name email } topics { name } } }
    relationships {
      nodes {
        id partner { name email } completion { outcome }
        agreement { version } progress goals { id milestones { id } }
      }
    }
    events { nodes { id actor { name } } }
  }
}"""


async def asking(stage: Stage) -> Performance:
    mentor = stage.mentors[0]
    [topics] = await Topic.chosen("enrollment_topic", "enrollment_id", [mentor.id])
    input = {"enrollmentId": mentor.id, "topicIds": [topics[0].id], "message": "May I?"}
    return performed(stage.mentees[0].member, "request", **input)


async def accepting_with_the_last_place(stage: Stage) -> Performance:
    await stage.request(sender=stage.mentees[1])
    request = await stage.request()
    return performed(
        stage.mentors[0].member, "respond", requestId=request.id, answer="ACCEPT", reply="Yes."
    )


async def declining(stage: Stage) -> Performance:
    request = await stage.request()
    return performed(stage.mentors[0].member, "respond", requestId=request.id, answer="DECLINE")


async def withdrawing(stage: Stage) -> Performance:
    request = await stage.request()
    return performed(stage.mentees[0].member, "withdraw", requestId=request.id)


async def following_up(stage: Stage) -> Performance:
    request = await stage.overdue_request()
    return performed(stage.mentees[0].member, "sendFollowUp", requestId=request.id)


async def blocking_who_asked(stage: Stage) -> Performance:
    await stage.request()
    return performed(stage.mentors[0].member, "block", memberId=stage.mentees[0].member_id)


async def unblocking(stage: Stage) -> Performance:
    await (await blocking_who_asked(stage))
    return performed(stage.mentors[0].member, "unblock", memberId=stage.mentees[0].member_id)


async def reporting_a_concern(stage: Stage) -> Performance:
    request = await stage.request()
    reported = {"memberId": request.recipient_id, "text": "No.", "subjectId": request.id}
    return performed(stage.mentees[0].member, "reportConcern", **reported)


async def pausing(stage: Stage) -> Performance:
    await stage.begin(places=3)
    await stage.relationship()
    await stage.request(sender=stage.mentees[1])
    change = {"status": "PAUSED", "waitingRequests": "DECLINE", "notifyPartners": True}
    return performed(stage.mentors[0].member, "setStatus", **change)


async def returning(stage: Stage) -> Performance:
    await stage.request()
    mentor = stage.mentors[0].member
    await performed(mentor, "setStatus", status="PAUSED")
    return performed(mentor, "setStatus", status="ACTIVE")


async def leaving(stage: Stage) -> Performance:
    await stage.request()
    return performed(stage.mentors[0].member, "setStatus", status="LEFT")


async def proposing_an_agreement(stage: Stage) -> Performance:
    relationship = await stage.relationship()
    return performed(
        stage.mentees[0].member, "proposeAgreement", relationshipId=relationship.id, **MONTHLY
    )


async def confirming_an_agreement(stage: Stage) -> Performance:
    await (await proposing_an_agreement(stage))
    relationship = await MentoringRelationship.get()
    input = {"relationshipId": relationship.id, "version": 1}
    return performed(stage.mentors[0].member, "confirmAgreement", **input)


async def adding_a_goal(stage: Stage) -> Performance:
    relationship = await stage.relationship()
    input = {"relationshipId": relationship.id, "title": "Speak in public"}
    return performed(stage.mentees[0].member, "addGoal", **input)


async def moving_a_goal(stage: Stage) -> Performance:
    goals = await stage.goals("ABC")
    input = {"goalId": goals[0].id, "afterGoalId": goals[2].id}
    return performed(stage.mentors[0].member, "moveGoal", **input)


async def removing_a_goal(stage: Stage) -> Performance:
    [goal] = await stage.goals("A")
    await performed(stage.mentees[0].member, "addMilestone", goalId=goal.id, title="Step")
    return performed(stage.mentors[0].member, "removeGoal", goalId=goal.id)


async def completing_with_thanks(stage: Stage) -> Performance:
    relationship = await stage.relationship()
    input = {"relationshipId": relationship.id, "outcome": "GOALS_REACHED"}
    return performed(stage.mentees[0].member, "complete", **input, gratitudeNote="Thank you.")


async def thanking(stage: Stage) -> Performance:
    await (await completing_with_thanks(stage))
    relationship = await MentoringRelationship.get()
    input = {"relationshipId": relationship.id, "text": "Thank you, too."}
    return performed(stage.mentors[0].member, "addGratitudeNote", **input)


async def planning_a_session(stage: Stage) -> Performance:
    relationship = await stage.relationship()
    start = (clock.now() + timedelta(days=2)).isoformat()
    plan = {"relationshipId": relationship.id, "startsAt": start, "channel": "PHONE"}
    return performed(stage.mentors[0].member, "planSession", **plan)


async def moving_a_session(stage: Stage) -> Performance:
    session = await stage.session()
    later = (session.starts_at + timedelta(days=1)).isoformat()
    mentor = stage.mentors[0].member
    return performed(mentor, "moveSession", sessionId=session.id, startsAt=later)


async def calling_off_a_session(stage: Stage) -> Performance:
    session = await stage.session()
    return performed(stage.mentors[0].member, "callOffSession", sessionId=session.id)


async def writing_notes(stage: Stage) -> Performance:
    session = await stage.session()
    mentor = stage.mentors[0].member
    return performed(mentor, "updateSessionNotes", sessionId=session.id, notes="We met.")


async def writing_private_notes(stage: Stage) -> Performance:
    session = await stage.session()
    mentor = stage.mentors[0].member
    return performed(mentor, "updatePrivateNotes", sessionId=session.id, text="For me.")


async def completing_with_a_session_to_come(stage: Stage) -> Performance:
    session = await stage.session()
    mentee, id = stage.mentees[0].member, session.relationship_id
    return performed(mentee, "complete", relationshipId=id, outcome="PARTED_WAYS")


async def making_a_calendar_feed(stage: Stage) -> Performance:
    await stage.begin()
    return performed(stage.mentors[0].member, "createCalendarFeed", replace=True)


async def checking_in(stage: Stage) -> Performance:
    relationship = await stage.relationship()
    check_in = await CheckIn.create(
        relationship=relationship,
        kind=CheckInKind.CHECK_IN,
        starts_at=clock.moment(0),
        ends_at=clock.now(),
    )
    input = {"checkInId": check_in.id, "rating": "WELL", "wentWell": "We laughed."}
    return performed(stage.mentees[0].member, "submitCheckIn", **input, wantsHelp=True)


async def going_on(stage: Stage) -> Performance:
    relationship = await stage.relationship()
    return performed(
        stage.mentees[0].member, "continueRelationship", relationshipId=relationship.id
    )


async def enrolling(stage: Stage) -> Performance:
    topics = [it.id for it in await Topic.all().limit(3)]
    choices = {"statement": "Glad to help.", "topicIds": topics, "careerStage": "SENIOR"}
    return performed(
        stage.mentees[0].member, "enroll", role="MENTEE", acceptsExpectations=True, **choices
    )


async def changing_ones_profile(stage: Stage) -> Performance:
    return performed(stage.mentees[0].member, "updateProfile", headline="Somebody else")


async def marking_events_as_read(stage: Stage) -> Performance:
    await stage.request()
    event = await Event.get()
    return performed(stage.mentors[0].member, "markEventsRead", upToEventId=event.id)


async def choosing_notifications(stage: Stage) -> Performance:
    wishes = [{"kind": "GRATITUDE_RECEIVED", "frequency": "NEVER"}]
    return performed(stage.mentees[0].member, "updateNotificationPreferences", preferences=wishes)


async def signing_in(stage: Stage) -> Performance:
    secret, member = "a secret of hers", stage.mentees[0].member
    if member.password_hash is None:
        member.password_hash = await password.hashed(secret)
        await member.save()
    return performed(member, "signIn", username=member.username, password=secret)


async def signing_out(stage: Stage) -> Performance:
    return performed(stage.mentees[0].member, "signOut")


async def looking_for_a_mentor(stage: Stage) -> Performance:
    return answered(stage.mentees[0].member, _PAGE)


async def reading_ones_own(stage: Stage) -> Performance:
    await stage.relationship()
    return answered(stage.mentees[0].member, _OWN)


async def writing_in_a_transaction(stage: Stage) -> Performance:
    """Takes a place without a relationship, and gives it back: never to be seen from outside."""

    async def work() -> None:
        for change in ("+", "-"):
            await rows(
                f"UPDATE enrollment SET places_taken = places_taken {change} 1"
                " WHERE id = :id RETURNING id",
                id=stage.mentors[0].id,
            )

    return transaction(work)


REPERTOIRE: list[Prepare] = [
    asking,
    accepting_with_the_last_place,
    declining,
    withdrawing,
    following_up,
    blocking_who_asked,
    unblocking,
    reporting_a_concern,
    pausing,
    returning,
    leaving,
    proposing_an_agreement,
    confirming_an_agreement,
    adding_a_goal,
    moving_a_goal,
    removing_a_goal,
    completing_with_thanks,
    thanking,
    planning_a_session,
    moving_a_session,
    calling_off_a_session,
    writing_notes,
    writing_private_notes,
    completing_with_a_session_to_come,
    making_a_calendar_feed,
    checking_in,
    going_on,
    enrolling,
    changing_ones_profile,
    marking_events_as_read,
    choosing_notifications,
    signing_in,
    signing_out,
    looking_for_a_mentor,
    reading_ones_own,
    writing_in_a_transaction,
]
