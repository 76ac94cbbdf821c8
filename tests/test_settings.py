"""What the environment may decide."""

import os
import re
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection

import pytest

import settings
from settings import Settings, WrongSetting, secret_key
from settings.places import check_mail_folder, check_pictures_folder, ready
from tests.ports import free_port

README = Path(__file__).parent.parent / "README.md"


def test_every_default_works_on_a_laptop() -> None:
    read = settings.read({})

    assert read.database_url == "sqlite://mentor-match.db"
    assert read.public_url == "http://127.0.0.1:8000"
    assert read.smtp_url is None


def test_the_public_address_follows_the_port() -> None:
    read = settings.read({"PORT": "8123"})

    assert read.public_url == "http://127.0.0.1:8123"


def test_the_secret_of_the_openid_provider_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("of the provider\n")
    given = {"OIDC_ISSUER": "https://login.example.org/", "OIDC_CLIENT_ID": "mentor-match"}

    read = settings.read({**given, "OIDC_CLIENT_SECRET_FILE": str(file)})
    gone = settings.read({**given, "OIDC_CLIENT_SECRET_FILE": str(tmp_path / "gone")})

    assert read.oidc_issuer == "https://login.example.org/"
    assert read.oidc_secret == "of the provider"
    with pytest.raises(
        WrongSetting, match="OIDC_CLIENT_SECRET_FILE cannot be used: cannot be read"
    ):
        assert gone.oidc_secret


def test_apps_are_led_back_to_schemes_of_their_own_or_to_claimed_addresses() -> None:
    read = settings.read({"OIDC_APP_ADDRESSES": "org.example.app:/in, https://app.example.org/in"})

    assert read.oidc_app_addresses == ("org.example.app:/in", "https://app.example.org/in")


