"""The languages of e-mails."""

import pytest

from models.email_language import best, nearest


@pytest.mark.parametrize(
    ("tag", "offered"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de-Latn-CH", "de"),
        ("en-GB", "en"),
        ("den", None),
        ("", None),
    ],
)
def test_a_language_is_offered_by_its_longest_known_part(tag: str, offered: str | None) -> None:
    assert nearest(tag) == offered


@pytest.mark.parametrize(
    ("spoken", "written"),
    [(["de", "en"], "de"), (["pt-BR", "de-CH"], "de"), (["pt-BR"], "en"), ([], "en")],
)
def test_people_are_written_to_in_the_first_language_that_there_is(
    spoken: list[str], written: str
) -> None:
    assert best(spoken) == written
