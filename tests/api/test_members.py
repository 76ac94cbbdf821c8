"""People: who the viewer is, what they change of themselves, and who may write to whom."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models import ContactVisibility, Enrollment, Member, Program
from tests.client import Api
from tests.factories import (
    a_completed_relationship,
    a_coordinator,
    a_member,
    a_mentee,
    a_mentor,
    a_relationship,
    a_request,
)

VIEWER = """
{ viewer {
  id email contactVisibility emailLanguage isAdmin
  member { id name } mentorEnrollment { id } menteeEnrollment { id }
} }"""
UPDATE_PROFILE = """
mutation($input: UpdateProfileInput!) {
  updateProfile(input: $input) {
    errors { code message field }
    member {
      name pronouns avatarUrl headline bio organization location industry careerStage languages timeZone
    }
    query { viewer { contactVisibility emailLanguage } }
  }
}"""
EMAIL = "query($id: ID!) { node(id: $id) { ... on Member { email } } }"
FIND = "query($text: String) { mentors(filter: {text: $text}) { nodes { member { name } } } }"
COUNTS = """
{ viewer { counts {
  incomingRequests outgoingRequests remainingRequests activeRelationships unreadEvents
} } }"""

PROFILE = {
    "name": "Ada Lovelace",
    "pronouns": "she/her",
    "avatarUrl": "https://example.org/ada.png",
    "headline": "Analyst",
    "bio": "Notes.\n\nAnd **more** notes.",
    "organization": "Analytical Engines",
    "location": "London",
    "industry": "Computing",
    "careerStage": "LEADER",
    "languages": ["en", "pt-BR"],
    "timeZone": "Europe/London",
}
CLEARABLE = [it for it in PROFILE if it not in ("name", "languages", "timeZone")]


async def test_a_stranger_is_no_viewer(ask: Api) -> None:
    await a_member()

    assert await ask(VIEWER) == {"viewer": None}


async def test_the_viewer_is_the_private_side_of_a_member(ask: Api) -> None:
    ada = await a_mentor(person={"name": "Ada Byron", "email": "ada@example.org"})

    viewer = (await ask(VIEWER, as_=ada))["viewer"]

    assert viewer["id"] != ada.member_id
    assert viewer["member"] == {"id": ada.member_id, "name": "Ada Byron"}
    assert viewer["email"] == "ada@example.org"
    assert viewer["contactVisibility"] == "PARTNERS"
    assert viewer["isAdmin"] is False
    assert viewer["mentorEnrollment"] == {"id": ada.id}
    assert viewer["menteeEnrollment"] is None


async def test_a_coordinator_is_told_to_be_one(ask: Api) -> None:
    assert (await ask(VIEWER, as_=await a_coordinator()))["viewer"]["isAdmin"] is True


async def test_a_profile_is_changed_at_once(ask: Api) -> None:
    ada = await a_member()

    payload = await ask.does(UPDATE_PROFILE, as_=ada, contactVisibility="MEMBERS", **PROFILE)

    assert payload["member"] == PROFILE
    assert payload["query"]["viewer"]["contactVisibility"] == "MEMBERS"


async def test_what_is_left_out_stays_and_null_clears(ask: Api) -> None:
    ada = await a_member()
    await ask.does(UPDATE_PROFILE, as_=ada, **PROFILE)

    kept = await ask.does(UPDATE_PROFILE, as_=ada)
    cleared = await ask.does(UPDATE_PROFILE, as_=ada, **dict.fromkeys(CLEARABLE))

    assert kept["member"] == PROFILE
    assert cleared["member"] == PROFILE | dict.fromkeys(CLEARABLE)


async def test_blank_is_as_good_as_nothing(ask: Api) -> None:
    ada = await a_member(headline="Analyst")

    payload = await ask.does(UPDATE_PROFILE, as_=ada, headline="  ", bio="\n")

    assert (payload["member"]["headline"], payload["member"]["bio"]) == (None, None)


async def test_null_leaves_what_nobody_can_be_without(ask: Api) -> None:
    ada = await a_member(name="Ada Byron", time_zone="Europe/London")

    payload = await ask.does(
        UPDATE_PROFILE, as_=ada, name=None, languages=None, timeZone=None, contactVisibility=None
    )

    assert payload["member"]["name"] == "Ada Byron"
    assert payload["member"]["languages"] == ["en"]
    assert payload["member"]["timeZone"] == "Europe/London"
    assert payload["query"]["viewer"]["contactVisibility"] == "PARTNERS"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("name", " ", "REQUIRED"),
        ("name", "x" * 121, "TOO_LONG"),
        ("headline", "x" * 121, "TOO_LONG"),
        ("bio", "x" * 4001, "TOO_LONG"),
        ("bio", "NUL\0", "INVALID"),
        ("avatarUrl", "http://example.org/ada.png", "INVALID"),
        ("avatarUrl", "https://" + "x" * 500, "INVALID"),
        ("languages", ["en"] * 11, "OUT_OF_RANGE"),
        ("emailLanguage", "tlh", "INVALID"),
    ],
)
async def test_a_profile_keeps_within_its_bounds(
    ask: Api, name: str, value: object, code: str
) -> None:
    ada = await a_member()

    [error] = await ask.refused(UPDATE_PROFILE, as_=ada, **{name: value})

    assert (error["code"], error["field"]) == (code, ["input", name])


async def test_a_form_hears_of_all_its_mistakes(ask: Api) -> None:
    ada = await a_member()

    errors = await ask.refused(
        UPDATE_PROFILE,
        as_=ada,
        name="",
        avatarUrl="ada.png",
        languages=["en"] * 11,
        location="Rome",
    )

    assert [(it["code"], it["field"]) for it in errors] == [
        ("REQUIRED", ["input", "name"]),
        ("INVALID", ["input", "avatarUrl"]),
        ("OUT_OF_RANGE", ["input", "languages"]),
    ]


@pytest.mark.parametrize(
    "input", [{"timeZone": "Mars/Olympus_Mons"}, {"languages": ["English, please"]}]
)
async def test_what_is_no_time_zone_or_language_is_not_even_tried(
    ask: Api, input: dict[str, Any]
) -> None:
    answer = await ask.answer(UPDATE_PROFILE, as_=await a_member(), input=input)

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def email_language(ask: Api, member: Member) -> str:
    return str((await ask(VIEWER, as_=member))["viewer"]["emailLanguage"])


async def test_emails_come_in_the_first_language_that_there_is(ask: Api) -> None:
    speaker = await a_member(languages="tlh de-AT en")
    nobody = await a_member(languages="")

    assert await email_language(ask, speaker) == "de"
    assert await email_language(ask, nobody) == "en"


async def test_emails_come_in_the_language_one_chose(ask: Api) -> None:
    ada = await a_member(languages="en de")

    chosen = await ask.does(UPDATE_PROFILE, as_=ada, emailLanguage="de-CH")
    cleared = await ask.does(UPDATE_PROFILE, as_=ada, emailLanguage=None)

    assert chosen["query"]["viewer"]["emailLanguage"] == "de"
    assert cleared["query"]["viewer"]["emailLanguage"] == "en"


async def test_who_wants_a_language_that_there_is_not_hears_which_there_are(ask: Api) -> None:
    ada = await a_member(languages="de")

    [error] = await ask.refused(UPDATE_PROFILE, as_=ada, emailLanguage="pt-BR")

    assert error["message"] == "E-mails can be had in English and German."
    assert await email_language(ask, ada) == "de"


async def test_a_program_may_be_at_home_in_another_language(ask: Api) -> None:
    await Program.filter(id="program").update(languages="de en")

    assert await email_language(ask, await a_member(languages="")) == "de"


async def test_a_changed_name_is_found(ask: Api) -> None:
    ada, mia = await a_mentor(person={"name": "Ada Byron"}), await a_mentee()

    await ask.does(UPDATE_PROFILE, as_=ada, name="Ada Lovelace")

    found = await ask(FIND, as_=mia, text="lovelace")
    assert found["mentors"]["nodes"] == [{"member": {"name": "Ada Lovelace"}}]
    assert (await ask(FIND, as_=mia, text="byron"))["mentors"]["nodes"] == []


async def test_nobody_changes_others(ask: Api) -> None:
    ada, grace = await a_member(), await a_member(name="Grace Hopper")

    await ask.does(UPDATE_PROFILE, as_=ada, name="Ada Lovelace")

    assert (await Member.get(id=grace.id)).name == "Grace Hopper"


async def themselves(person: Enrollment) -> Member:
    return person.member


async def a_coordinator_of_the_program(person: Enrollment) -> Member:
    return await a_coordinator()


async def their_mentee(person: Enrollment) -> Member:
    return (await a_relationship(mentor=person)).mentee


async def their_mentor(person: Enrollment) -> Member:
    return (await a_relationship(mentee=await a_mentee(member=person.member))).mentor


async def a_former_partner(person: Enrollment) -> Member:
    return (await a_completed_relationship(mentor=person)).mentee


async def somebody_who_asked(person: Enrollment) -> Member:
    return (await a_request(recipient=person)).sender


async def a_stranger(person: Enrollment) -> Member:
    return (await a_relationship()).mentee


@pytest.mark.parametrize("visibility", ContactVisibility)
@pytest.mark.parametrize(
    ("somebody", "may_see"),
    [
        (themselves, {"MEMBERS", "PARTNERS", "NOBODY"}),
        (a_coordinator_of_the_program, {"MEMBERS", "PARTNERS", "NOBODY"}),
        (their_mentee, {"MEMBERS", "PARTNERS"}),
        (their_mentor, {"MEMBERS", "PARTNERS"}),
        (a_former_partner, {"MEMBERS"}),
        (somebody_who_asked, {"MEMBERS"}),
        (a_stranger, {"MEMBERS"}),
    ],
)
async def test_an_address_is_shown_as_its_owner_chose(
    ask: Api,
    visibility: ContactVisibility,
    somebody: Callable[[Enrollment], Awaitable[Member]],
    may_see: set[str],
) -> None:
    grace = await a_mentor(person={"email": "grace@example.org"})
    viewer = await somebody(grace)
    await Member.filter(id=grace.member_id).update(contact_visibility=visibility)

    seen = await ask(EMAIL, as_=viewer, id=grace.member_id)

    shown = "grace@example.org" if visibility.name in may_see else None
    assert seen["node"] == {"email": shown}


async def test_addresses_are_shown_to_partners_alone_from_the_start(ask: Api) -> None:
    grace = await a_mentor()

    seen = await ask(EMAIL, as_=await a_member(), id=grace.member_id)

    assert seen["node"] == {"email": None}


async def test_badges_count_what_is_the_viewers_own(ask: Api) -> None:
    mia = await a_mentee()
    await a_completed_relationship(mentee=mia)
    await a_relationship(mentee=mia)
    await a_request(sender=mia)
    await a_request(sender=mia)
    await a_request(recipient=mia)
    await a_request()
    await a_relationship()

    counts = (await ask(COUNTS, as_=mia))["viewer"]["counts"]

    assert counts == {
        "incomingRequests": 1,
        "outgoingRequests": 2,
        "remainingRequests": 3,
        "activeRelationships": 1,
        "unreadEvents": 3,
    }


async def test_badges_of_a_new_member_are_empty(ask: Api) -> None:
    await a_request()

    counts = (await ask(COUNTS, as_=await a_member()))["viewer"]["counts"]

    assert counts == {
        "incomingRequests": 0,
        "outgoingRequests": 0,
        "remainingRequests": 5,
        "activeRelationships": 0,
        "unreadEvents": 0,
    }


async def test_no_fewer_than_no_requests_remain(ask: Api) -> None:
    mia = await a_mentee()
    await a_request(sender=mia)
    await a_request(sender=mia)
    await Program.filter(id="program").update(max_open_requests=1)

    counts = (await ask(COUNTS, as_=mia))["viewer"]["counts"]

    assert counts["remainingRequests"] == 0


async def test_a_request_that_is_settled_makes_room_for_another(ask: Api) -> None:
    mia = await a_mentee()
    request = await a_request(sender=mia)
    await request.withdraw(by=mia.member)

    counts = (await ask(COUNTS, as_=mia))["viewer"]["counts"]

    assert (counts["outgoingRequests"], counts["remainingRequests"]) == (0, 5)
