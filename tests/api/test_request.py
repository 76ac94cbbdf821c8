"""`request`: asking somebody by a click on the badge."""

from datetime import timedelta

import pytest

from models import (
    EmailFrequency,
    Enrollment,
    Member,
    MentoringRelationship,
    MentoringRequest,
    NotificationPreference,
    ParticipationStatus,
    Program,
    Role,
    Wish,
    clock,
)
from models.event import EventKind
from tests.client import Api
from tests.conftest import Time
from tests.factories import (
    a_member,
    a_mentee,
    a_mentor,
    a_relationship,
    a_request,
    an_enrollment,
    some_topics,
)
from tests.outbox import told

REQUEST = """
mutation($input: RequestInput!) {
  request(input: $input) {
    errors { code message field }
    request {
      state message expiresAt followUpFrom viewerCanRespond viewerCanWithdraw isClockStandingStill
      topics { name } mentor { id } mentee { id } sender { id } recipient { id }
    }
    enrollment { viewerCanRequest viewerCannotRequestReasons viewerPendingRequest { state } }
  }
}"""
BADGE = """
query($id: ID!) {
  node(id: $id) { ... on Enrollment { viewerCanRequest viewerCannotRequestReasons } }
}"""
FOLLOW_UP = """
{ viewer { requests { nodes { followUpEmail { to subject body mailtoUrl } } } } }"""

BOTH_WAYS = pytest.mark.parametrize("asked", [Role.MENTOR, Role.MENTEE])


async def refusal(ask: Api, sender: Enrollment | Member, asked: Enrollment) -> str:
    [error] = await ask.refused(REQUEST, as_=sender, enrollmentId=asked.id)
    assert error["field"] == ["input", "enrollmentId"]
    code: str = error["code"]
    return code


@BOTH_WAYS
async def test_a_click_asks(ask: Api, asked: Role) -> None:
    recipient, sender = await an_enrollment(asked), await an_enrollment(asked.other)

    payload = await ask.does(REQUEST, as_=sender, enrollmentId=recipient.id)

    request = payload["request"]
    assert request["state"] == "PENDING"
    assert request["sender"] == {"id": sender.member_id}
    assert request["recipient"] == request[asked.name.lower()] == {"id": recipient.member_id}
    assert (request["viewerCanRespond"], request["viewerCanWithdraw"]) == (False, True)


async def test_a_message_and_topics_may_be_added(ask: Api) -> None:
    grace, mia = await a_mentor(topics=["Delegating", "Writing"]), await a_mentee()
    [writing] = await some_topics(["Writing"])

    payload = await ask.does(
        REQUEST, as_=mia, enrollmentId=grace.id, message="May I?", topicIds=[writing.id]
    )

    assert payload["request"]["message"] == "May I?"
    assert payload["request"]["topics"] == [{"name": "Writing"}]


async def test_the_sender_sees_both_dates_from_the_start(ask: Api, time: Time) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    time.is_(clock.moment(1772366400_000))

    payload = await ask.does(REQUEST, as_=mia, enrollmentId=grace.id)

    assert payload["request"]["followUpFrom"] == "2026-03-08T12:00:00.000Z"
    assert payload["request"]["expiresAt"] == "2026-03-15T12:00:00.000Z"


