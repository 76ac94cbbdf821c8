"""Asking for a mentoring relationship, and answering."""

from datetime import datetime
from typing import Annotated

import strawberry

import models
from resolvers import requests
from schema.enrollments import Enrollment
from schema.enums import choice
from schema.fields import asks, belongs_to, said, shows
from schema.inputs import may, must, takes
from schema.members import Member
from schema.nodes import Connection, MutationPayload, Node, result
from schema.program import Topic
from schema.scalars import URL, EmailAddress

choice(models.RequestState)
choice(models.RequestDirection)
choice(models.RequestAnswer)

MentoringRelationship = Annotated["MentoringRelationship", strawberry.lazy("schema.relationships")]  # type: ignore[misc]


@shows(models.EmailDraft)
class EmailDraft:
    to: EmailAddress = said("Address of the recipient.")
    subject: str = said("Subject.")
    body: str = said("Plain text.")
    mailto_url: URL = said("The whole draft as a `mailto:` link.")


@shows(models.MentoringRequest)
class MentoringRequest(Node):
    id: strawberry.ID = said("Opaque, globally unique id.")
    mentor: Member = belongs_to("mentor", "Who would be the mentor.")
    mentee: Member = belongs_to("mentee", "Who would be the mentee.")
    sender: Member = belongs_to("sender", "Who sent it.")
    recipient: Member = belongs_to("recipient", "Who is asked.")
    message: str = said("Message of the sender.")
    topics: list[Topic] = asks(requests.topics)
    state: models.RequestState = said("State.")
    reply: str | None = said("Answer of the recipient.")
    closed_at: datetime | None = said("When it was answered, withdrawn, expired or closed.")
    expires_at: datetime = said("When it expires unless answered.")
    follow_up_from: datetime = said("From when the sender may follow up.")
    is_clock_standing_still: bool = said(
        "Whether the two days above move on, because the recipient is paused."
    )
    follow_up_email: EmailDraft | None = asks(requests.follow_up_email)
    follow_up_sent_at: datetime | None = said(
        "When the program followed up on it, in the name of the sender."
    )
    relationship: MentoringRelationship | None = asks(requests.relationship)
    viewer_can_respond: bool = asks(requests.viewer_can_respond)
    viewer_can_withdraw: bool = asks(requests.viewer_can_withdraw)
    viewer_can_send_follow_up: bool = asks(requests.viewer_can_send_follow_up)
    created_at: datetime = said("When it was sent.")


@strawberry.type(description="Page of requests.")
class RequestConnection(Connection[MentoringRequest]):
    pass


@takes("Conditions on requests; all that are given must hold.", becomes=models.RequestCriteria)
class RequestFilter:
    states: list[models.RequestState] | None = may("In any of these states.")
    direction: models.RequestDirection | None = may("Sent or received.")


@takes("Request for a mentoring relationship.")
class RequestInput:
    enrollment_id: strawberry.ID = must(
        "Enrollment of the person who is asked; its role decides who would be the mentor."
    )
    message: str | None = may(
        "Message to that person; a click on the badge alone is a request, too."
    )
    topic_ids: list[strawberry.ID] | None = may("Topics it is about, of the person's topics.")


@strawberry.type(
    description="Result of `request`; may fail with `NOT_FOUND`, `SELF`, `NOT_ENROLLED`, `ALREADY_PARTNERS`, "
    "`ALREADY_REQUESTED`, `ANSWER_THEIRS`, `NOT_ACCEPTING`, `NO_CAPACITY`, `REQUEST_LIMIT`, `TOO_SOON`, "
    "`DUPLICATE`, `INVALID` or `TOO_LONG`."
)
class RequestPayload(MutationPayload):
    request: MentoringRequest | None = result("The request.")
    enrollment: Enrollment | None = result("The person asked, with fresh `viewerCanRequest`.")


@takes("Answer to a request.")
class RespondInput:
    request_id: strawberry.ID = must("The request.")
    answer: models.RequestAnswer = must("The answer.")
    reply: str | None = may("Words to the sender.")


@strawberry.type(
    description="Result of `respond`; may fail with `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_STATE`, "
    "`NOT_ACCEPTING`, `NO_CAPACITY`, `ALREADY_PARTNERS`, `INVALID` or `TOO_LONG`."
)
class RespondPayload(MutationPayload):
    request: MentoringRequest | None = result("The answered request.")
    relationship: MentoringRelationship | None = result(
        "The relationship that began, when accepted."
    )


@takes("Which request to take back.")
class WithdrawInput:
    request_id: strawberry.ID = must("The request.")


@strawberry.type(
    description="Result of `withdraw`; may fail with `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_STATE` or `INVALID`."
)
class WithdrawPayload(MutationPayload):
    request: MentoringRequest | None = result("The withdrawn request.")


@takes("Which request to follow up on, and how.")
class SendFollowUpInput:
    request_id: strawberry.ID = must("The request.")
    show_address: bool = may(
        "Whether the recipient may see the viewer's address, to reply to it, though not everybody may.",
        default=False,
    )


@strawberry.type(
    description="Result of `sendFollowUp`; may fail with `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_STATE`, "
    "`TOO_SOON`, `NOT_ACCEPTING` or `INVALID`."
)
class SendFollowUpPayload(MutationPayload):
    request: MentoringRequest | None = result("The request, with `followUpSentAt`.")
