"""Whether one member may ask others now: the same rules for the badge as for the click."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models import clock
from models.choice import Choice
from models.database import rows
from models.enrollment import Enrollment, Role
from models.member import IN_GOOD_STANDING, Member
from models.program import Program
from models.refusal import Reason


class CannotRequestReason(Choice):
    """Why the viewer cannot send a request to somebody."""

    SELF = "It is the viewer."
    NOT_ENROLLED = "The viewer is not enrolled, or not active, in the other role."
    ALREADY_PARTNERS = "They have a running relationship in these roles."
    ALREADY_REQUESTED = "A request of the viewer waits for an answer."
    ANSWER_THEIRS = "A request of this person waits for the viewer's answer."
    NOT_ACCEPTING = "The other person is paused or has left."
    NO_CAPACITY = "One of the two has no free place."
    REQUEST_LIMIT = "The viewer has as many open requests as allowed."
    TOO_SOON = "The person declined a request of the viewer a short while ago."

    @property
    def reason(self) -> Reason:
        """The reason a request is refused with."""
        return Reason[self.name]


@dataclass(frozen=True)
class Asking:
    """What decides whether `viewer` may ask the owners of some enrollments."""

    viewer: Member
    own: dict[Role, Enrollment]
    has_reached_limit: bool
    waiting: dict[tuple[str, str], tuple[str, str]]  # (mentor, mentee) → sender, request
    partners: set[tuple[str, str]]
    declined: set[tuple[str, str]]
    gone: set[str]  # members who lapsed or were suspended

    @classmethod
    async def of(cls, viewer: Member, enrollments: Sequence[Enrollment]) -> "Asking":
        """Load what is needed to judge these, in as many statements as for one."""
        program = await Program.current()
        found: dict[str, list[dict[str, Any]]] = {}
        for it in await rows(
            _FACTS,
            viewer=viewer.id,
            others=[it.member_id for it in enrollments],
            now=clock.now(),
            since=clock.now() - program.cool_off,
        ):
            found.setdefault(it["fact"], []).append(it)
        return cls(
            viewer=viewer,
            own={it.role: it for it in await Enrollment.of(viewer)},
            has_reached_limit=len(found.get("OPEN", ())) >= program.max_open_requests,
            waiting={_pair(it): (it["sender_id"], it["id"]) for it in found.get("PENDING", ())},
            partners={_pair(it) for it in found.get("PARTNERS", ())},
            declined={_pair(it) for it in found.get("DECLINED", ())},
            gone={it["id"] for it in found.get("GONE", ())},
        )

    def reasons_against(self, asked: Enrollment) -> list[CannotRequestReason]:
        """Why the viewer cannot ask this person in this role, the gravest first; empty if they can."""
        why, own, pair = CannotRequestReason, self.own.get(asked.role.other), self._pair(asked)
        is_enrolled = own is not None and own.is_participating
        sender, _ = self.waiting.get(pair, (None, None))
        has_places = asked.open_places > 0 and (own is None or own.open_places > 0)
        holds = {
            why.SELF: asked.member_id == self.viewer.id,
            why.NOT_ENROLLED: not is_enrolled,
            why.ALREADY_PARTNERS: pair in self.partners,
            why.ALREADY_REQUESTED: sender == self.viewer.id,
            why.ANSWER_THEIRS: sender == asked.member_id,
            why.NOT_ACCEPTING: not asked.is_participating or asked.member_id in self.gone,
            why.NO_CAPACITY: not has_places,
            why.REQUEST_LIMIT: self.has_reached_limit,
            why.TOO_SOON: pair in self.declined,
        }
        return [reason for reason, applies in holds.items() if applies]

    def waiting_request(self, asked: Enrollment) -> str | None:
        """The id of the request that waits between the viewer and this person in this role."""
        _, id = self.waiting.get(self._pair(asked), (None, None))
        return id

    def _pair(self, asked: Enrollment) -> tuple[str, str]:
        if asked.role is Role.MENTOR:
            return asked.member_id, self.viewer.id
        return self.viewer.id, asked.member_id


_BETWEEN = "((mentor_id = :viewer AND mentee_id IN :others) OR (mentee_id = :viewer AND mentor_id IN :others))"
# In one statement, because a page of many people asks for all of it.
_FACTS = f"""
    SELECT state AS fact, mentor_id, mentee_id, sender_id, id FROM mentoring_request
        WHERE {_BETWEEN} AND (state = 'PENDING'
            OR (state = 'DECLINED' AND sender_id = :viewer AND closed_at > :since))
    UNION ALL SELECT 'PARTNERS', mentor_id, mentee_id, NULL, id FROM mentoring_relationship
        WHERE {_BETWEEN} AND state = 'ACTIVE'
    UNION ALL SELECT 'OPEN', NULL, NULL, NULL, id FROM mentoring_request
        WHERE sender_id = :viewer AND state = 'PENDING'
    UNION ALL SELECT 'GONE', NULL, NULL, NULL, m.id FROM member m
        WHERE m.id IN :others AND NOT {IN_GOOD_STANDING}
"""


def _pair(row: dict[str, Any]) -> tuple[str, str]:
    return row["mentor_id"], row["mentee_id"]
