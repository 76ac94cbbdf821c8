"""Programs and systems, as e-mails name them."""

import pytest

from mailers import browsers


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:152.0) Gecko/20100101 Firefox/152.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/150.0.0.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("MentorMatch/3 (Android 16)", "Android"),
        ("curl/8.14.1", ""),
        ("Dear member, call +49 30 123456 at once", ""),
        ("", ""),
    ],
)
def test_what_is_known_is_named_and_nothing_else_repeated(said: str, named: str) -> None:
    assert browsers.named_in(said) == named
