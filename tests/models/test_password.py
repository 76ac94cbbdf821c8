"""Which passwords people may have, and which are right."""

from itertools import cycle, islice

import pytest

from models import Reason, Refusal, password

ADA = ("Ada Byron", "countess", "ada.byron@lovelace.example.org", "Mentor Match")


@pytest.mark.parametrize("length", [password.SHORTEST, password.LONGEST])
async def test_a_password_that_somebody_may_have_is_right(length: int) -> None:
    secret = "".join(islice(cycle("é, è, ê, ë"), length))

    password.check_new(secret)

    assert await password.is_right(secret, await password.hashed(secret))


@pytest.mark.parametrize("length", [0, password.SHORTEST - 1, password.LONGEST + 1, 100_000])
def test_a_new_password_that_is_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"^the password has (fewer|more) than \d+ characters$"):
        password.check_new("x" * length)


async def test_a_letter_is_the_same_however_a_keyboard_composes_it() -> None:
    kept = await password.hashed("Cafe\u0301 im Spätsommer")

    assert await password.is_right("Caf\u00e9 im Spa\u0308tsommer", kept)


@pytest.mark.parametrize(
    "secret",
    [
        "qwertyuiop123",
        "Passw0rd2026!",
        "123456789012",
        "ILOVEYOU2026",
        "!!password!!",
        "letmeinletmein",
        "aaaaaaaaaaaaaaaa",
        "k7$k7$k7$k7$k7$",
        "abcdefghijklmnop",
        "administrator",
        "verwaltungsgemeinschaft",
    ],
)
def test_what_many_people_choose_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="that many people choose"):
        password.check_new(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "AdaByron1815",
        "ada-byron!ada",
        "  Ädâ BYRON  ",
        "countess-1852",
        "ada.byron@lovelace.example.org",
        "Mentor-Match-1",
    ],
)
def test_what_others_know_of_somebody_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="a name or an address that others know"):
        password.check_new(secret, ADA)


@pytest.mark.parametrize(
    "secret",
    [
        "correct horse battery staple",
        "Sommerregen auf Blech",
        "k7$mQ2x9!LwP",
        "480156729384",
        "Ada dreams of engines",
        "密码是一个很长的秘密哦不是",
    ],
)
def test_what_nobody_would_guess_is_taken(secret: str) -> None:
    password.check_new(secret, ADA)


async def test_who_chooses_a_weak_one_is_told_why() -> None:
    with pytest.raises(Refusal) as refused:
        await password.refuse_weak("qwertyuiop123", ADA, field=["new_password"])

    [problem] = refused.value.problems
    assert problem.reason is Reason.WEAK_PASSWORD
    assert problem.message == "The password is too much like those that many people choose."
    assert problem.field == ("new_password",)
