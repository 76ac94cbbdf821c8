"""What the environment may decide."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import settings
from settings import Settings, WrongSetting

README = Path(__file__).parent.parent / "README.md"


def test_every_default_works_on_a_laptop() -> None:
    read = settings.read({})

    assert read.database_url == "sqlite://mentor-match.db"
    assert read.public_url == "http://127.0.0.1:8000"
    assert read.smtp_url is None


def test_the_public_address_follows_the_port() -> None:
    read = settings.read({"PORT": "8123"})

    assert read.public_url == "http://127.0.0.1:8123"


def test_an_empty_variable_counts_as_not_given() -> None:
    read = settings.read({"PORT": " ", "WORKER": ""})

    assert read.port == 8000
    assert read.worker is True


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "99999"),
        ("PORT", "²"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("PUBLIC_URL", "example.org"),
        ("CLIENT_URL", "ftp://example.org"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://host:port"),
        ("MAIL_FROM", "nobody"),
        ("WORKER", "perhaps"),
        ("LOG_LEVEL", "chatty"),
        ("ALLOWED_ORIGINS", "app.example.org"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence_that_names_it(variable: str, value: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        settings.read({variable: value})

    sentence = str(refused.value)
    assert sentence.startswith(f"{variable} cannot be used: ")
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")


def test_a_password_in_a_wrong_address_is_not_repeated() -> None:
    with pytest.raises(WrongSetting) as refused:
        settings.read({"DATABASE_URL": "mysql://me:secret@host/name"})

    assert "secret" not in str(refused.value)


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
