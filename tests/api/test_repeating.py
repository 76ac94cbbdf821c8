"""`Idempotency-Key`: a mutation that is sent again does nothing more, and is answered as before."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type

from duties import Duties
from models import Enrollment, Member, MentoringRequest, OutgoingEmail
from models.database import rows, transaction
from models.picture import Storage
from schema import schema
from tests.client import Api, served
from tests.conftest import Time
from tests.factories import (
    PASSWORD,
    a_member,
    a_mentee,
    a_mentor,
    a_relationship,
    a_request,
    a_session,
    a_token,
)
from tests.unchanged import everything

DAY = timedelta(days=1)
REQUEST = """
mutation Ask($input: RequestInput!) {
  request(input: $input) {
    errors { code message field }
    request { id state message createdAt recipient { name } }
    query { viewer { counts { outgoingRequests } } }
  }
}"""
WITHDRAW = """
mutation($input: WithdrawInput!) {
  withdraw(input: $input) { errors { code message field } request { state } }
}"""
SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { token errors { code } } }"
FEED = """
mutation($input: CreateCalendarFeedInput!) {
  createCalendarFeed(input: $input) { url errors { code } }
}"""
VIEWER = "{ viewer { id } }"


class Sender:
    """A client of a member, which gives a key to what it sends."""

    def __init__(self, ask: Api, token: str = "") -> None:
        self._ask, self._token = ask, token

    async def sends(self, document: str, key: str = '"one"', **input: Any) -> httpx.Response:
        """The response to a document with this key."""
        variables = {"input": input} if "$input" in document else {}
        authorization = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return await self._ask.http.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"Idempotency-Key": key, **authorization},
        )

    async def gets(self, document: str, key: str = '"one"', **input: Any) -> bytes:
        """What stands in the response, but for what it cost."""
        response = await self.sends(document, key, **input)
        assert response.status_code == 200
        data, _, _ = response.content.partition(b',"extensions":')
        assert b'"errors":[{"message"' not in data.partition(b'"data"')[0]
        return data


async def sender(ask: Api, member: Member | Enrollment) -> Sender:
    return Sender(ask, await a_token(member.member if isinstance(member, Enrollment) else member))


def code_of(response: httpx.Response) -> str:
    code: str = response.json()["errors"][0]["extensions"]["code"]
    return code


async def forget_answers() -> None:
    """As if processes had ended between what they did and the answer to it."""
    await rows("UPDATE idempotency_key SET answer = NULL RETURNING key")


async def test_what_is_sent_again_does_nothing_more(ask: Api) -> None:
    mentor, mentee = await a_mentor(), await a_mentee()
    mia = await sender(ask, mentee)

    first = await mia.gets(REQUEST, enrollmentId=mentor.id)
    before = await everything()
    second = await mia.gets(REQUEST, enrollmentId=mentor.id)

    assert second == first
    assert await everything() == before
    assert await MentoringRequest.all().count() == 1
    assert await OutgoingEmail.filter(template="request_mailer/received").count() == 1


async def test_the_answer_stays_the_first_one_whatever_happens_meanwhile(ask: Api) -> None:
    mentor, mentee = await a_mentor(), await a_mentee()
    mia = await sender(ask, mentee)
    first = await mia.gets(REQUEST, enrollmentId=mentor.id)
    request = await MentoringRequest.get()
    await mia.gets(WITHDRAW, "another", requestId=request.id)

    second = await mia.gets(REQUEST, enrollmentId=mentor.id)

    assert b'"state":"PENDING"' in second
    assert second == first


async def test_a_key_counts_with_and_without_its_quotation_marks(ask: Api) -> None:
    mentor, mentee = await a_mentor(), await a_mentee()
    mia = await sender(ask, mentee)

    first = await mia.gets(REQUEST, '"a-key"', enrollmentId=mentor.id)
    second = await mia.gets(REQUEST, "a-key", enrollmentId=mentor.id)

    assert second == first


async def test_another_request_under_the_same_key_is_refused(ask: Api) -> None:
    mentors, mentee = [await a_mentor() for _ in range(2)], await a_mentee()
    mia = await sender(ask, mentee)
    await mia.gets(REQUEST, enrollmentId=mentors[0].id)
    before = await everything()

    response = await mia.sends(REQUEST, enrollmentId=mentors[1].id)

    assert (response.status_code, code_of(response)) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert await everything() == before


async def test_members_do_not_share_keys(ask: Api) -> None:
    mentor, mentees = await a_mentor(), [await a_mentee() for _ in range(2)]

    for it in mentees:
        await (await sender(ask, it)).gets(REQUEST, enrollmentId=mentor.id)

    assert await MentoringRequest.all().count() == 2


async def test_a_refusal_is_an_answer_too(ask: Api) -> None:
    request = await a_request()
    mia = await sender(ask, request.sender)
    first = await mia.gets(REQUEST, enrollmentId=await enrollment_of(request.recipient_id))
    await mia.gets(WITHDRAW, "another", requestId=request.id)

    again = await mia.gets(REQUEST, enrollmentId=await enrollment_of(request.recipient_id))
    await forget_answers()
    anew = await mia.gets(REQUEST, enrollmentId=await enrollment_of(request.recipient_id))

    assert b"ALREADY_REQUESTED" in first
    assert again == first
    assert b"ALREADY_REQUESTED" in anew
    assert await MentoringRequest.all().count() == 1


async def enrollment_of(member_id: str) -> str:
    return (await Enrollment.get(member_id=member_id)).id


async def test_what_was_not_executed_leaves_its_key_free(ask: Api) -> None:
    mentor, mentee = await a_mentor(), await a_mentee()
    mia = await sender(ask, mentee)

    refused = await mia.sends(REQUEST, message="May I?")
    done = await mia.gets(REQUEST, enrollmentId=mentor.id, message="May I?")

    assert code_of(refused) == "BAD_USER_INPUT"
    assert b'"errors":[]' in done


async def test_what_crashed_can_be_sent_again(ask: Api) -> None:
    mentor, mentee = await a_mentor(), await a_mentee()
    mia = await sender(ask, mentee)
    await transaction(lambda: rows("ALTER TABLE outgoing_email RENAME TO lost"))

    crashed = await mia.sends(REQUEST, enrollmentId=mentor.id)
    await transaction(lambda: rows("ALTER TABLE lost RENAME TO outgoing_email"))
    done = await mia.gets(REQUEST, enrollmentId=mentor.id)

    assert code_of(crashed) == "INTERNAL_SERVER_ERROR"
    assert b'"errors":[]' in done
    assert await MentoringRequest.all().count() == 1


async def test_an_answer_with_a_crash_in_it_is_made_anew(ask: Api) -> None:
    mia = await sender(ask, await a_mentee())
    await transaction(lambda: rows("ALTER TABLE mentoring_relationship RENAME TO lost"))
    crashed = await mia.sends(SIGN_OUT_OTHERS, allOthers=True)
    await transaction(lambda: rows("ALTER TABLE lost RENAME TO mentoring_relationship"))

    done = await mia.gets(SIGN_OUT_OTHERS, allOthers=True)

    assert code_of(crashed) == "INTERNAL_SERVER_ERROR"
    assert b'"totalCount":0' in done


SIGN_OUT_OTHERS = """
mutation($input: SignOutInput!) {
  signOut(input: $input) {
    errors { code } endedSignInIds query { viewer { relationships { totalCount } } }
  }
}"""


async def test_who_did_not_get_the_answer_gets_it_from_what_was_done(ask: Api) -> None:
    session = await a_session()
    relationship = session.relationship
    partners = [
        await sender(ask, await Member.get(id=it))
        for it in (relationship.mentor_id, relationship.mentee_id)
    ]
    moved = (session.starts_at + DAY).isoformat()
    told: list[tuple[str, dict[str, Any]]] = [
        (MOVE, {"sessionId": session.id, "startsAt": moved}),
        (STATUS, {"status": "PAUSED", "role": "MENTOR", "notifyPartners": True}),
        (PREFERENCES, {"preferences": [{"kind": "GRATITUDE_RECEIVED", "frequency": "NEVER"}]}),
        (COMPLETE, {"relationshipId": relationship.id, "outcome": "GOALS_REACHED"}),
    ]

    for number, (document, input) in enumerate(told):
        first = await partners[0].gets(document, str(number), **input)
        await forget_answers()
        second = await partners[0].gets(document, str(number), **input)

        assert b'"errors":[]' in first
        assert second == first


MOVE = """
mutation($input: MoveSessionInput!) {
  moveSession(input: $input) { errors { code } isLate session { id startsAt state } }
}"""
STATUS = """
mutation($input: SetStatusInput!) {
  setStatus(input: $input) {
    errors { code } enrollments { id status member { id name } } notifiedPartners { id name }
  }
}"""
PREFERENCES = """
mutation($input: UpdateNotificationPreferencesInput!) {
  updateNotificationPreferences(input: $input) {
    errors { code } viewer { id email notificationPreferences { kind frequency } }
  }
}"""
COMPLETE = """
mutation($input: CompleteInput!) {
  complete(input: $input) {
    errors { code } relationship { id state partner { name email } completion { outcome } }
  }
}"""


async def test_what_has_gone_meanwhile_is_null_to_who_did_not_get_the_answer(ask: Api) -> None:
    relationship = await a_relationship()
    mia = await sender(ask, await Member.get(id=relationship.mentee_id))
    goal = {"relationshipId": relationship.id, "title": "Speak in public"}
    document = """
        mutation($input: AddGoalInput!) { addGoal(input: $input) { errors { code } goal { id } } }
    """
    await mia.gets(document, **goal)
    await forget_answers()
    await rows("DELETE FROM goal RETURNING id")

    answer = await mia.gets(document, **goal)

    assert b'"goal":null' in answer
    assert await rows("SELECT id FROM goal") == []


async def test_a_long_answer_is_not_kept_but_made_again(ask: Api) -> None:
    ada = await sender(ask, await a_member(bio="x" * 70_000))
    document = """
        mutation($input: UpdateProfileInput!) {
          updateProfile(input: $input) { errors { code } member { bio headline } }
        }"""

    first = await ada.gets(document, headline="Analyst")
    second = await ada.gets(document, headline="Analyst")

    assert second == first
    assert [it["answer"] for it in await rows("SELECT answer FROM idempotency_key")] == [None]


async def test_a_key_is_forgotten_after_a_day(ask: Api, time: Time, tmp_path: Path) -> None:
    mentor, mentee = await a_mentor(), await a_mentee()
    token = Sender(ask, await a_token(mentee.member))
    await token.gets(REQUEST, enrollmentId=mentor.id)
    duties = Duties(Storage(str(tmp_path)))

    time.passes(DAY - timedelta(seconds=1))
    await duties.do()
    before = await rows("SELECT key FROM idempotency_key")
    time.passes(timedelta(seconds=2))
    again = await (await sender(ask, mentee)).gets(REQUEST, enrollmentId=mentor.id)
    time.passes(DAY)
    await duties.do()

    assert before == [{"key": "one"}]
    assert b"ALREADY_REQUESTED" in again
    assert await rows("SELECT key FROM idempotency_key") == []


async def test_nothing_that_holds_a_secret_is_kept(ask: Api) -> None:
    ada = await a_member()
    mia = await sender(ask, ada)

    feeds = [await mia.gets(FEED, replace=True) for _ in range(2)]
    sign_ins = [
        await mia.gets(SIGN_IN, "two", username=ada.username, password=PASSWORD) for _ in range(2)
    ]

    assert len({*feeds, *sign_ins}) == 4
    assert await rows("SELECT key FROM idempotency_key") == []


async def test_a_key_of_nobody_and_of_a_query_says_nothing(ask: Api) -> None:
    nobody, ada = Sender(ask), await sender(ask, await a_member())

    answers = [await nobody.sends(VIEWER), await ada.sends(VIEWER), await ada.sends(VIEWER)]

    assert [it.status_code for it in answers] == [200] * 3
    assert await rows("SELECT key FROM idempotency_key") == []


@pytest.mark.parametrize("key", ["", '""', "two words", '"half', "x" * 256, "\u00e4".encode()])
async def test_a_key_that_is_none_is_refused(ask: Api, key: str) -> None:
    mentor, mentee = await a_mentor(), await a_mentee()
    before = await everything()

    response = await (await sender(ask, mentee)).sends(REQUEST, key, enrollmentId=mentor.id)

    assert (response.status_code, code_of(response)) == (400, "BAD_USER_INPUT")
    assert await everything() == before


async def test_variables_that_are_too_deep_for_a_key_are_refused(ask: Api) -> None:
    ada, deep = await sender(ask, await a_member()), dict[str, Any]()
    for _ in range(400):
        deep = {"it": deep}

    response = await ada.sends(REQUEST, enrollmentId=deep)

    assert (response.status_code, code_of(response)) == (400, "BAD_USER_INPUT")


async def test_a_page_of_elsewhere_may_send_a_key(database: None) -> None:
    async with served(ALLOWED_ORIGINS="https://app.example.org") as api:
        response = await api.http.options(
            "/graphql",
            headers={
                "Origin": "https://app.example.org",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type,idempotency-key",
            },
        )

    assert response.status_code == 200


def test_all_that_is_kept_of_a_payload_can_be_read_again() -> None:
    mutations = schema._schema.mutation_type
    assert mutations

    shown = {
        get_named_type(field.type)
        for mutation in mutations.fields.values()
        for name, field in payload_of(mutation.type).fields.items()
        if name not in ("errors", "query")
    }

    objects = {it for it in shown if isinstance(it, GraphQLObjectType)}
    assert all("id" in it.fields for it in objects)
    assert {it.name for it in shown - objects} <= {"ID", "String", "Boolean", "Int"}


def payload_of(type: Any) -> GraphQLObjectType:
    payload = type.of_type if isinstance(type, GraphQLNonNull) else type
    assert isinstance(payload, GraphQLObjectType)
    return payload
