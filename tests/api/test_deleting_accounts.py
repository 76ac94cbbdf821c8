"""`deleteAccount`: nothing of a member is left, and nothing of others is lost."""

import io
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from duties import Duties
from mailers import farewells
from mailers.links import Links
from mailers.rendering import render
from models import (
    Event,
    EventKind,
    Member,
    MentoringRequest,
    MentoringSession,
    OutgoingEmail,
    Reason,
    SignIn,
    SignInKind,
    clock,
)
from models.database import dialect, rows, transaction
from models.erasure import ErasureLog, erase, replay
from models.member_import import import_members
from models.picture import Storage
from settings import read
from tests.canary import PROFILE, WORD, Canary, a_canary, traces
from tests.client import Api
from tests.conftest import Time
from tests.factories import PASSWORD, a_coordinator, a_member, a_mentee, a_relationship
from tests.outbox import told
from tests.photos import a_photo
from tests.server import A_KEY
from tests.unchanged import refusal_of

DELETE = """
mutation($input: DeleteAccountInput!) {
  deleteAccount(input: $input) { errors { code message field } query { viewer { id } } }
}"""
LOG = ErasureLog([A_KEY])
ELEVEN_MINUTES = timedelta(minutes=11)


async def deleted(ask: Api, canary: Canary, folder: Path) -> None:
    """The account of the canary, and with it what a worker removes."""
    payload = await ask.does(DELETE, as_=canary.member, currentPassword=PASSWORD)
    assert payload["query"]["viewer"] is None
    await Duties(Storage(str(folder / "pictures"))).do()


async def test_not_a_word_of_them_is_left_in_the_database_the_logs_or_the_pictures(
    ask: Api, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = await a_canary()
    token = (await SignIn.begin(canary.member, kind=SignInKind.APP))[1]
    await ask.http.put(
        "/members/me/picture", content=a_photo(), headers={"Authorization": f"Bearer {token}"}
    )
    await answered_under_a_key(ask, canary)
    before = await traces(tmp_path)
    assert {"member.name", "outgoing_email.facts", "idempotency_key.answer"} <= set(before)
    if dialect() == "sqlite":
        assert {"test.db-wal"} <= set(before)
    assert len(list((tmp_path / "pictures").iterdir())) == 2
    caplog.clear()

    await deleted(ask, canary, tmp_path)

    assert await traces(tmp_path) == []
    assert WORD.lower() not in caplog.text.lower()
    assert list((tmp_path / "pictures").iterdir()) == []
    assert await rows("SELECT id FROM picture") == []


async def answered_under_a_key(ask: Api, canary: Canary) -> None:
    """Have an answer kept in which a partner reads the name."""
    partner = await Member.get(id=canary.running.mentee_id)
    token = (await SignIn.begin(partner, kind=SignInKind.APP))[1]
    await ask.http.post(
        "/graphql",
        json={
            "query": """mutation($input: ContinueRelationshipInput!) {
              continueRelationship(input: $input) { relationship { partner { name } } } }""",
            "variables": {"input": {"relationshipId": canary.running.id}},
        },
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "one"},
    )


async def test_partners_keep_what_is_theirs_too_and_see_a_former_member(
    ask: Api, tmp_path: Path
) -> None:
    canary = await a_canary()
    partner = await Member.get(id=canary.running.mentee_id)

    await deleted(ask, canary, tmp_path)

    seen = await ask(
        """{ viewer { relationships { nodes {
          state completion { outcome } agreement { expectations } partner { name email avatarUrl }
          sessions { nodes { state notes location } }
        } } } }""",
        as_=partner,
    )
    [relationship] = seen["viewer"]["relationships"]["nodes"]
    assert relationship == {
        "state": "COMPLETED",
        "completion": {"outcome": "PARTED_WAYS"},
        "agreement": {"expectations": "To be honest."},
        "partner": {"name": "Former member", "email": None, "avatarUrl": None},
        "sessions": {
            "nodes": [{"state": "CALLED_OFF", "notes": "We talked of goals.", "location": ""}]
        },
    }


async def test_everybody_concerned_is_told_without_a_name(ask: Api, tmp_path: Path) -> None:
    canary = await a_canary()
    partner = await Member.get(id=canary.running.mentee_id)

    await deleted(ask, canary, tmp_path)

    assert await told(partner) == ["relationship_mailer/completed"]
    assert (await told(canary.waiting))[-1] == "request_mailer/closed"
    assert (await MentoringRequest.get(sender_id=canary.waiting.id)).state.name == "CLOSED"
    completed = await OutgoingEmail.get(
        reader_id=partner.id, template="relationship_mailer/completed"
    )
    assert completed.facts["partner"] == "Former member"
    assert await Event.filter(reader_id=partner.id, kind=EventKind.RELATIONSHIP_COMPLETED).exists()


async def test_e_mails_call_them_so_in_the_language_of_the_reader() -> None:
    facts = {"relationship_id": "rel_1", "partner": "Former member", "thanks": ""}
    given = {**facts, "links": Links(read({"SECRET_KEY": A_KEY})), "program": "M", "reader": "Mia"}

    texts = [render("relationship_mailer/completed", given, it).text for it in ("en", "de")]

    assert "Former member" in texts[0]
    assert "Ehemaliges Mitglied" in texts[1]


