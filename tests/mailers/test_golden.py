"""No word of an e-mail changes unnoticed."""

import pytest

from tests.mailers.golden import FOLDER, files

SAID = files()


def test_every_email_has_been_kept_and_no_other() -> None:
    kept = {it.relative_to(FOLDER).as_posix() for it in FOLDER.glob("*/*")}

    assert kept == SAID.keys()


@pytest.mark.parametrize("path", SAID)
def test_an_email_says_what_was_kept(path: str) -> None:
    assert SAID[path] == (FOLDER / path).read_text(encoding="utf-8"), "make mail-golden keeps it"
