"""What the invented people have to do with each other: requests in every state, and relationships."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from demo import people
from models import (
    CompletionOutcome,
    Enrollment,
    Event,
    EventKind,
    GratitudeNote,
    MentoringRelationship,
    MentoringRequest,
    ParticipationStatus,
    RelationshipState,
    RequestState,
    Role,
    clock,
)
from models.record import Record


@dataclass(frozen=True)
class Plot:
    """How a story goes: what became of the request, and whether what it led to is over."""

    state: RequestState
    is_over: bool = False


WAITING, RUNNING = Plot(RequestState.PENDING), Plot(RequestState.ACCEPTED)
COMPLETED = Plot(RequestState.ACCEPTED, is_over=True)
DECLINED, EXPIRED = Plot(RequestState.DECLINED), Plot(RequestState.EXPIRED)
WITHDRAWN, CLOSED = Plot(RequestState.WITHDRAWN), Plot(RequestState.CLOSED)

_THEIR_OWN = {  # of the members one signs in as
    "mentor": (RUNNING, RUNNING, COMPLETED, WAITING, WAITING, DECLINED),
    "mentee": (RUNNING, COMPLETED, WAITING, EXPIRED),
}
_HOW_MANY = {
    RUNNING: 80,
    COMPLETED: 50,
    WAITING: 60,
    DECLINED: 30,
    EXPIRED: 20,
    WITHDRAWN: 12,
    CLOSED: 8,
}
_KINDS = {
    RequestState.ACCEPTED: EventKind.REQUEST_ACCEPTED,
    RequestState.PENDING: EventKind.REQUEST_RECEIVED,
    RequestState.DECLINED: EventKind.REQUEST_DECLINED,
    RequestState.EXPIRED: EventKind.REQUEST_EXPIRED,
    RequestState.WITHDRAWN: EventKind.REQUEST_WITHDRAWN,
    RequestState.CLOSED: EventKind.REQUEST_CLOSED,
}
_MOST_OPEN = 4  # requests of one person, so that everybody may still ask

Pair = tuple[Enrollment, Enrollment]  # mentor, mentee


class Stories:
    """Requests and what they led to, invented with dice so that every rule of the program holds."""

    def __init__(self, dice: random.Random, enrollments: Sequence[Enrollment]) -> None:
        self._dice = dice
        taking_part = [it for it in enrollments if it.noted_status is not ParticipationStatus.LEFT]
        mentors = [it for it in taking_part if it.role is Role.MENTOR]
        mentees = [it for it in taking_part if it.role is Role.MENTEE]
        self._pairs = [it for it in product(mentors, mentees) if it[0].member_id != it[1].member_id]
        self._dice.shuffle(self._pairs)
        self._open: Counter[str] = Counter()
        self._rows: dict[type[Record], list[Any]] = {
            it: [] for it in (MentoringRequest, MentoringRelationship, GratitudeNote, Event)
        }

    def invent(self) -> None:
        """Make up all stories; those of the members one signs in as first."""
        for username, plots in _THEIR_OWN.items():
            own = (it for it in self._pairs if _names(it) & _THEIR_OWN.keys() == {username})
            self._tell_all(plots, own)
        others = (it for it in self._pairs if not _names(it) & _THEIR_OWN.keys())
        for plot, number in _HOW_MANY.items():
            self._tell_all([plot] * number, others)

    async def save(self) -> None:
        """Write what was made up; events in the order in which they happened, as those who follow expect."""
        self._rows[Event].sort(key=lambda it: it.created_at)
        for noun, invented in self._rows.items():
            await noun.bulk_create(invented)

    def _tell_all(self, plots: Iterable[Plot], pairs: Iterator[Pair]) -> None:
        for plot in plots:
            pair = next((it for it in pairs if self._is_possible(plot, *it)), None)
            if pair:
                self._tell(plot, *pair)

    def _is_possible(self, plot: Plot, mentor: Enrollment, mentee: Enrollment) -> bool:
        if plot is not WAITING:
            return mentor.open_places > 0 and mentee.open_places > 0
        able = mentor.is_accepting_requests and mentee.is_accepting_requests
        return able and max(self._open[mentor.member_id], self._open[mentee.member_id]) < _MOST_OPEN

    def _tell(self, plot: Plot, mentor: Enrollment, mentee: Enrollment) -> None:
        is_own = bool(_names((mentor, mentee)) & _THEIR_OWN.keys())
        is_mentee_asking = is_own or self._dice.random() < 0.8
        asks, asked = (mentee, mentor) if is_mentee_asking else (mentor, mentee)
        request = self._request(mentor, mentee, asks, asked, plot.state)
        if plot.state is RequestState.ACCEPTED:
            self._relationship(request, mentor, mentee, is_over=plot.is_over)
        if plot is WAITING:
            self._open[asks.member_id] += 1

    def _request(
        self,
        mentor: Enrollment,
        mentee: Enrollment,
        asks: Enrollment,
        asked: Enrollment,
        state: RequestState,
    ) -> MentoringRequest:
        waits = state is RequestState.PENDING
        age = self._dice.uniform(0.2, 11) if waits else self._dice.uniform(45, 180)
        created_at = _ago(age)
        closed_at = None if waits else created_at + self._dice.uniform(0.1, 13) * people.DAY
        request = MentoringRequest(
            created_at=created_at,
            mentor_id=mentor.member_id,
            mentee_id=mentee.member_id,
            sender_id=asks.member_id,
            recipient_id=asked.member_id,
            message=self._dice.choice(people.MESSAGES),
            state=state,
            closed_at=closed_at,
            follow_up_from=created_at + 7 * people.DAY,
            expires_at=created_at + 14 * people.DAY,
        )
        self._rows[MentoringRequest].append(request)
        self._note(request, asks, asked)
        if waits:
            self._await_answer(request)
        return request

    def _await_answer(self, request: MentoringRequest) -> None:
        """Have both sides know, after a week, that there is no answer yet."""
        if request.follow_up_from > clock.now():
            return
        at = request.reminded_at = request.suggested_at = request.follow_up_from
        for reader_id, kind in (
            (request.recipient_id, EventKind.REQUEST_WAITING),
            (request.sender_id, EventKind.FOLLOW_UP_DUE),
        ):
            event = Event(created_at=at, reader_id=reader_id, kind=kind, request_id=request.id)
            self._rows[Event].append(event)

    def _note(self, request: MentoringRequest, asks: Enrollment, asked: Enrollment) -> None:
        kind = _KINDS[request.state]
        to_asked = kind in (EventKind.REQUEST_RECEIVED, EventKind.REQUEST_WITHDRAWN)
        reader, actor = (asked, asks) if to_asked else (asks, asked)
        by_program = kind in (EventKind.REQUEST_EXPIRED, EventKind.REQUEST_CLOSED)
        at = request.closed_at or request.created_at
        event = Event(
            created_at=at,
            reader_id=reader.member_id,
            kind=kind,
            actor_id=None if by_program else actor.member_id,
            request_id=request.id,
            read_at=at if self._dice.random() < 0.7 else None,
        )
        self._rows[Event].append(event)

    def _relationship(
        self, request: MentoringRequest, mentor: Enrollment, mentee: Enrollment, *, is_over: bool
    ) -> None:
        began = request.closed_at or request.created_at
        relationship = MentoringRelationship(
            created_at=began,
            updated_at=began,
            mentor_id=request.mentor_id,
            mentee_id=request.mentee_id,
            request_id=request.id,
        )
        self._rows[MentoringRelationship].append(relationship)
        if is_over:
            self._complete(relationship)
        else:
            mentor.places_taken += 1
            mentee.places_taken += 1

    def _complete(self, relationship: MentoringRelationship) -> None:
        ended = min(clock.now(), relationship.created_at + self._dice.uniform(20, 120) * people.DAY)
        both = [relationship.mentor_id, relationship.mentee_id]
        self._dice.shuffle(both)
        relationship.state = RelationshipState.COMPLETED
        relationship.outcome = self._dice.choice(list(CompletionOutcome))
        relationship.completed_by_id, relationship.completed_at = both[0], ended
        relationship.updated_at = ended
        if self._dice.random() < 0.6:
            self._rows[GratitudeNote].append(
                GratitudeNote(
                    created_at=ended,
                    relationship_id=relationship.id,
                    author_id=both[0],
                    text=self._dice.choice(people.THANKS),
                )
            )


def _names(pair: Pair) -> set[str]:
    return {it.member.username for it in pair}


def _ago(days: float) -> datetime:
    return clock.now() - timedelta(days=days)
