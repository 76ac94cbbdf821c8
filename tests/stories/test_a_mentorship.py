"""The walk of the README, through HTTP: from signing in to parting with thanks."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server import Server, running

PASSWORD = "mentor-match-demo"
NEGOTIATING = "Negotiating pay and terms"

SIGN_IN = """
mutation($input: SignInInput!) {
  signIn(input: $input) { errors { message } viewer { member { name } } token }
}"""
TOPICS = "{ program { topics { id name } } }"
MENTORS = """
query($filter: EnrollmentFilter) {
  mentors(filter: $filter, first: 100) {
    totalCount
    nodes {
      id member { name } topics { name } sessionPreferences { channels }
      match { score reasons { text } } viewerCanRequest
    }
  }
}"""
REQUEST = """
mutation($input: RequestInput!) {
  request(input: $input) { errors { code message field } request { id state expiresAt } }
}"""
INCOMING = """
{ viewer { requests(filter: {direction: INCOMING, states: [PENDING]}) {
  nodes { id message sender { name email } viewerCanRespond }
} } }"""
RESPOND = """
mutation($input: RespondInput!) {
  respond(input: $input) {
    errors { code message field } request { state reply } relationship { id partner { name email } }
  }
}"""
SET_STATUS = """
mutation($input: SetStatusInput!) {
  setStatus(input: $input) {
    errors { code message field } enrollments { status } notifiedPartners { name }
  }
}"""
COMPLETE = """
mutation($input: CompleteInput!) {
  complete(input: $input) {
    errors { code message field }
    relationship { state completion { outcome gratitudeNotes { text author { name } } } }
  }
}"""
RELATIONSHIPS = """
{ viewer { relationships { nodes { id state partner { name } viewerCanAddGratitudeNote } } } }"""


class Browser:
    """Somebody at a browser, which keeps the cookie of the sign-in."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def ask(self, document: str, **input: Any) -> dict[str, Any]:
        variables = {"filter": input.pop("filter")} if "filter" in input else {"input": input}
        response = await self.http.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        answer = response.json()
        assert response.status_code == 200, answer
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def does(self, document: str, **input: Any) -> dict[str, Any]:
        [payload] = (await self.ask(document, **input)).values()
        assert payload["errors"] == []
        return payload


async def test_a_mentorship_from_the_first_question_to_the_thanks(
    database_url: str, tmp_path: Path
) -> None:
    environment = {"DATABASE_URL": database_url, "MAIL_FOLDER": str(tmp_path / "mail")}
    async with (
        running("run", environment) as server,
        signed_in(server, "mentee") as mia,
        signed_in(server, "mentor") as grace,
    ):
        enrollment_id = await mia_finds_grace(mia)
        request_id = await mia_asks(mia, enrollment_id, server)
        relationship_id = await grace_accepts(grace, request_id, server)
        await grace_pauses_and_comes_back(grace, mia)
        await mia_completes_with_thanks(mia, relationship_id, server)

        theirs = (await grace.ask(RELATIONSHIPS))["viewer"]["relationships"]["nodes"]
        [ended] = [it for it in theirs if it["id"] == relationship_id]
        assert ended["state"] == "COMPLETED"
        assert ended["viewerCanAddGratitudeNote"]


async def mia_finds_grace(mia: Browser) -> str:
    found = await grace_among_mentors(mia)

    assert found is not None
    assert NEGOTIATING in [it["name"] for it in found["topics"]]
    assert found["match"]["score"] > 0
    assert found["viewerCanRequest"]
    return str(found["id"])


async def mia_asks(mia: Browser, enrollment_id: str, server: Server) -> str:
    asked = await mia.does(REQUEST, enrollmentId=enrollment_id, message="May I ask you?\nMia")

    assert asked["request"]["state"] == "PENDING"
    asking = await next_mail(server, "mentor@example.org")
    assert "Mia Keller" in asking["Subject"]
    assert "May I ask you?" in text_of(asking)
    assert f"{server.address}/answer/" in text_of(asking)
    return str(asked["request"]["id"])


async def grace_accepts(grace: Browser, request_id: str, server: Server) -> str:
    waiting = (await grace.ask(INCOMING))["viewer"]["requests"]["nodes"]
    [request] = [it for it in waiting if it["id"] == request_id]
    assert request["viewerCanRespond"]

    accepted = await grace.does(RESPOND, requestId=request_id, answer="ACCEPT", reply="Yes!")

    assert accepted["relationship"]["partner"]["name"] == "Mia Keller"
    assert "Yes!" in text_of(await next_mail(server, "mentee@example.org"))
    assert "Mia Keller" in text_of(await next_mail(server, "mentor@example.org"))
    return str(accepted["relationship"]["id"])


async def grace_pauses_and_comes_back(grace: Browser, mia: Browser) -> None:
    paused = await grace.does(SET_STATUS, role="MENTOR", status="PAUSED", notifyPartners=True)
    assert "Mia Keller" in [it["name"] for it in paused["notifiedPartners"]]
    assert await grace_among_mentors(mia) is None

    await grace.does(SET_STATUS, role="MENTOR", status="ACTIVE")
    assert await grace_among_mentors(mia) is not None


async def mia_completes_with_thanks(mia: Browser, relationship_id: str, server: Server) -> None:
    completed = await mia.does(
        COMPLETE,
        relationshipId=relationship_id,
        outcome="GOALS_REACHED",
        gratitudeNote="Thank you, Grace.",
    )

    assert completed["relationship"]["state"] == "COMPLETED"
    parting = await next_mail(server, "mentor@example.org", about="complete")
    assert "Thank you, Grace." in text_of(parting)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_new_database_is_filled_once(database_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": database_url, "MAIL_FOLDER": str(tmp_path)}

    async with running("run", environment) as first:
        pass
    async with running("run", environment) as second:
        pass

    assert "A new demo program" in "".join(first.printed)
    assert "A new demo program" not in "".join(second.printed)


@asynccontextmanager
async def signed_in(server: Server, username: str) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=server.address) as http:
        browser = Browser(http)
        payload = await browser.does(SIGN_IN, username=username, password=PASSWORD)
        assert payload["token"] is None
        yield browser


async def grace_among_mentors(viewer: Browser) -> dict[str, Any] | None:
    topics = (await viewer.ask(TOPICS))["program"]["topics"]
    [negotiating] = [it["id"] for it in topics if it["name"] == NEGOTIATING]
    found = await viewer.ask(MENTORS, filter={"topicIds": [negotiating], "channels": ["VIDEO"]})
    nodes = found["mentors"]["nodes"]
    assert found["mentors"]["totalCount"] == len(nodes)
    return next((it for it in nodes if it["member"]["name"] == "Grace Lindqvist"), None)


async def next_mail(server: Server, address: str, about: str = "") -> EmailMessage:
    # Logs name nobody, but the files of who runs it without an SMTP server do.
    line = await server.prints(address.replace("@", "-").replace(".", "-"), ".eml", about)
    [file] = re.findall(r"\S+\.eml", line)
    content = await asyncio.to_thread(Path(file).read_bytes)
    return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]


def text_of(email: EmailMessage) -> str:
    body = email.get_body(("plain",))
    assert body
    return str(body.get_content())