def test_an_empty_variable_counts_as_not_given() -> None:
    read = settings.read({"PORT": " ", "WORKER": ""})

    assert read.port == 8000
    assert read.worker is True


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "eighty"),
        ("DNS_SERVER", "dns.example.org"),
        ("DNS_SERVER", "9.9.9.9:0"),
        ("SECRET_KEY", "too short"),
        ("SECRET_KEY", "long-enough-to-sign-with-for-years short"),
        ("PORT", "0"),
        ("PORT", "99999"),
        ("PORT", "²"),
        ("PORT", "80\n80"),
        ("PORT", "9" * 5000),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "sqlite:file.db"),
        ("DATABASE_URL", "SQLITE://file.db"),
        ("DATABASE_URL", "postgres://me@127.0.0.1:5432/"),
        ("DATABASE_URL", "postgres://me@127.0.0.1:5432"),
        ("DATABASE_URL", "postgres://me@127.0.0.1:5432?sslmode=require"),
        ("DATABASE_URL", "postgres:///name"),
        ("PUBLIC_URL", "example.org"),
        ("OIDC_ISSUER", "http://login.example.org"),
        ("OIDC_ISSUER", "https://me@login.example.org"),
        ("OIDC_ISSUER", "https://login.example.org"),  # without OIDC_CLIENT_ID
        ("OIDC_APP_ADDRESSES", "http://app.example.org/in"),
        ("OIDC_APP_ADDRESSES", "javascript:/alert"),
        ("OIDC_APP_ADDRESSES", "example:/sign-in"),
        ("OIDC_APP_ADDRESSES", "org.example.app:/sign-in?a=b"),
        ("OIDC_APP_ADDRESSES", "https://"),
        ("PUBLIC_URL", "https://example.org?page=1"),
        ("PUBLIC_URL", "https://example.org/#top"),
        ("PUBLIC_URL", "https://me:secret@example.org"),
        ("PUBLIC_URL", "https://[::1"),
        ("CLIENT_URL", "ftp://example.org"),
        ("CLIENT_URL", "https://example.org/app?"),
        ("CLIENT_URL", "https://example.org/app#/"),
        ("CLIENT_URL", "https://exa mple.org"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://host:port"),
        ("SMTP_URL", "smtp://host:99999"),
        ("SMTP_URL", "smtp://a b:25"),
        ("SMTP_URL", "smtp://host/path"),
        ("SMTP_URL", "smtp://host?starttls=yes"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", '"a" <x@y.z>, w@v.u'),
        ("MAIL_FROM", 'w@v.u, "a" <x@y.z>'),
        ("MAIL_FROM", "x@y.z, w@v.u"),
        ("MAIL_FROM", "a@b c"),
        ("MAIL_FROM", "Foo <a@b..c>"),
        ("MAIL_FROM", "Foo <a@b.c."),
        ("MAIL_FROM", "Foo a@b.c>"),
        ("MAIL_FROM", "a@b.c."),
        ("MAIL_FROM", "a..b@c.de"),
        ("MAIL_FROM", "a@-b.de"),
        ("MAIL_FROM", "é@x.de"),
        ("MAIL_FROM", "Foo <a@b.de>\r\nBcc: c@d.de"),
        ("PICTURES", "gs://bucket"),
        ("PICTURES", "s3://"),
        ("PICTURES", "s3:///prefix"),
        ("PICTURES", "s3://Bucket"),
        ("PICTURES", "s3://bucket:80"),
        ("PICTURES", "s3://bucket?region=eu"),
        ("WORKER", "perhaps"),
        ("DEADLINE", "0"),
        ("DEADLINE", "inf"),
        ("DEADLINE", "-1"),
        ("COST_LIMIT", "0"),
        ("COST_LIMIT", "-1"),
        ("COST_BURST", "many"),
        ("COST_PER_SECOND", "1.5"),
        ("COST_BURST", "9" * 5000),
        ("TRUSTED_PROXIES", "proxy.example.org"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("LOG_LEVEL", "chatty"),
        ("ALLOWED_ORIGINS", "app.example.org"),
        ("ALLOWED_ORIGINS", "https://app.example.org?x"),
        ("ALLOWED_ORIGINS", "https://app.example.org#x"),
        ("ALLOWED_ORIGINS", "https://app.example.org/path"),
        ("ALLOWED_ORIGINS", "https://me@app.example.org"),
        ("ALLOWED_ORIGINS", "https://a.example.org, *"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence_that_names_it(variable: str, value: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        settings.read({variable: value})

    sentence = str(refused.value)
    assert sentence.startswith(f"{variable} cannot be used: ")
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("mentoring@example.org", "mentoring@example.org"),
        ("<mentoring@example.org>", "mentoring@example.org"),
        ("Mentor Match <mentoring@example.org>", "Mentor Match <mentoring@example.org>"),
        ("Förderverein <m@müller.de>", "Förderverein <m@xn--mller-kva.de>"),
        ('"Dr. Who, Inc." <m@example.org>', '"Dr. Who, Inc." <m@example.org>'),
        ("Dr. Who, Inc. <m@example.org>", '"Dr. Who, Inc." <m@example.org>'),
        ("root@localhost", "root@localhost"),
    ],
)
def test_a_sender_is_kept_as_mail_servers_know_it(written: str, read: str) -> None:
    assert settings.read({"MAIL_FROM": written}).mail_from == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://app.example.org", ("https://app.example.org",)),
        ("https://app.example.org/", ("https://app.example.org",)),
        ("https://App.Example.org:8443", ("https://app.example.org:8443",)),
        ("https://a.org/, http://[::1]:3000", ("https://a.org", "http://[::1]:3000")),
    ],
)
def test_origins_are_kept_as_browsers_name_them(written: str, read: tuple[str, ...]) -> None:
    assert settings.read({"ALLOWED_ORIGINS": written}).allowed_origins == read


def test_proxies_are_addresses_or_networks() -> None:
    read = settings.read({"TRUSTED_PROXIES": "10.1.2.3/8, ::1"})

    assert read.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("variable", "written", "read"),
    [
        ("CLIENT_URL", "https://example.org/app/", "https://example.org/app"),
        ("PUBLIC_URL", "http://[::1]:8000/", "http://[::1]:8000"),
        (
            "SMTP_URL",
            "smtp://me:p%23w@mail.example.org:587/",
            "smtp://me:p%23w@mail.example.org:587",
        ),
        ("DATABASE_URL", "postgres://me@host/name/", "postgres://me@host/name"),
        ("PICTURES", "s3://bucket/some/prefix/", "s3://bucket/some/prefix"),
        ("PICTURES", "/srv/pictures", None),
        ("DATABASE_URL", "postgresql://host/name?sslmode=require", None),
        ("DATABASE_URL", "sqlite:///srv/my data/a.db", None),
    ],
)
def test_an_address_is_kept_without_a_slash_at_its_end(
    variable: str, written: str, read: str | None
) -> None:
    kept = getattr(settings.read({variable: written}), variable.lower())

    assert kept == (read or written)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://me:secret@host/name"),
        ("DATABASE_URL", "postgres://me:secret@host"),
        ("SMTP_URL", "smtp://me:secret@host/path"),
        ("PUBLIC_URL", "https://me:secret@host"),
        ("PICTURES", "s3://key:secret@bucket"),
    ],
)
def test_a_password_in_a_wrong_address_is_not_repeated(variable: str, value: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        settings.read({variable: value})

    assert "secret" not in str(refused.value)


def test_a_folder_for_mail_may_be_there_or_be_made(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "not" / "yet"):
        check_mail_folder(settings.read({"MAIL_FOLDER": str(folder)}))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "file/mail", "x" * 300])
