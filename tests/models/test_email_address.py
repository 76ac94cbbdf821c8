"""How e-mail addresses are kept, and what is none."""

import pytest

from models import email_address
from models.email_address import NotAnAddress


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ada.Byron@Example.ORG", "Ada.Byron@example.org"),
        (" ada@example.org ", "ada@example.org"),
        ("ada@bücher.de", "ada@xn--bcher-kva.de"),
        ("ada@BÜCHER.de", "ada@xn--bcher-kva.de"),
        ("ada@bu\u0308cher.de", "ada@xn--bcher-kva.de"),
        ("ada@faß.de", "ada@xn--fa-hia.de"),
        ("ada@例え。jp", "ada@xn--r8jz45g.jp"),
        ("ada@two--hyphens.de", "ada@two--hyphens.de"),
    ],
)
def test_the_domain_is_kept_as_mail_servers_know_it(written: str, kept: str) -> None:
    assert email_address.normal(written) == kept
    assert email_address.normal(kept) == kept


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "ada",
            "@",
            "ada@",
            "@example.org",
            "a b@example.org",
            "ada@a b.org",
            "é@example.org",
        ),
        *("=?utf-8?q?eve=40evil.org=2C_ada?=@example.org", "=?utf-8?q?=0D=0ABcc=3A?=@example.org"),
        *("ada@example..org", "ada@example.org.", "ada@-example.org", "ada@exa_mple.org"),
        *("ada@bücher..de", "ada@-bücher.de", "ada@☃\u200d.de", f"ada@{'ü' * 70}.de"),
        *(f"{'a' * 250}@example.org", f"ada@{'ü.' * 30_000}de"),
    ],
)
def test_what_no_mail_server_takes_is_refused(written: str) -> None:
    with pytest.raises(NotAnAddress):
        email_address.normal(written)


def test_an_address_is_found_however_it_is_written() -> None:
    keys = {email_address.key(it) for it in ("ADA@bücher.de", "ada@XN--BCHER-KVA.de")}

    assert keys == {"ada@xn--bcher-kva.de"}
    assert email_address.key("ada") is None
