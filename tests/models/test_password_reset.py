"""Links with which members set a new password."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from models import Member, PasswordReset, Reason, Refusal, SignIn, SignInKind, clock
from models.database import rows, transaction
from tests.conftest import Time
from tests.factories import a_member, a_token
from tests.unchanged import refusal_of

pytestmark = pytest.mark.usefixtures("database")

HALF_AN_HOUR = timedelta(minutes=30)
NEW = "the hash of a new password"


async def a_link(member: Member, *, id: str = "rst_1") -> str:
    """Its token."""
    return await PasswordReset.begin(id, member, asked_at=clock.now())


async def redeemed(token: str, new: str = NEW) -> Member:
    return await transaction(lambda: PasswordReset.redeem(token, new))


async def kept_password(member: Member) -> str | None:
    return (await Member.get(id=member.id)).password_hash


async def is_worthless(token: str) -> bool:
    refused = await refusal_of(lambda: PasswordReset.redeem(token, "another"))
    assert refused.reason is Reason.BAD_CREDENTIALS
    assert refused.problems[0].field == ("token",)
    return True


async def test_a_link_leads_to_its_member_and_lets_them_set_a_password() -> None:
    ada = await a_member()
    await a_member()
    token = await a_link(ada)

    assert await PasswordReset.member_with(token) == ada
    assert await redeemed(token) == ada

    assert await kept_password(ada) == NEW


async def test_a_member_without_a_password_gets_one_so() -> None:
    ada = await a_member(password_hash=None)

    await redeemed(await a_link(ada))

    assert await kept_password(ada) == NEW


async def test_a_link_is_good_once() -> None:
    token = await a_link(await a_member())

    await redeemed(token)

    assert await is_worthless(token)


async def test_a_link_is_good_for_half_an_hour(time: Time) -> None:
    ada = await a_member()
    token = await a_link(ada)

    time.passes(HALF_AN_HOUR - timedelta(milliseconds=1))
    assert await PasswordReset.member_with(token) == ada

    time.passes(timedelta(milliseconds=1))
    assert await is_worthless(token)


@pytest.mark.parametrize("token", ["", "unknown", "ä", "x" * 10_000])
async def test_any_other_token_is_good_for_nothing(token: str) -> None:
    await a_link(await a_member())

    assert await is_worthless(token)


@pytest.mark.parametrize("ended", ["valid_until", "suspended_at"])
async def test_who_is_no_longer_a_member_cannot_use_a_link(ended: str) -> None:
    ada = await a_member()
    token = await a_link(ada)

    await Member.filter(id=ada.id).update(**{ended: clock.now()})

    assert await is_worthless(token)


async def test_of_two_at_once_one_is_the_first() -> None:
    ada = await a_member()
    token = await a_link(ada)

    outcomes = await asyncio.gather(
        *(redeemed(token, f"hash {n}") for n in range(8)), return_exceptions=True
    )

    [winner] = [n for n, it in enumerate(outcomes) if it == ada]
    assert all(isinstance(it, Refusal) for n, it in enumerate(outcomes) if n != winner)
    assert await kept_password(ada) == f"hash {winner}"


async def test_of_several_links_one_is_used_and_the_others_die_with_it() -> None:
    ada, grace = await a_member(), await a_member()
    tokens = [await a_link(ada, id=f"rst_{n}") for n in range(3)]
    hers = await a_link(grace, id="rst_hers")

    await redeemed(tokens[1])

    assert [await is_worthless(it) for it in tokens] == [True] * 3
    assert await PasswordReset.member_with(hers) == grace


async def test_an_email_that_is_written_again_has_a_token_instead_of_the_first() -> None:
    ada = await a_member()
    first = await a_link(ada)

    again = await a_link(ada)

    assert await is_worthless(first)
    assert await PasswordReset.member_with(again) == ada


async def test_whoever_is_signed_in_is_out_with_a_new_password() -> None:
    ada, grace = await a_member(), await a_member()
    lost, hers = await a_token(ada), await a_token(grace)

    await redeemed(await a_link(ada))

    assert await SignIn.resume(lost) is None
    assert await SignIn.resume(hers)


async def test_who_proved_the_old_password_does_not_get_in_after_a_new_one_is_set() -> None:
    ada = await a_member()
    proven = await Member.get(id=ada.id)
    await redeemed(await a_link(ada))

    async def work() -> Any:
        await proven.hold_password()
        return await SignIn.begin(proven, kind=SignInKind.APP)

    with pytest.raises(Refusal) as refused:
        await transaction(work)

    assert refused.value.reason is Reason.BAD_CREDENTIALS
    assert await SignIn.all().count() == 0


async def test_the_token_is_not_kept() -> None:
    token = await a_link(await a_member())

    [kept] = await rows("SELECT * FROM password_reset")

    assert token not in str(kept)


async def test_what_is_over_is_deleted(time: Time) -> None:
    ada = await a_member()
    await a_link(ada, id="rst_old")
    time.passes(timedelta(minutes=20))
    await a_link(ada, id="rst_new")
    time.passes(timedelta(minutes=20))

    await PasswordReset.forget_over()

    assert [it.id for it in await PasswordReset.all()] == ["rst_new"]
