"""Which time zones there are."""

from zoneinfo import ZoneInfo

import pytest

from models import time_zone


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Argentina/Ushuaia", "UTC", "Etc/GMT+5"])
def test_time_zones_are_known_by_their_iana_names(name: str) -> None:
    assert time_zone.is_known(name)
    assert ZoneInfo(name)


@pytest.mark.parametrize(
    "name",
    [
        *("localtime", "posixrules", "right/UTC", "posix/UTC", "posix/Europe/Berlin", "zone.tab"),
        *("", "europe/berlin", "Europe", "Europe/", "/Europe/Berlin", "../../etc/passwd", "CEST"),
    ],
)
def test_other_files_of_the_machine_are_no_time_zones(name: str) -> None:
    assert not time_zone.is_known(name)