async def test_the_badge_turns_at_once(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()

    payload = await ask.does(REQUEST, as_=mia, enrollmentId=grace.id)

    assert payload["enrollment"] == {
        "viewerCanRequest": False,
        "viewerCannotRequestReasons": ["ALREADY_REQUESTED"],
        "viewerPendingRequest": {"state": "PENDING"},
    }


async def test_the_person_asked_gets_an_email(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()

    await ask.does(REQUEST, as_=mia, enrollmentId=grace.id)

    assert await told(grace) == ["request_mailer/received"]
    assert await told(mia) == []


async def test_who_does_not_want_such_emails_gets_none(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    await NotificationPreference.choose(
        grace.member, [Wish(EventKind.REQUEST_RECEIVED, EmailFrequency.NEVER)]
    )

    await ask.does(REQUEST, as_=mia, enrollmentId=grace.id)

    assert await told(grace) == []


async def test_asking_oneself_is_refused(ask: Api) -> None:
    both = await a_mentor()
    await a_mentee(member=both.member)

    assert await refusal(ask, both, both) == "SELF"


async def test_asking_without_being_enrolled_is_refused(ask: Api) -> None:
    assert await refusal(ask, await a_member(), await a_mentor()) == "NOT_ENROLLED"


@BOTH_WAYS
async def test_asking_while_paused_oneself_is_refused(ask: Api, asked: Role) -> None:
    recipient = await an_enrollment(asked)
    sender = await an_enrollment(asked.other, noted_status=ParticipationStatus.PAUSED)

    assert await refusal(ask, sender, recipient) == "NOT_ENROLLED"


@BOTH_WAYS
@pytest.mark.parametrize("status", [ParticipationStatus.PAUSED, ParticipationStatus.LEFT])
async def test_asking_somebody_who_takes_no_part_is_refused(
    ask: Api, asked: Role, status: ParticipationStatus
) -> None:
    recipient = await an_enrollment(asked, noted_status=status)

    assert await refusal(ask, await an_enrollment(asked.other), recipient) == "NOT_ACCEPTING"


@BOTH_WAYS
async def test_asking_somebody_without_a_free_place_is_refused(ask: Api, asked: Role) -> None:
    recipient = await an_enrollment(asked, capacity=1, places_taken=1)

    assert await refusal(ask, await an_enrollment(asked.other), recipient) == "NO_CAPACITY"


@BOTH_WAYS
async def test_asking_without_a_free_place_of_ones_own_is_refused(ask: Api, asked: Role) -> None:
    sender = await an_enrollment(asked.other, capacity=1, places_taken=1)

    assert await refusal(ask, sender, await an_enrollment(asked)) == "NO_CAPACITY"


@BOTH_WAYS
async def test_asking_a_partner_is_refused(ask: Api, asked: Role) -> None:
    recipient, sender = await an_enrollment(asked), await an_enrollment(asked.other)
    request = await a_request(sender=sender, recipient=recipient)
    await MentoringRelationship.accept(request, by=recipient.member)

    assert await refusal(ask, sender, recipient) == "ALREADY_PARTNERS"


@BOTH_WAYS
async def test_asking_twice_is_refused(ask: Api, asked: Role) -> None:
    recipient, sender = await an_enrollment(asked), await an_enrollment(asked.other)
    await a_request(sender=sender, recipient=recipient)

    assert await refusal(ask, sender, recipient) == "ALREADY_REQUESTED"


@BOTH_WAYS
async def test_who_is_asked_answers_instead_of_asking_back(ask: Api, asked: Role) -> None:
    recipient, sender = await an_enrollment(asked), await an_enrollment(asked.other)
    await a_request(sender=sender, recipient=recipient)

    assert await refusal(ask, recipient, sender) == "ANSWER_THEIRS"


async def test_more_open_requests_than_allowed_are_refused(ask: Api) -> None:
    await Program.filter(id="program").update(max_open_requests=1)
    mia = await a_mentee()
    await a_request(sender=mia)

    assert await refusal(ask, mia, await a_mentor()) == "REQUEST_LIMIT"


async def test_asking_again_soon_after_a_decline_is_refused(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    request = await a_request(sender=mia, recipient=grace)
    await request.decline(by=grace.member)

    assert await refusal(ask, mia, grace) == "TOO_SOON"


async def test_somebody_unknown_cannot_be_asked(ask: Api) -> None:
    mia = await a_mentee()

    [error] = await ask.refused(REQUEST, as_=mia, enrollmentId="enr_unknown")

    assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", "enrollmentId"])


async def test_a_lapsed_member_whom_one_never_met_is_as_good_as_unknown(ask: Api) -> None:
    grace = await a_mentor(person={"valid_until": clock.now() - timedelta(days=1)})
    mia = await a_mentee()

    unknown = await ask.refused(REQUEST, as_=mia, enrollmentId="enr_unknown")

    assert await ask.refused(REQUEST, as_=mia, enrollmentId=grace.id) == unknown


async def test_a_mentee_is_as_good_as_unknown_to_who_is_no_mentor(ask: Api) -> None:
    mia, other = await a_mentee(), await a_mentee()

    unknown = await ask.refused(REQUEST, as_=mia, enrollmentId="enr_unknown")

    assert await ask.refused(REQUEST, as_=mia, enrollmentId=other.id) == unknown


async def test_somebody_one_had_to_do_with_who_lapsed_is_as_good_as_unknown_to_badge_and_click(
    ask: Api,
) -> None:
    grace, mia = await a_mentor(), await a_mentee()
    request = await a_request(sender=mia, recipient=grace)
    await request.withdraw(by=mia.member)
    await Member.filter(id=grace.member_id).update(suspended_at=clock.now())

    badge = await ask(BADGE, as_=mia, id=grace.id)
    unknown = await ask.refused(REQUEST, as_=mia, enrollmentId="enr_unknown")

    assert badge["node"] is None
    assert await ask.refused(REQUEST, as_=mia, enrollmentId=grace.id) == unknown


async def test_a_topic_that_the_person_did_not_choose_is_named(ask: Api) -> None:
    grace, mia = await a_mentor(topics=["Delegating"]), await a_mentee()
    [writing] = await some_topics(["Writing"])

    [error] = await ask.refused(REQUEST, as_=mia, enrollmentId=grace.id, topicIds=[writing.id])

    assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", "topicIds", "0"])


async def test_a_message_is_no_book(ask: Api) -> None:
    grace, mia = await a_mentor(), await a_mentee()

    [error] = await ask.refused(REQUEST, as_=mia, enrollmentId=grace.id, message="x" * 4001)

    assert (error["code"], error["field"]) == ("TOO_LONG", ["input", "message"])


async def test_a_follow_up_is_drafted_when_it_is_due_and_the_address_is_visible(
    ask: Api, time: Time
) -> None:
    grace = await a_mentor(person={"name": "Grace Hopper", "email": "grace@example.org"})
    await Member.filter(id=grace.member_id).update(contact_visibility="MEMBERS")
    mia = await a_mentee(person={"name": "Mia & Co"})
    await a_request(sender=mia, recipient=grace)

    early = await ask(FOLLOW_UP, as_=mia)
    time.passes(timedelta(days=7))
    due = await ask(FOLLOW_UP, as_=mia)

    [draft] = [it["followUpEmail"] for it in due["viewer"]["requests"]["nodes"]]
    assert early["viewer"]["requests"]["nodes"] == [{"followUpEmail": None}]
    assert draft["to"] == "grace@example.org"
    assert "Dear Grace Hopper," in draft["body"]
    assert draft["mailtoUrl"].startswith("mailto:grace@example.org?subject=")
    assert "Mia%20%26%20Co" in draft["mailtoUrl"]


async def test_no_follow_up_is_drafted_to_an_address_one_may_not_see(ask: Api, time: Time) -> None:
    request = await a_request()
    time.passes(timedelta(days=7))

    answer = await ask(FOLLOW_UP, as_=request.sender)

    assert answer["viewer"]["requests"]["nodes"] == [{"followUpEmail": None}]


async def test_requests_are_listed_newest_first_by_direction_and_state(
    ask: Api, time: Time
) -> None:
    mia = await a_mentee()
    first, second = [
        [await a_request(sender=mia), time.passes(timedelta(hours=1))][0] for _ in range(2)
    ]
    received = await a_request(sender=await a_mentor(), recipient=mia)
    await first.withdraw(by=mia.member)
    document = """
    query($filter: RequestFilter) {
      viewer { requests(filter: $filter) { totalCount nodes { id } } }
    }"""

    async def listed(**filter: object) -> list[str]:
        answer = await ask(document, as_=mia, filter=filter)
        return [it["id"] for it in answer["viewer"]["requests"]["nodes"]]

    assert await listed() == [received.id, second.id, first.id]
    assert await listed(direction="OUTGOING") == [second.id, first.id]
    assert await listed(direction="OUTGOING", states=["PENDING"]) == [second.id]
    assert await listed(direction="INCOMING") == [received.id]


async def test_partners_are_told_nothing_of_other_requests(ask: Api) -> None:
    relationship = await a_relationship()
    grace = await Enrollment.get(member_id=relationship.mentor_id)

    await ask.does(REQUEST, as_=await a_mentee(), enrollmentId=grace.id)

    assert await told(relationship.mentee) == []
    assert await MentoringRequest.visible_to(relationship.mentee).count() == 1


async def test_more_topics_than_anybody_chooses_are_refused(ask: Api) -> None:
    mia, grace = await a_mentee(), await a_mentor()

    [error] = await ask.refused(REQUEST, as_=mia, enrollmentId=grace.id, topicIds=["top_x"] * 11)

    assert error["code"] == "OUT_OF_RANGE"
    assert error["field"] == ["input", "topicIds"]
