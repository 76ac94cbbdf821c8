"""Members: who they are, what they change, and when their access ends."""

from datetime import timedelta

import pytest

from models import CareerStage, Member, Reason, Refusal, Viewer, clock
from models.profile import ProfileChanges
from tests.factories import PASSWORD, a_coordinator, a_member, a_request, signing_in
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


async def refusal_of_credentials(username: str, password: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await signing_in(username, password)
    return refused.value


async def test_a_member_signs_in_by_user_name_in_any_case() -> None:
    ada = await a_member(username="Ada.Byron")

    assert await signing_in(" ada.byron ", PASSWORD) == ada


async def test_a_member_signs_in_by_email_address_in_any_case() -> None:
    ada = await a_member(email="Ada@example.org")

    assert await signing_in("ada@EXAMPLE.org", PASSWORD) == ada


@pytest.mark.parametrize(
    ("_case", "username", "password"),
    [
        ("wrong password", "ada", "wrong"),
        ("password in another case", "ada", PASSWORD.upper()),
        ("no password", "ada", ""),
        ("a book", "ada", "x" * 10_000),
        ("unknown name", "eve", PASSWORD),
        ("no name", "", PASSWORD),
    ],
)
async def test_wrong_credentials_are_refused_alike(
    _case: str, username: str, password: str
) -> None:
    await a_member(username="ada")

    refusal = await refusal_of_credentials(username, password)

    assert refusal.reason is Reason.BAD_CREDENTIALS


async def test_who_has_no_password_yet_cannot_sign_in() -> None:
    await a_member(username="ada", password_hash=None)

    refusal = await refusal_of_credentials("ada", PASSWORD)

    assert refusal.reason is Reason.BAD_CREDENTIALS


@pytest.mark.parametrize("ended", ["valid_until", "suspended_at"])
async def test_who_is_no_longer_a_member_is_told_so_after_the_right_password(ended: str) -> None:
    await a_member(username="ada", **{ended: clock.now() - DAY})

    right = await refusal_of_credentials("ada", PASSWORD)
    wrong = await refusal_of_credentials("ada", "wrong")

    assert right.reason is Reason.NOT_ALLOWED
    assert wrong.reason is Reason.BAD_CREDENTIALS


async def test_a_membership_may_be_without_end_end_or_be_suspended() -> None:
    members = [
        await a_member(),
        await a_member(valid_until=clock.now() + DAY),
        await a_member(valid_until=clock.now() - DAY),
        await a_member(suspended_at=clock.now() - DAY),
    ]

    assert [it.is_in_good_standing for it in members] == [True, True, False, False]
    assert {it.id for it in await Member.in_good_standing()} == {it.id for it in members[:2]}


async def test_members_see_members() -> None:
    ada, grace = await a_member(), await a_member()

    assert grace in await Member.visible_to(ada)


async def test_who_is_no_longer_a_member_is_seen_by_those_who_had_to_do_with_them() -> None:
    request = await a_request()
    stranger = await a_member()
    await Member.exclude(id=stranger.id).update(suspended_at=clock.now())

    assert request.recipient in await Member.visible_to(request.sender)
    assert request.sender in await Member.visible_to(request.recipient)
    assert await Member.visible_to(stranger) == [stranger]


async def test_coordinators_see_everybody() -> None:
    lapsed = await a_member(valid_until=clock.now() - DAY)

    assert lapsed in await Member.visible_to(await a_coordinator())


async def test_a_member_changes_what_others_see() -> None:
    ada = await a_member(headline="Analyst")

    await ada.change(
        {
            "name": "  Ada\nLovelace ",
            "headline": None,
            "bio": "One.\n\nTwo.",
            "career_stage": CareerStage.LEADER,
            "languages": ["en", "pt-BR"],
            "time_zone": "Europe/London",
        }
    )

    kept = await Member.get(id=ada.id)
    assert kept.name == "Ada Lovelace"
    assert kept.name_key == "ada lovelace"
    assert kept.headline is None
    assert kept.bio == "One.\n\nTwo."
    assert kept.career_stage is CareerStage.LEADER
    assert kept.language_tags == ["en", "pt-BR"]
    assert kept.clock_zone.key == "Europe/London"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " \t "}, Reason.REQUIRED),
        ({"name": "x" * 121}, Reason.TOO_LONG),
        ({"headline": "x" * 121}, Reason.TOO_LONG),
        ({"bio": "x" * 4001}, Reason.TOO_LONG),
        ({"avatar_url": "http://example.org/me.png"}, Reason.INVALID),
        ({"avatar_url": "javascript:alert(1)"}, Reason.INVALID),
        ({"avatar_url": "https://[::1"}, Reason.INVALID),
        ({"avatar_url": "https:///me.png"}, Reason.INVALID),
        ({"avatar_url": "https://example.org/a b"}, Reason.INVALID),
        ({"avatar_url": "https://example.org/\n"}, Reason.INVALID),
        ({"avatar_url": 'https://example.org/"><script>'}, Reason.INVALID),
        ({"avatar_url": "https://example.org/\u202egnp"}, Reason.INVALID),
        ({"avatar_url": "https://example.org/" + "x" * 500}, Reason.INVALID),
        ({"languages": ["en"] * 11}, Reason.OUT_OF_RANGE),
    ],
)
async def test_a_profile_keeps_within_its_bounds(changes: ProfileChanges, reason: Reason) -> None:
    ada = await a_member()

    refusal = await refusal_of(lambda: ada.change({**changes}))

    assert refusal.reason is reason
    assert refusal.problems[0].field == tuple(changes)


async def test_all_that_is_wrong_with_a_profile_is_said_at_once() -> None:
    ada = await a_member()

    refusal = await refusal_of(lambda: ada.change({"name": "", "headline": "x" * 121}))

    assert [it.field for it in refusal.problems] == [("name",), ("headline",)]


async def test_changing_a_profile_does_not_undo_what_others_did_meanwhile() -> None:
    ada = await a_member()
    await Member.filter(id=ada.id).update(suspended_at=clock.now())

    await ada.change({"headline": "Analyst"})

    kept = await Member.get(id=ada.id)
    assert kept.suspended_at is not None
    assert kept.headline == "Analyst"


async def test_the_private_side_has_an_id_of_its_own() -> None:
    ada = await a_member()

    assert Viewer(ada).id == ada.id.replace("mem_", "vwr_")
