"""How languages are written."""

import pytest

from models import language


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("EN", "en"),
        ("pt-br", "pt-BR"),
        ("ZH-HANT", "zh-Hant"),
        ("en-variants-variants-variants-12345", "en-variants-variants-variants-12345"),
    ],
)
def test_a_language_is_written_in_its_usual_case(written: str, normal: str) -> None:
    assert language.normal(written) == normal


@pytest.mark.parametrize(
    "written", ["", "e", "English", "en_GB", "en-", "en-variants-variants-variants-123456"]
)
def test_what_is_no_language_tag_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"^this is no BCP 47 language tag$"):
        language.normal(written)
