"""Members who do things at the same instant, each in a process of their own: one of them is first."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from models import (
    Agreement,
    Block,
    Enrollment,
    Goal,
    Member,
    MentoringRelationship,
    MentoringRequest,
    Milestone,
    OutgoingEmail,
    Program,
    RequestState,
    clock,
)
from models.invariants import violations
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


def blocks(who: str, other: str) -> Call:
    return who, "block", {"memberId": other}


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


async def test_four_who_change_different_things_of_one_goal_lose_nothing(race: Race) -> None:
    async for stage in race.rounds():
        first, goal = await stage.goals("AB")
        mentor, mentee = stage.mentors[0].member_id, stage.mentees[0].member_id
        day = clock.today("UTC") + timedelta(days=30)

        outcomes = race.run(
            (mentor, "updateGoal", {"goalId": goal.id, "title": "New"}),
            (mentee, "updateGoal", {"goalId": goal.id, "description": "Why", "dueOn": f"{day}"}),
            (mentor, "reachGoal", {"goalId": goal.id}),
            (mentee, "moveGoal", {"goalId": goal.id}),
        )

        assert outcomes == [DONE] * 4
        [[moved, behind]] = await Goal.of_all([goal.relationship_id])
        assert (moved.id, behind.id) == (goal.id, first.id)
        assert (moved.title, moved.description, moved.due_on) == ("New", "Why", day)
        assert moved.is_reached
        assert moved.version == 3


async def test_four_who_add_at_once_add_four(race: Race) -> None:
    async for stage in race.rounds():
        [goal] = await stage.goals("A")
        both = (stage.mentors[0].member_id, stage.mentees[0].member_id)

        outcomes = race.run(
            *[
                (it, "addGoal", {"relationshipId": goal.relationship_id, "title": "B"})
                for it in both
            ],
            *[(it, "addMilestone", {"goalId": goal.id, "title": "C"}) for it in both],
        )

        assert outcomes == [DONE] * 4
        assert await Goal.all().count() == 3
        assert await Milestone.all().count() == 2


async def test_of_four_who_add_the_twentieth_goal_one_does(race: Race) -> None:
    async for stage in race.rounds():
        goals = await stage.goals("ABCDEFGHIJKLMNOPQRS")
        both = (stage.mentors[0].member_id, stage.mentees[0].member_id)
        input = {"relationshipId": goals[0].relationship_id, "title": "T"}

        outcomes = race.run(*[(it, "addGoal", input) for it in both] * 2)

        assert one_is_first(outcomes, others="OUT_OF_RANGE")


async def test_four_who_move_at_once_all_move(race: Race) -> None:
    async for stage in race.rounds():
        a, b, c, d, _ = await stage.goals("ABCDE")
        both = (stage.mentors[0].member_id, stage.mentees[0].member_id)

        # However they follow one another, A comes behind B, and C behind D.
        outcomes = race.run(
            *[(it, "moveGoal", {"goalId": a.id, "afterGoalId": b.id}) for it in both],
            *[(it, "moveGoal", {"goalId": c.id, "afterGoalId": d.id}) for it in both],
        )

        assert outcomes == [DONE] * 4
        [goals] = await Goal.of_all([a.relationship_id])
        assert "".join(it.title for it in goals) == "BADCE"


async def test_who_expects_a_version_of_a_goal_writes_over_nobody(race: Race) -> None:
    async for stage in race.rounds():
        [goal] = await stage.goals("A")
        both = (stage.mentors[0].member_id, stage.mentees[0].member_id)
        seen = {"goalId": goal.id, "expectedVersion": 1}

        outcomes = race.run(
            *[(it, "updateGoal", {**seen, "title": "B"}) for it in both],
            *[(it, "updateGoal", {**seen, "description": "C"}) for it in both],
        )

        assert one_is_first(outcomes, others="WRONG_STATE")


async def test_what_is_removed_is_not_changed_any_more(race: Race) -> None:
    async for stage in race.rounds():
        [goal] = await stage.goals("A")
        both = (stage.mentors[0].member_id, stage.mentees[0].member_id)

        outcomes = race.run(
            *[(it, "removeGoal", {"goalId": goal.id}) for it in both],
            (both[0], "updateGoal", {"goalId": goal.id, "title": "B"}),
            (both[1], "addMilestone", {"goalId": goal.id, "title": "C"}),
        )

        assert sorted(outcomes[:2]) == [DONE, "NOT_FOUND"]
        assert {*outcomes[2:]} <= {DONE, "NOT_FOUND"}
        assert await Goal.all().count() == 0
        assert await Milestone.all().count() == 0


async def test_who_is_blocked_asks_before_or_not_at_all(race: Race) -> None:
    async for stage in race.rounds():
        mentee, mentor = stage.mentees[0], stage.mentors[0]

        outcomes = race.run(
            *[asks(mentee, mentor)] * 2, *[blocks(mentor.member_id, mentee.member_id)] * 2
        )

        # To ask again finds the first request, or nobody; what was asked before is closed.
        assert outcomes[2:] == [DONE, DONE]
        assert {*outcomes[:2]} <= {DONE, "ALREADY_REQUESTED", "NOT_FOUND"}
        assert await MentoringRequest.filter(state=RequestState.PENDING).count() == 0
        assert await Block.all().count() == 1


async def test_a_request_is_accepted_or_its_people_are_apart_but_not_both(race: Race) -> None:
    async for stage in race.rounds():
        request = await stage.request()
        both = (request.sender_id, request.recipient_id)

        outcomes = race.run(*[accepts(request)] * 2, blocks(*both), blocks(*both[::-1]))

        is_accepted = DONE in outcomes[:2]
        assert (outcomes[2:] == ["WRONG_STATE"] * 2) is is_accepted
        assert (outcomes[:2] == ["WRONG_STATE"] * 2) is not is_accepted
        assert await state_of(request) in (RequestState.ACCEPTED, RequestState.CLOSED)
