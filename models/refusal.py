"""Everything a rule may answer instead of yes, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from models.choice import Choice


class Reason(Choice):
    """Stable codes of expected failures."""

    REQUIRED = (
        "A required value is missing or empty.",
        "Please fill this in.",
    )
    INVALID = (
        "A value is malformed.",
        "This is not written the way it has to be.",
    )
    TOO_LONG = (
        "A text is longer than allowed.",
        "This is longer than we can take.",
    )
    OUT_OF_RANGE = (
        "A number, date or list is outside the allowed range.",
        "This is outside the allowed range.",
    )
    NOT_FOUND = (
        "The object does not exist, or the viewer may not see it.",
        "We could not find that.",
    )
    NOT_ALLOWED = (
        "The viewer may see the object but not do this with it.",
        "Only the other person can do this.",
    )
    WRONG_STATE = (
        "The object is no longer in a state that allows this, such as a request already answered.",
        "This has been settled in the meantime.",
    )
    DUPLICATE = (
        "The same thing exists already.",
        "This exists already.",
    )
    SELF = (
        "The viewer asked themselves.",
        "This is yourself.",
    )
    NOT_ENROLLED = (
        "The viewer is not enrolled in the role this needs, or paused it.",
        "Take part in the matching role yourself first.",
    )
    NOT_ACCEPTING = (
        "The other person paused, left or is no longer a member.",
        "This person is not taking part at the moment.",
    )
    NO_CAPACITY = (
        "One of the two has no free place.",
        "There is no free place any more.",
    )
    ALREADY_PARTNERS = (
        "The two have a running relationship in these roles.",
        "The two of you work together in these roles already.",
    )
    ALREADY_REQUESTED = (
        "A request of the viewer to this person waits already.",
        "Your request to this person is still waiting for an answer.",
    )
    ANSWER_THEIRS = (
        "A request of this person to the viewer waits already.",
        "This person has asked you already: answer their request.",
    )
    REQUEST_LIMIT = (
        "The viewer has reached the number of open requests allowed.",
        "You have as many open requests as the program allows.",
    )
    TOO_SOON = (
        "It is too early to follow up, to ask again somebody who declined, or to report yet more.",
        "This person declined a short while ago; give it some time before asking again.",
    )
    BAD_CREDENTIALS = (
        "User name, password or token is wrong, or has expired.",
        "User name or password is wrong.",
    )
    WEAK_PASSWORD = (
        "The new password is too short or too long, or others would guess it.",
        "Others would guess this password.",
    )

    @property
    def meaning(self) -> str:
        """What the code means, for developers."""
        return str(self.value[0])

    @property
    def message(self) -> str:
        """What it means to the person who asked, unless there is more to say."""
        return str(self.value[1])


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, worded for the person who can put it right.

    `field` is the path into the input of the mutation, such as `("topicIds", "2")`.
    """

    reason: Reason
    message: str
    field: tuple[str, ...] | None = None


class Refusal(Exception):
    """A rule said no, and nothing changed. Holds every problem that was found."""

    def __init__(
        self, reason: Reason, message: str = "", *, field: Sequence[str] | None = None
    ) -> None:
        problem = Problem(reason, message or reason.message, tuple(field) if field else None)
        super().__init__(problem.message)
        self.problems: list[Problem] = [problem]

    @property
    def reason(self) -> Reason:
        """Why, if one reason is enough to know: the first."""
        return self.problems[0].reason


class Problems:
    """Collects what is wrong with an input, so that a form hears all of it at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, reason: Reason, message: str = "", *, field: Sequence[str]) -> None:
        """Note one more problem."""
        self._found.append(Problem(reason, message or reason.message, tuple(field)))

    def refuse_any(self) -> None:
        """Raise everything noted as one Refusal; return if there is nothing."""
        if self._found:
            self._refuse()

    def _refuse(self) -> NoReturn:
        refusal = Refusal(self._found[0].reason)
        refusal.problems = list(self._found)
        raise refusal
