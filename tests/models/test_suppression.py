"""Nothing more is sent to an address where nobody is."""

from datetime import timedelta

import pytest

from models import OutgoingEmail
from models.database import rows
from models.outgoing_email.suppression import (
    MOST_REFUSALS,
    WITHIN,
    allow,
    count_suppressed,
    suppress,
    why_suppressed,
)
from tests.conftest import Time
from tests.factories import a_member

pytestmark = pytest.mark.usefixtures("database", "time")

ADA = "ada@example.org"


async def a_claimed_email(address: str = ADA) -> OutgoingEmail:
    reader = await a_member()
    await OutgoingEmail.promise(
        key=reader.id, reader=reader, template="request_mailer/received", facts={}, about=reader
    )
    [claimed] = await OutgoingEmail.claim()
    await claimed.begin(address=address, subject="Hello", mime="the bytes")
    return claimed


async def test_an_address_that_is_unknown_gets_nothing_more() -> None:
    email = await a_claimed_email()

    await email.refused("550 5.1.1 unknown", is_nobody_there=True)

    assert await why_suppressed(ADA) == "550 5.1.1 unknown"
    assert await why_suppressed("grace@example.org") is None


async def test_an_address_is_the_same_however_it_is_written() -> None:
    await suppress("Ada@straße.example", "gone")

    assert await why_suppressed("ada@xn--strae-oqa.example") == "gone"
    assert await why_suppressed(" ADA@STRASSE.EXAMPLE") is None


async def test_the_address_itself_is_not_kept() -> None:
    await suppress(ADA, "gone")

    [kept] = await rows("SELECT * FROM email_suppression")

    assert "ada" not in str(kept).lower().replace(kept["address_hash"], "")


async def test_some_refusals_are_no_reason_but_many_are(time: Time) -> None:
    for _ in range(MOST_REFUSALS - 1):
        await (await a_claimed_email()).refused("550 5.7.1 not wanted")
    assert await why_suppressed(ADA) is None

    await (await a_claimed_email()).refused("550 5.7.1 not wanted")

    assert "6 e-mails in 30 days were refused" in (await why_suppressed(ADA) or "")


async def test_refusals_of_long_ago_and_of_other_addresses_do_not_count(time: Time) -> None:
    await (await a_claimed_email()).refused("550 5.7.1 not wanted")
    time.passes(WITHIN)

    for _ in range(MOST_REFUSALS - 1):
        await (await a_claimed_email()).refused("550 5.7.1 not wanted")
        await (await a_claimed_email("grace@example.org")).refused("550 5.7.1 not wanted")

    assert await why_suppressed(ADA) is None


async def test_what_is_wrong_with_the_email_itself_does_not_count() -> None:
    for _ in range(MOST_REFUSALS):
        await (await a_claimed_email()).dead("It cannot be written.")

    assert await count_suppressed() == 0


async def test_an_address_that_is_allowed_again_begins_anew(time: Time) -> None:
    for _ in range(MOST_REFUSALS):
        await (await a_claimed_email()).refused("550 5.7.1 not wanted")
        time.passes(timedelta(hours=1))

    was_suppressed = await allow("ADA@example.org")
    await (await a_claimed_email()).refused("550 5.7.1 not wanted")

    assert was_suppressed
    assert await why_suppressed(ADA) is None
    assert not await allow(ADA)
