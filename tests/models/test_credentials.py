"""`Member.with_credentials`: whom a user name or an address signs in."""

import pytest

from models import Member
from tests.factories import PASSWORD, a_member

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    "written", ["ada", " ADA ", "p3@xn--bcher-kva.de", "p3@bücher.de", " P3@BÜCHER.de "]
)
async def test_a_member_signs_in_by_user_name_or_address_as_they_write_it(written: str) -> None:
    ada = await a_member(username="ada", email="p3@xn--bcher-kva.de")

    assert await Member.with_credentials(written, PASSWORD) == ada


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_user_name_counts_before_an_address(is_first: bool) -> None:
    other = {"username": "eve", "email": "ada@example.org"}
    if is_first:
        await a_member(**other)
    ada = await a_member(username="ada@example.org", email="a@example.org")
    if not is_first:
        await a_member(**other)

    assert await Member.with_credentials("ada@example.org", PASSWORD) == ada
