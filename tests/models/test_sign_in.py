"""Being signed in, and the several ways in which that ends."""

from datetime import timedelta

import pytest

from models import Member, SignIn, SignInKind, clock
from models.database import rows
from tests.conftest import Time
from tests.factories import a_member

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)
KINDS = pytest.mark.parametrize(
    ("kind", "idle_days", "days"), [(SignInKind.BROWSER, 1, 14), (SignInKind.APP, 14, 90)]
)


async def begun(kind: SignInKind = SignInKind.APP, **details: object) -> tuple[SignIn, str]:
    return await SignIn.begin(await a_member(**details), kind=kind, user_agent="a test")


async def test_a_token_leads_back_to_the_member() -> None:
    sign_in, token = await begun()

    resumed = await SignIn.resume(token)

    assert resumed == sign_in
    assert resumed.member.id == sign_in.member_id


@pytest.mark.parametrize("token", ["", "mt_", "mt_unknown", "ä\x00"])
async def test_any_other_token_leads_nowhere(token: str) -> None:
    await begun()

    assert await SignIn.resume(token) is None


async def test_the_token_is_not_kept() -> None:
    _, token = await begun()

    [kept] = await rows("SELECT * FROM sign_in")

    assert token not in str(kept)


@KINDS
async def test_it_ends_when_it_is_not_used(
    time: Time, kind: SignInKind, idle_days: int, days: int
) -> None:
    _, token = await begun(kind)

    time.passes(idle_days * DAY)

    assert await SignIn.resume(token) is None


@KINDS
async def test_using_it_keeps_it_up_to_its_end(
    time: Time, kind: SignInKind, idle_days: int, days: int
) -> None:
    _, token = await begun(kind)
    step = idle_days * DAY - timedelta(hours=1)

    used = 0 * DAY
    while used + step < days * DAY:
        time.passes(step)
        used += step
        assert await SignIn.resume(token)
    time.passes(days * DAY - used)

    assert await SignIn.resume(token) is None


async def test_using_it_is_noted_every_five_minutes(time: Time) -> None:
    sign_in, token = await begun()

    time.passes(timedelta(minutes=5))
    await SignIn.resume(token)
    early = (await SignIn.get(id=sign_in.id)).last_used_at
    time.passes(timedelta(seconds=1))
    await SignIn.resume(token)

    assert early == sign_in.last_used_at
    assert (await SignIn.get(id=sign_in.id)).last_used_at == clock.now()


async def test_it_ends_on_signing_out() -> None:
    sign_in, token = await begun()

    await sign_in.end()

    assert await SignIn.resume(token) is None
    assert await SignIn.visible_to(await Member.get(id=sign_in.member_id)) == []


@pytest.mark.parametrize("ended", ["valid_until", "suspended_at"])
async def test_it_ends_with_the_membership(ended: str) -> None:
    sign_in, token = await begun()

    await Member.filter(id=sign_in.member_id).update(**{ended: clock.now()})

    assert await SignIn.resume(token) is None


async def test_it_ends_when_the_membership_lapses_by_itself(time: Time) -> None:
    _, token = await begun(valid_until=clock.now() + DAY)

    time.passes(DAY)

    assert await SignIn.resume(token) is None


async def test_one_sees_ones_own_sign_ins_alone() -> None:
    mine, _ = await begun()
    await begun()

    assert await SignIn.visible_to(await Member.get(id=mine.member_id)) == [mine]


async def test_what_a_client_says_of_itself_is_kept_on_one_short_line() -> None:
    ada = await a_member()

    sign_in, _ = await SignIn.begin(ada, kind=SignInKind.APP, user_agent="a\r\nb" + "c" * 999)

    assert sign_in.user_agent.startswith("a b")
    assert len(sign_in.user_agent) == 200


async def test_it_is_forgotten_a_month_after_its_end(time: Time) -> None:
    ada = await a_member()
    ended, _ = await SignIn.begin(ada, kind=SignInKind.APP)
    unused, _ = await SignIn.begin(ada, kind=SignInKind.BROWSER)
    await ended.end()

    time.passes(timedelta(days=30))
    lasting, _ = await SignIn.begin(ada, kind=SignInKind.APP)
    assert await SignIn.forget_ended() == 1
    assert {it.id for it in await SignIn.all()} == {unused.id, lasting.id}
    time.passes(timedelta(days=1))

    assert await SignIn.forget_ended() == 1
    assert [it.id for it in await SignIn.all()] == [lasting.id]