def test_a_folder_for_mail_that_cannot_be_written_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    read = settings.read({"MAIL_FOLDER": str(tmp_path / place)})

    with pytest.raises(WrongSetting, match=r"^MAIL_FOLDER cannot be used: .* is no folder"):
        check_mail_folder(read)


def test_a_folder_for_pictures_may_be_there_or_be_made(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "not" / "yet"):
        check_pictures_folder(settings.read({"PICTURES": str(folder)}))

    assert list(tmp_path.iterdir()) == []


def test_a_folder_for_pictures_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    read = settings.read({"PICTURES": str(tmp_path / "file" / "pictures")})

    with pytest.raises(WrongSetting, match=r"^PICTURES cannot be used: .* is no folder"):
        check_pictures_folder(read)


def test_no_folder_for_pictures_is_needed_beside_a_bucket() -> None:
    check_pictures_folder(settings.read({"PICTURES": "s3://bucket"}))


def test_no_folder_for_mail_is_needed_beside_a_mail_server() -> None:
    read = settings.read({"MAIL_FOLDER": "/etc/passwd", "SMTP_URL": "smtp://localhost"})

    check_mail_folder(read)


def test_the_table_in_the_readme_says_what_the_code_says() -> None:
    row = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", re.MULTILINE)

    table = {name: (default, meaning) for name, default, meaning in row.findall(text_of_readme())}

    assert table == {
        it.name.upper(): (shown(it.default), it.metadata["meaning"]) for it in fields(Settings)
    }


def text_of_readme() -> str:
    return README.read_text(encoding="utf-8")


def shown(default: object) -> str:
    if default in (None, "", ()):
        return "–"
    if isinstance(default, bool):
        return "`yes`" if default else "`no`"
    return f"`{default}`"


def test_no_part_of_an_answer_waits_for_the_client_to_have_the_part_before(tmp_path: Path) -> None:
    given = {"PORT": str(free_port()), "WORKER": "no", "PICTURES": str(tmp_path)}
    read = settings.read(given)

    with ready(read) as [listening], create_connection((read.host, read.port)):
        connected, _ = listening.accept()

        with connected:
            assert connected.getsockopt(IPPROTO_TCP, TCP_NODELAY)


def test_what_another_process_of_the_same_number_has_begun_is_not_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_key, "FILE", tmp_path / "secret.key")
    begun = tmp_path / f"secret.{os.getpid()}"
    begun.write_text("half a k")

    secret_key.kept.__wrapped__()

    assert begun.read_text() == "half a k"
