"""Everything the environment may decide, read once; every default works on a laptop."""

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit


class WrongSetting(Exception):
    """A variable of the environment has a value we cannot use; the message is one sentence naming it."""


def _text(value: str) -> str:
    return value


def _number(value: str) -> int:
    if not (value.isascii() and value.isdecimal()):
        raise ValueError("is not a whole number")
    return int(value)


def _port(value: str) -> int:
    if not 0 < (port := _number(value)) < 65536:
        raise ValueError("is not a port between 1 and 65535")
    return port


def _yes_or_no(value: str) -> bool:
    if value.lower() not in ("yes", "no", "true", "false", "1", "0"):
        raise ValueError("is neither yes nor no")
    return value.lower() in ("yes", "true", "1")


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes:
            raise ValueError(f"does not begin with {' or '.join(f'{it}://' for it in schemes)}")
        if parts.scheme != "sqlite" and not (parts.hostname and _has_port_or_none(parts)):
            raise ValueError("names no host, or a wrong port")
        return value.rstrip("/")

    return parse


def _has_port_or_none(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(value.replace(",", " ").split())
    for it in origins:
        if _url("http", "https")(it).count("/") != 2:
            raise ValueError("has something behind a host")
    return origins


def _log_level(value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("is none of DEBUG, INFO, WARNING and ERROR")
    return value.upper()


def _one_address(value: str) -> str:
    name, at, domain = parseaddr(value)[1].rpartition("@")
    if not (name and at and domain) or "@" in name or not value.isprintable():
        raise ValueError("is not one e-mail address, with or without a name before it")
    return value


def _setting(default: Any, parse: Callable[[str], Any], meaning: str) -> Any:
    return field(default=default, metadata={"parse": parse, "meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The variables are the names of the fields in capitals: `DATABASE_URL`, `PORT`, …"""

    host: str = _setting("127.0.0.1", _text, "Address to listen on.")
    port: int = _setting(8000, _port, "Port to listen on.")
    database_url: str = _setting(
        "sqlite://mentor-match.db",
        _url("sqlite", "postgres", "postgresql"),
        "Where the program is kept: `sqlite://file.db` or `postgres://user:password@host/name`.",
    )
    public_url: str = _setting(
        "", _url("http", "https"), "Address of this API as members reach it; of `PORT` by default."
    )
    client_url: str | None = _setting(
        None,
        _url("http", "https"),
        "Address of the client that links in e-mails open; else GraphiQL.",
    )
    allowed_origins: tuple[str, ...] = _setting(
        (), _origins, "Origins of clients served from elsewhere, such as `https://app.example.org`."
    )
    smtp_url: str | None = _setting(
        None,
        _url("smtp", "smtps"),
        "Mail server: `smtp://user:password@host:587`; without one, e-mails become files.",
    )
    mail_from: str = _setting(
        "Mentor Match <mentoring@example.org>", _one_address, "Sender of every e-mail."
    )
    mail_folder: Path = _setting(Path("mail"), Path, "Where e-mails become files (`.eml`).")
    worker: bool = _setting(
        True, _yes_or_no, "Whether the server process also sends the e-mails and keeps the clock."
    )
    log_level: str = _setting("INFO", _log_level, "How much to log.")

    @property
    def is_https(self) -> bool:
        """Whether members reach us encrypted, so that cookies may insist on it."""
        return self.public_url.startswith("https:")


def read(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment. Raises WrongSetting with one sentence naming the variable."""
    given = {
        it.name: _parse(it, environment) for it in fields(Settings) if _is_given(it, environment)
    }
    given.setdefault("public_url", f"http://127.0.0.1:{given.get('port', Settings.port)}")
    return Settings(**given)


def _is_given(setting: "Field[Any]", environment: Mapping[str, str]) -> bool:
    return bool(environment.get(setting.name.upper(), "").strip())


def _parse(setting: "Field[Any]", environment: Mapping[str, str]) -> Any:
    name = setting.name.upper()
    value = environment[name].strip()
    try:
        return setting.metadata["parse"](value)
    except ValueError as wrong:
        # A URL may hold a password, which must not reach a log.
        shown = "its value" if name.endswith("URL") else f"“{value}”"
        raise WrongSetting(f"{name} cannot be used: {shown} {wrong}.") from None


def from_environment() -> Settings:
    """The settings this process was started with. Raises WrongSetting."""
    return read(os.environ)
