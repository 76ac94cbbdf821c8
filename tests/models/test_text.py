"""What people write, and how it is compared."""

import pytest

from models import text
from models.refusal import Problems, Reason, Refusal


def bounded(value: str, *, is_required: bool = False) -> tuple[str, list[Reason]]:
    problems = Problems()
    kept = text.bounded(value, problems, field=("it",), most=5, is_required=is_required)
    try:
        problems.refuse_any()
    except Refusal as no:
        return kept, [it.reason for it in no.problems]
    return kept, []


@pytest.mark.parametrize("value", ["a\x00", "\ud800", "\udfff!"])
def test_nul_and_lone_surrogates_cannot_be_stored(value: str) -> None:
    assert not text.is_storable(value)


@pytest.mark.parametrize("value", ["", "ä", "🦉", "\x01", "a\nb", "\uffff"])
def test_everything_else_can(value: str) -> None:
    assert text.is_storable(value)


@pytest.mark.parametrize(
    "value", ["Ada Byron", " Ada Byron\n", "Ada\r\nByron", "Ada\u2028Byron", "Ada\x00\x1fByron"]
)
def test_a_line_is_one_line(value: str) -> None:
    assert text.line(value) == "Ada Byron"


def test_what_machines_say_can_be_kept_and_shown_on_a_terminal() -> None:
    said = "550\x1b]0;owned\x07 Empf\udce4nger\r\nunbekannt\x9b2J\u202e"

    assert text.printable(said) == "550 ]0;owned  Empf\ufffdnger unbekannt2J"
    assert text.is_storable(text.printable(said))


@pytest.mark.parametrize(
    "value", ["Strasse élan", "STRASSE  ÉLAN", "straße e\u0301lan ", "ＳＴＲＡＳＳＥ élan"]
)
def test_case_accents_and_blanks_do_not_matter_where_texts_are_compared(value: str) -> None:
    assert text.key(value) == "strasse elan"


def test_a_text_is_kept_without_the_white_space_around_it() -> None:
    assert bounded("  one\n\n") == ("one", [])


def test_a_text_may_be_just_as_long_as_allowed() -> None:
    assert bounded(" 12345 ") == ("12345", [])


def test_a_longer_text_is_refused() -> None:
    assert bounded("123456")[1] == [Reason.TOO_LONG]


def test_nothing_but_white_space_is_nothing() -> None:
    assert bounded(" \n\t ", is_required=True)[1] == [Reason.REQUIRED]
    assert bounded(" \n\t ") == ("", [])


def test_marks_that_turn_the_text_around_them_are_left_out_of_a_line() -> None:
    assert text.line("Ada \u202enoryB\u202c") == "Ada noryB"


@pytest.mark.parametrize("value", ["\u200b", "\u0301", "\u2063 \ufe0f", "\u00ad"])
def test_what_nobody_can_see_is_nothing(value: str) -> None:
    assert not text.is_visible(value)


@pytest.mark.parametrize("value", ["Ada", "李", "7", "🙂", "?"])
def test_what_can_be_seen_is_something(value: str) -> None:
    assert text.is_visible(value)


def test_what_takes_no_room_does_not_matter_where_texts_are_compared() -> None:
    assert text.key("zero\u200bwidth\ufeff") == text.key("zerowidth")
