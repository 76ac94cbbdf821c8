"""Members who do things at the same instant, each in a process of their own: one of them is first."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from models import (
    Agreement,
    Enrollment,
    Member,
    MentoringRelationship,
    MentoringRequest,
    OutgoingEmail,
    Program,
    RequestState,
)
from tests.faults.invariants import violations
from tests.faults.length import times
from tests.faults.operations import DONE, performed
from tests.faults.processes import Team, together
from tests.faults.repertoire import MONTHLY
from tests.faults.stage import Stage

Call = tuple[str, str, dict[str, Any]]  # who does what, with what


@dataclass
class Race:
    """Rounds of four calls at once, each on a fresh stage."""

    stage: Stage
    team: Team
    outcomes: Counter[str] = field(default_factory=Counter)

    async def rounds(self, *, places: int = 1) -> AsyncIterator[Stage]:
        for _ in range(times(full=200, short=4)):
            await self.stage.begin(places=places)
            yield self.stage
            assert await violations() == []

    def run(self, *calls: Call) -> list[str]:
        """What came of each call, in their order: DONE, or the code of the refusal."""
        outcomes: list[str] = self.team.do(at_once, *calls)
        self.outcomes[", ".join(sorted(outcomes))] += 1
        return outcomes


async def at_once(member_id: str, operation: str, input: dict[str, Any]) -> str:
    member = await Member.get(id=member_id)
    together()
    return await performed(member, operation, **input)


@pytest.fixture
async def race(stage: Stage, team: Team, request: pytest.FixtureRequest) -> AsyncIterator[Race]:
    race = Race(stage, team)
    yield race
    print(f"\n{request.node.name}: {dict(race.outcomes)}")


def accepts(request: MentoringRequest) -> Call:
    return request.recipient_id, "respond", {"requestId": request.id, "answer": "ACCEPT"}


def withdraws(request: MentoringRequest) -> Call:
    return request.sender_id, "withdraw", {"requestId": request.id}


def follows_up(request: MentoringRequest) -> Call:
    return request.sender_id, "sendFollowUp", {"requestId": request.id}


def asks(sender: Enrollment, recipient: Enrollment) -> Call:
    return sender.member_id, "request", {"enrollmentId": recipient.id}


def pauses(who: Enrollment, waiting_requests: str) -> Call:
    change = {"role": who.role.name, "status": "PAUSED", "waitingRequests": waiting_requests}
    return who.member_id, "setStatus", change


def leaves(who: Enrollment) -> Call:
    return who.member_id, "setStatus", {"role": who.role.name, "status": "LEFT"}


def proposes(who: str, relationship: MentoringRelationship, **details: Any) -> Call:
    return who, "proposeAgreement", {"relationshipId": relationship.id, **MONTHLY, **details}


def confirms(who: str, relationship: MentoringRelationship, version: int) -> Call:
    return who, "confirmAgreement", {"relationshipId": relationship.id, "version": version}


def completes(who: str, relationship: MentoringRelationship) -> Call:
    return who, "complete", {"relationshipId": relationship.id, "outcome": "GOALS_REACHED"}


def one_is_first(outcomes: Sequence[str], others: str) -> bool:
    return sorted(outcomes) == sorted([DONE] + [others] * (len(outcomes) - 1))


async def state_of(request: MentoringRequest) -> RequestState:
    return (await MentoringRequest.get(id=request.id)).state


async def test_of_four_acceptances_of_one_request_one_counts(race: Race) -> None:
    async for stage in race.rounds(places=3):
        request = await stage.request()

        outcomes = race.run(*[accepts(request)] * 4)

        assert one_is_first(outcomes, others="WRONG_STATE")
        assert await state_of(request) is RequestState.ACCEPTED


async def test_of_four_follow_ups_on_one_request_one_is_sent(race: Race) -> None:
    async for stage in race.rounds():
        request = await stage.overdue_request()

        outcomes = race.run(*[follows_up(request)] * 4)

        assert one_is_first(outcomes, others="WRONG_STATE")
        assert await OutgoingEmail.filter(template="request_mailer/follow_up").count() == 1


async def test_a_request_is_accepted_or_withdrawn_but_not_both(race: Race) -> None:
    async for stage in race.rounds():
        request = await stage.request()

        outcomes = race.run(*[accepts(request), withdraws(request)] * 2)

        assert one_is_first(outcomes, others="WRONG_STATE")
        is_accepted = DONE in outcomes[::2]
        expected = RequestState.ACCEPTED if is_accepted else RequestState.WITHDRAWN
        assert await state_of(request) is expected


async def test_the_last_place_of_a_mentor_is_given_once(race: Race) -> None:
    async for stage in race.rounds(places=1):
        requests = [await stage.request(sender=it) for it in stage.mentees]

        outcomes = race.run(*map(accepts, requests))

        assert one_is_first(outcomes, others="WRONG_STATE")
        states = Counter([await state_of(it) for it in requests])
        assert states == {RequestState.ACCEPTED: 1, RequestState.CLOSED: 3}


async def test_the_last_place_of_a_mentee_is_taken_by_one_mentor(race: Race) -> None:
    async for stage in race.rounds(places=1):
        requests = [await stage.request(recipient=it) for it in stage.mentors]

        outcomes = race.run(*map(accepts, requests))

        assert one_is_first(outcomes, others="WRONG_STATE")
        states = Counter([await state_of(it) for it in requests])
        assert states == {RequestState.ACCEPTED: 1, RequestState.CLOSED: 3}


async def test_giving_the_last_place_and_withdrawing_another_request_do_not_block_each_other(
    race: Race,
) -> None:
    async for stage in race.rounds(places=1):
        accepted, *others = [await stage.request(sender=it) for it in stage.mentees]

        outcomes = race.run(accepts(accepted), *map(withdraws, others))

        assert outcomes[0] == DONE
        for request, outcome in zip(others, outcomes[1:], strict=True):
            expected = RequestState.WITHDRAWN if outcome == DONE else RequestState.CLOSED
            assert outcome in (DONE, "WRONG_STATE")
            assert await state_of(request) is expected


async def test_the_same_request_is_sent_once(race: Race) -> None:
    async for stage in race.rounds():
        outcomes = race.run(*[asks(stage.mentees[0], stage.mentors[0])] * 4)

        assert one_is_first(outcomes, others="ALREADY_REQUESTED")
        assert await MentoringRequest.all().count() == 1


async def test_of_two_who_ask_each_other_one_has_asked(race: Race) -> None:
    async for stage in race.rounds():
        mentee, mentor = stage.mentees[0], stage.mentors[0]

        outcomes = race.run(*[asks(mentee, mentor), asks(mentor, mentee)] * 2)

        assert sorted(outcomes) == ["ALREADY_REQUESTED", "ANSWER_THEIRS", "ANSWER_THEIRS", DONE]
        request = await MentoringRequest.get()
        is_mentee_first = DONE in outcomes[::2]
        assert request.sender_id == (mentee if is_mentee_first else mentor).member_id


async def test_nobody_has_more_requests_open_than_allowed(race: Race) -> None:
    await Program.filter(id="program").update(max_open_requests=1)
    async for stage in race.rounds():
        outcomes = race.run(*[asks(stage.mentees[0], it) for it in stage.mentors])

        assert one_is_first(outcomes, others="REQUEST_LIMIT")
        assert await MentoringRequest.all().count() == 1


@pytest.mark.parametrize(
    ("waiting_requests", "state", "is_held"),
    [("KEEP", RequestState.PENDING, True), ("DECLINE", RequestState.DECLINED, False)],
)
async def test_who_pauses_was_asked_before_or_is_not_asked(
    race: Race, waiting_requests: str, state: RequestState, is_held: bool
) -> None:
    async for stage in race.rounds():
        mentor, askers = stage.mentors[0], stage.mentees[:3]

        outcomes = race.run(*[asks(it, mentor) for it in askers], pauses(mentor, waiting_requests))

        assert outcomes[3] == DONE
        assert {*outcomes[:3]} <= {DONE, "NOT_ACCEPTING"}
        requests = await MentoringRequest.all()
        senders = [
            it.member_id for it, outcome in zip(askers, outcomes, strict=False) if outcome == DONE
        ]
        assert sorted(it.sender_id for it in requests) == sorted(senders)
        assert all(it.state is state for it in requests)
        assert all(it.is_clock_standing_still is is_held for it in requests)


async def test_a_request_is_accepted_or_declined_by_a_pause_but_not_both(race: Race) -> None:
    async for stage in race.rounds():
        request = await stage.request()

        outcomes = race.run(*[accepts(request), pauses(stage.mentors[0], "DECLINE")] * 2)

        assert outcomes[1::2] == [DONE, DONE]
        assert {*outcomes[::2]} <= {DONE, "WRONG_STATE"}
        is_accepted = DONE in outcomes[::2]
        expected = RequestState.ACCEPTED if is_accepted else RequestState.DECLINED
        assert await state_of(request) is expected


async def test_who_leaves_answered_before_or_not_at_all(race: Race) -> None:
    async for stage in race.rounds():
        request = await stage.request()

        outcomes = race.run(*[accepts(request), leaves(stage.mentors[0])] * 2)

        assert outcomes[1::2] == [DONE, DONE]
        is_accepted = DONE in outcomes[::2]
        expected = RequestState.ACCEPTED if is_accepted else RequestState.CLOSED
        assert await state_of(request) is expected


async def test_a_relationship_is_completed_once(race: Race) -> None:
    async for stage in race.rounds():
        relationship = await stage.relationship()
        both = (relationship.mentor_id, relationship.mentee_id)

        outcomes = race.run(*[completes(it, relationship) for it in both] * 2)

        assert one_is_first(outcomes, others="WRONG_STATE")


async def test_of_four_confirmations_of_one_version_one_counts(race: Race) -> None:
    async for stage in race.rounds():
        relationship = await stage.agreement()

        outcomes = race.run(*[confirms(relationship.mentor_id, relationship, 1)] * 4)

        assert one_is_first(outcomes, others="WRONG_STATE")


async def test_a_version_is_confirmed_before_a_newer_one_is_proposed_or_not_at_all(
    race: Race,
) -> None:
    async for stage in race.rounds():
        relationship = await stage.agreement()
        mentor, mentee = relationship.mentor_id, relationship.mentee_id

        outcomes = race.run(
            *[confirms(mentor, relationship, 1), proposes(mentee, relationship)] * 2
        )

        assert outcomes[1::2] == [DONE, DONE]
        assert {*outcomes[::2]} <= {DONE, "WRONG_STATE"}
        [latest] = await Agreement.latest_of([relationship.id])
        assert (latest.confirmed is not None) is (DONE in outcomes[::2])
        assert latest.newest is not None
        assert latest.newest.version == 3


async def test_of_four_who_propose_without_having_seen_each_other_one_does(race: Race) -> None:
    async for stage in race.rounds():
        relationship = await stage.relationship()
        both = (relationship.mentor_id, relationship.mentee_id)

        outcomes = race.run(*[proposes(it, relationship, expectedVersion=0) for it in both] * 2)

        assert one_is_first(outcomes, others="WRONG_STATE")


async def test_nothing_is_agreed_once_it_is_completed(race: Race) -> None:
    async for stage in race.rounds():
        relationship = await stage.agreement()
        mentor, mentee = relationship.mentor_id, relationship.mentee_id

        outcomes = race.run(
            confirms(mentor, relationship, 1),
            completes(mentor, relationship),
            proposes(mentee, relationship),
            completes(mentee, relationship),
        )

        assert one_is_first(outcomes[1::2], others="WRONG_STATE")
        assert {*outcomes} <= {DONE, "WRONG_STATE"}
        relationship = await MentoringRelationship.get(id=relationship.id)
        assert relationship.updated_at == relationship.completed_at
