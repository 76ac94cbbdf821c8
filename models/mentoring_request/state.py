"""How far a request has come, and which requests are meant by that."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.choice import Choice


class RequestState(Choice):
    """State of a request."""

    PENDING = "Waiting for an answer."
    ACCEPTED = "Accepted; a relationship began."
    DECLINED = "Declined by the recipient."
    WITHDRAWN = "Withdrawn by the sender."
    EXPIRED = "Not answered in time."
    CLOSED = "Closed by the program: one side is full, left or is no longer a member."


class RequestAnswer(Choice):
    """Answers to a request."""

    ACCEPT = "Begins a mentoring relationship."
    DECLINE = "Turns the request down."


class RequestDirection(Choice):
    """Direction of a request, seen from the viewer."""

    INCOMING = "Received by the viewer."
    OUTGOING = "Sent by the viewer."


@dataclass(frozen=True)
class RequestCriteria:
    """Which requests are meant; an empty criterion is not given."""

    states: Sequence[RequestState] = ()
    direction: RequestDirection | None = None
