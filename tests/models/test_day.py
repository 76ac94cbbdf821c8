"""How days are written."""

from datetime import date

import pytest

from models import day


def test_a_day_is_written_in_one_way() -> None:
    assert day.parsed("2027-12-31") == date(2027, 12, 31)


@pytest.mark.parametrize(
    "written",
    ["20271231", "2027-W52-5", "2027-2-3", "2027-02-30", "31.12.2027", "2027-12-31T00:00", "", "٢"],
)
def test_a_day_that_is_written_otherwise_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"^this is no day such as 2027-12-31$"):
        day.parsed(written)
