"""Everything the environment may decide, read once; every default works on a laptop."""

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from settings import secret_key, values
from settings.wrong_setting import WrongSetting

__all__ = ["Settings", "WrongSetting", "from_environment", "read"]


def _setting(default: Any, parse: Callable[[str], Any], meaning: str) -> Any:
    return field(default=default, metadata={"parse": parse, "meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The variables are the names of the fields in capitals: `DATABASE_URL`, `PORT`, …"""

    host: str = _setting("127.0.0.1", str, "Address to listen on.")
    port: int = _setting(8000, values.port, "Port to listen on.")
    database_url: str = _setting(
        "sqlite://mentor-match.db",
        values.database,
        "Where the program is kept: `sqlite://file.db` or `postgres://user:password@host/name`.",
    )
    public_url: str = _setting(
        "", values.page, "Address of this API as members reach it; of `PORT` by default."
    )
    client_url: str | None = _setting(
        None,
        values.page,
        "Address of the client that links in e-mails open; else our own page for an answer, and GraphiQL.",
    )
    allowed_origins: tuple[str, ...] = _setting(
        (),
        values.origins,
        "Origins of clients served from elsewhere, such as `https://app.example.org`.",
    )
    secret_key: tuple[str, ...] = _setting(
        (),
        values.keys,
        "Signs links in e-mails: 32 characters or more, or two such keys; `secret.key` by default.",
    )
    smtp_url: str | None = _setting(
        None,
        values.mail_server,
        "Mail server: `smtp://user:password@host:587`; without one, e-mails become files.",
    )
    mail_from: str = _setting(
        "Mentor Match <mentoring@example.org>", values.sender, "Sender of every e-mail."
    )
    mail_per_minute: int | None = _setting(
        None, values.amount, "E-mails that all workers together send in a minute at most."
    )
    mail_per_domain_per_minute: int | None = _setting(
        None, values.amount, "The same for the addresses of one domain, such as `gmail.com`."
    )
    dns_server: tuple[str, int] | None = _setting(
        None,
        values.name_server,
        "DNS server that `mail doctor` asks, such as `9.9.9.9`; by default that of the machine.",
    )
    mail_folder: Path = _setting(Path("mail"), Path, "Where e-mails become files (`.eml`).")
    pictures: str = _setting(
        "pictures",
        values.folder_or_bucket,
        "Where pictures are kept: a folder, or `s3://bucket/prefix`, with the usual `AWS_…` variables.",
    )
    worker: bool = _setting(
        True,
        values.yes_or_no,
        "Whether the server process also sends the e-mails and keeps the clock.",
    )
    deadline: float = _setting(
        10.0, values.seconds, "Seconds that clients wait for an operation at most."
    )
    cost_limit: int = _setting(1000, values.amount, "Points that one operation may cost.")
    cost_burst: int = _setting(5000, values.amount, "Points that a member may spend at once.")
    cost_per_second: int = _setting(100, values.amount, "Points that come back to them a second.")
    address_cost_burst: int = _setting(
        2000,
        values.amount,
        "Points for all who are not signed in and come from one IPv4 address or IPv6 network (/64).",
    )
    address_cost_per_second: int = _setting(
        50, values.amount, "Points that come back to these a second."
    )
    trusted_proxies: tuple[values.Network, ...] = _setting(
        (),
        values.networks,
        "Addresses of proxies whose `X-Forwarded-For` counts, such as `10.0.0.0/8`.",
    )
    persisted_documents: Path | None = _setting(
        None,
        Path,
        "File of documents that clients may name: a JSON object by hash, as GraphQL Code Generator writes it.",
    )
    only_persisted_documents: bool = _setting(
        False, values.yes_or_no, "Whether to execute no others; GraphiQL is then for reading only."
    )
    oidc_issuer: str | None = _setting(
        None,
        values.issuer,
        "OpenID provider for single sign-on, as it calls itself; without one there is none.",
    )
    oidc_client_id: str | None = _setting(None, str, "What the provider knows this program by.")
    oidc_client_secret: str | None = _setting(
        None, str, "What proves it, if the provider wants that."
    )
    oidc_client_secret_file: Path | None = _setting(
        None, Path, "File with nothing but that secret."
    )
    oidc_app_addresses: tuple[str, ...] = _setting(
        (),
        values.app_addresses,
        "Where single sign-on may lead back to apps, each exactly: `https://…` or `org.example.app:/sign-in`.",
    )
    log_level: str = _setting("INFO", values.log_level, "How much to log.")
    log_format: str = _setting(
        "text", values.log_format, "How: `text` for people, `json` for programs, an object a line."
    )
    metrics_port: int | None = _setting(
        None,
        values.port,
        "Port for `/metrics`, `/readyz` and `/livez` alone, for servers and workers; none by default.",
    )
    metrics_host: str = _setting(
        "127.0.0.1", str, "Address to listen on there; whoever reaches it reads the numbers."
    )
    stop_delay: float = _setting(
        0.0,
        values.pause,
        "Seconds that a server which was told to stop goes on, unready, until its proxy has noticed.",
    )

    @property
    def is_https(self) -> bool:
        """Whether members reach us encrypted, so that cookies may insist on it."""
        return self.public_url.startswith("https:")

    @property
    def keys(self) -> tuple[str, ...]:
        """What links are signed with, the newest first. Raises WrongSetting if there is none to be had."""
        return self.secret_key or secret_key.kept()

    @property
    def oidc_secret(self) -> str | None:
        """What proves to the OpenID provider who we are. Raises WrongSetting if its file cannot be read."""
        if self.oidc_client_secret_file is None:
            return self.oidc_client_secret
        try:
            return self.oidc_client_secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as trouble:
            raise WrongSetting("OIDC_CLIENT_SECRET_FILE", f"cannot be read: {trouble}") from None

    @property
    def pictures_folder(self) -> Path | None:
        """The folder of the pictures, unless they are kept in a bucket."""
        return None if self.pictures.startswith("s3://") else Path(self.pictures)


def read(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment. Raises WrongSetting with one sentence naming the variable."""
    given = {
        it.name: _parse(it, environment) for it in fields(Settings) if _is_given(it, environment)
    }
    if given.get("oidc_issuer") and not given.get("oidc_client_id"):
        raise WrongSetting("OIDC_ISSUER", "needs OIDC_CLIENT_ID beside it")
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
        shown = (
            "its value"
            if name.endswith(("URL", "KEY", "SECRET")) or "://" in value
            else f"“{value}”"
        )
        raise WrongSetting(name, f"{shown} {wrong}") from None


def from_environment() -> Settings:
    """The settings this process was started with. Raises WrongSetting."""
    return read(os.environ)
