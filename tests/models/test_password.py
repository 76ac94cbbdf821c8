"""Which passwords people may have, and which are right."""

import pytest

from models import password


@pytest.mark.parametrize("length", [password.SHORTEST, password.LONGEST])
async def test_a_password_that_somebody_may_have_is_right(length: int) -> None:
    secret = "é" * length

    password.check_new(secret)

    assert await password.is_right(secret, await password.hashed(secret))


@pytest.mark.parametrize("length", [0, password.SHORTEST - 1, password.LONGEST + 1, 100_000])
def test_a_new_password_that_is_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"^the password has (fewer|more) than \d+ characters$"):
        password.check_new("x" * length)
