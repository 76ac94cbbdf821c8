"""Taking part: what people offer or look for, their status, and finding them."""

from datetime import date, datetime
from typing import Annotated

import strawberry

import models
from models import search
from resolvers import enrollments
from schema.enums import choice
from schema.fields import Argument, asks, belongs_to, said, shows
from schema.inputs import may, must, takes
from schema.matches import Match
from schema.members import Member
from schema.nodes import Connection, MutationPayload, Node, result
from schema.program import Topic
from schema.scalars import LanguageTag

for noun in (
    models.Role,
    models.ParticipationStatus,
    models.SessionChannel,
    models.SessionFrequency,
    models.Daypart,
    models.WaitingRequests,
    models.CannotRequestReason,
    search.OrderDirection,
    search.EnrollmentOrderField,
):
    choice(noun)

MentoringRequest = Annotated["MentoringRequest", strawberry.lazy("schema.requests")]  # type: ignore[misc]


@shows(models.SessionPreferences, description="How somebody likes to meet.")
class SessionPreferences:
    channels: list[models.SessionChannel] = said("Ways to meet.")
    frequency: models.SessionFrequency | None = said("How often.")
    duration_minutes: int | None = said("For how many minutes.")
    availability: list[models.Daypart] = said("When in the week, in the member's time zone.")


@shows(models.Enrollment)
class Enrollment(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    member: Member = belongs_to("member", "The person.")
    role: models.Role = said("The role.")
    status: models.ParticipationStatus = said("Whether the person participates at present.")
    return_on: date | None = said("Day of return while paused, if the person gave one.")
    statement: str = said("What the person offers or looks for, in their own words.")
    topics: list[Topic] = asks(enrollments.topics)
    session_preferences: SessionPreferences = said("How the person likes to meet.")
    partner_career_stages: list[models.CareerStage] = said(
        "Career stages wanted in the partner; empty means any."
    )
    capacity: int = said("Relationships the person can hold at a time in this role.")
    open_places: int = said("Places still free.")
    is_accepting_requests: bool = asks(enrollments.is_accepting_requests)
    usual_response_hours: int | None = said(
        "Hours the person usually takes to answer; null before the first answer."
    )
    match: Match | None = asks(enrollments.match)
    viewer_pending_request: MentoringRequest | None = asks(enrollments.viewer_pending_request)
    viewer_can_request: bool = asks(enrollments.viewer_can_request)
    viewer_cannot_request_reasons: list[models.CannotRequestReason] = asks(
        enrollments.viewer_cannot_request_reasons
    )
    viewer_can_update: bool = asks(enrollments.viewer_can_update)
    created_at: datetime = said("When the person enrolled.")
    updated_at: datetime = said("When the enrollment last changed.")


@strawberry.type(description="Number of results that have a topic.")
class TopicCount:
    topic: Topic = said("The topic.")
    count: int = said("The number.")


@strawberry.type(description="Page of mentors or mentees.")
class EnrollmentConnection(Connection[Enrollment]):
    topic_counts: list[TopicCount] = asks(enrollments.topic_counts)


@takes(
    "Conditions on mentors or mentees. Given fields are joined by AND, the values of one list by OR; "
    "an empty list is no condition.",
    becomes=search.Criteria,
)
class EnrollmentFilter:
    text: str | None = may("Words to find in name, headline, statement, organization and topics.")
    topic_ids: list[strawberry.ID] | None = may("Any of these topics.")
    career_stages: list[models.CareerStage] | None = may("Person is in any of these career stages.")
    channels: list[models.SessionChannel] | None = may("Meets by any of these channels.")
    frequencies: list[models.SessionFrequency] | None = may("Meets at any of these frequencies.")
    availability: list[models.Daypart] | None = may("Has any of these dayparts free.")
    languages: list[LanguageTag] | None = may("Speaks any of these languages.")
    min_match_score: int | None = may("Fits the viewer with at least this score, from 0 to 100.")
    is_accepting_requests: bool | None = may(
        "Whether the person takes requests; null includes everybody."
    )


@takes("Order of mentors or mentees; ties are broken by id.", becomes=search.EnrollmentOrder)
class EnrollmentOrder:
    field: search.EnrollmentOrderField = must("What to order by.")
    direction: search.OrderDirection = may("Which way.", default=search.OrderDirection.ASC)


SEARCHING = (
    Argument("filter", EnrollmentFilter | None, "Conditions; all that are given must hold."),
    Argument(
        "order_by",
        EnrollmentOrder | None,
        "Order of the result; best fit first by default, or newest first for a viewer without the other role.",
    ),
)


@takes("How somebody likes to meet.", becomes=models.SessionPreferences)
class SessionPreferencesInput:
    channels: list[models.SessionChannel] = must("Ways to meet, at least one.")
    frequency: models.SessionFrequency | None = may("How often.")
    duration_minutes: int | None = may("For how many minutes, 15 to 240.")
    availability: list[models.Daypart] | None = may("When in the week, in the member's time zone.")


@takes("Enrollment of the viewer in one role. On a change, absent fields stay as they are.")
class EnrollInput:
    role: models.Role = must("The role.")
    statement: str | None = may(
        "What the person offers or looks for, up to 4000 characters; needed the first time."
    )
    topic_ids: list[strawberry.ID] | None = may(
        "Topics offered or looked for, one to ten; needed the first time."
    )
    session_preferences: SessionPreferencesInput | None = may(
        "How the person likes to meet; needed the first time."
    )
    career_stage: models.CareerStage | None = may("The person's own stage of the career.")
    partner_career_stages: list[models.CareerStage] | None = may(
        "Career stages wanted in the partner; empty means any."
    )
    capacity: int | None = may(
        "Relationships the person can hold at a time in this role, 1 to 20; a default of the program."
    )
    accepts_expectations: bool | None = may(
        "Whether the person accepts `Program.expectations`; needed the first time."
    )


@strawberry.type(
    description="Result of `enroll`; may fail with `REQUIRED`, `INVALID`, `NOT_FOUND`, `DUPLICATE`, "
    "`OUT_OF_RANGE` or `TOO_LONG`."
)
class EnrollPayload(MutationPayload):
    enrollment: Enrollment | None = result("The enrollment.")


@takes("New status of participation.")
class SetStatusInput:
    status: models.ParticipationStatus = must("The status.")
    role: models.Role | None = may("The role; both roles when absent.")
    return_on: date | None = may(
        "Day of return, for `PAUSED`; participation resumes by itself on that day."
    )
    waiting_requests: models.WaitingRequests = may(
        "What becomes of requests received and not answered, for `PAUSED`.",
        default=models.WaitingRequests.KEEP,
    )
    notify_partners: bool = may(
        "Whether to tell the partners of running relationships by e-mail.", default=False
    )
    message: str | None = may("Words of the viewer for those who are told.")


@strawberry.type(
    description="Result of `setStatus`; may fail with `NOT_ENROLLED`, `WRONG_STATE`, `OUT_OF_RANGE`, "
    "`INVALID` or `TOO_LONG`."
)
class SetStatusPayload(MutationPayload):
    enrollments: list[Enrollment] | None = result("The enrollments that changed.")
    notified_partners: list[Member] | None = result("The partners who were told.")