async def test_places_are_free_again_and_sessions_are_called_off(ask: Api, tmp_path: Path) -> None:
    canary = await a_canary()

    await deleted(ask, canary, tmp_path)

    assert {it.state.name for it in await MentoringSession.all()} == {"CALLED_OFF"}
    taken = await rows(
        "SELECT places_taken FROM enrollment WHERE member_id = :id", id=canary.running.mentee_id
    )
    assert taken == [{"places_taken": 0}]


async def test_they_are_signed_out_everywhere_and_cannot_sign_in(ask: Api, tmp_path: Path) -> None:
    canary = await a_canary()

    await deleted(ask, canary, tmp_path)

    assert await SignIn.filter(member_id=canary.member.id).count() == 0
    for name in (PROFILE["username"], PROFILE["email"], canary.member.id):
        answer = await ask(
            "mutation($input: SignInInput!) { signIn(input: $input) { errors { code } } }",
            input={"username": name, "password": PASSWORD},
        )
        assert answer["signIn"]["errors"] == [{"code": "BAD_CREDENTIALS"}]


async def test_the_directory_does_not_bring_them_back(ask: Api, tmp_path: Path) -> None:
    canary = await a_canary()
    await deleted(ask, canary, tmp_path)
    lines = [
        "username,email,name",
        f"{WORD.upper()}.USER,another@example.org,{WORD}",
        f"another,{PROFILE['email']},{WORD}",
        "grace,grace@example.org,Grace",
    ]

    reports = [
        await import_members(
            io.StringIO("\n".join(lines)),
            is_dry=is_dry,
            skips_bad=False,
            tell_moved=nobody_told,
            erased=ErasureLog(["a newer key", A_KEY]),
        )
        for is_dry in (True, False)
    ]

    assert [(it.added, it.erased) for it in reports] == [(1, [2, 3])] * 2
    assert await traces(tmp_path) == []


async def nobody_told(member: Member, former: str) -> None:
    raise AssertionError


async def test_it_takes_the_password(ask: Api) -> None:
    ada = await a_member()

    wrong = await ask.refused(DELETE, as_=ada, currentPassword="a wrong one entirely")
    none = await ask.refused(DELETE, as_=ada)

    assert [it["code"] for it in wrong + none] == ["BAD_CREDENTIALS"] * 2
    assert wrong[0]["field"] == ["input", "currentPassword"]


async def test_who_has_no_password_has_to_have_signed_in_just_now(ask: Api, time: Time) -> None:
    ada = await a_member(password_hash=None)
    _, token = await SignIn.begin(ada, kind=SignInKind.APP)
    headers = {"Authorization": f"Bearer {token}"}
    body = {"query": DELETE, "variables": {"input": {}}}

    time.passes(ELEVEN_MINUTES)
    late = (await ask.http.post("/graphql", json=body, headers=headers)).json()
    time.passes(-ELEVEN_MINUTES)
    done = (await ask.http.post("/graphql", json=body, headers=headers)).json()

    assert [it["code"] for it in late["data"]["deleteAccount"]["errors"]] == ["NOT_ALLOWED"]
    assert done["data"]["deleteAccount"]["errors"] == []


async def test_the_last_coordinator_stays(ask: Api) -> None:
    ada = await a_coordinator()
    await a_coordinator(suspended_at=clock.now())

    [error] = await ask.refused(DELETE, as_=ada, currentPassword=PASSWORD)

    assert error["code"] == "NOT_ALLOWED"
    assert "last coordinator" in error["message"]


async def test_a_coordinator_among_others_may_go(ask: Api) -> None:
    ada, _ = await a_coordinator(), await a_coordinator()

    await ask.does(DELETE, as_=ada, currentPassword=PASSWORD)

    assert not (await Member.get(id=ada.id)).is_coordinator


async def test_who_is_erased_cannot_be_erased_again(database: None) -> None:
    ada = await a_member()
    await transaction(lambda: erase(ada, log=LOG))

    refusal = await refusal_of(lambda: erase(ada, log=LOG))

    assert refusal.reason is Reason.WRONG_STATE


async def test_whom_a_backup_has_brought_back_is_erased_again(
    database: None, tmp_path: Path
) -> None:
    canary = await a_canary()
    gone = await a_member()
    await transaction(lambda: erase(gone, log=LOG))
    ids = await ErasureLog.members()

    farewells_ = await transaction(lambda: replay([canary.member.id, *ids, "mem_lost"], log=LOG))
    for it in farewells_:
        await farewells.tell(it)
    await Duties(Storage(str(tmp_path / "pictures"))).do()

    assert ids == [gone.id]
    assert [it.former.id for it in farewells_] == [canary.member.id]
    assert await traces(tmp_path) == []


async def test_of_two_with_the_same_name_one_is_erased(ask: Api, tmp_path: Path) -> None:
    canary = await a_canary()
    twin = await a_member(name=PROFILE["name"])
    relationship = await a_relationship(mentee=await a_mentee(member=twin))

    await deleted(ask, canary, tmp_path)

    assert (await Member.get(id=twin.id)).name == PROFILE["name"]
    assert relationship.is_running
