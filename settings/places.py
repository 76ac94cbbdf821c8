"""Whether the places that the settings name can be had: the folders, the port."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from errno import EACCES, EADDRINUSE
from pathlib import Path
from socket import IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY, create_server, getaddrinfo, socket

from settings import Settings
from settings.wrong_setting import WrongSetting

_ABOUT_PORTS = {
    EADDRINUSE: "is taken by another program",
    EACCES: "is only for programs with more rights",
}


@contextmanager
def ready(settings: Settings) -> Iterator[list[socket]]:
    """What a server needs besides its database: sockets that listen, and a way for its e-mails.

    Who connects from now on is answered as soon as somebody serves. Raises WrongSetting.
    """
    if settings.worker:
        check_mail_folder(settings)
    check_pictures_folder(settings)
    with listening(settings.host, settings.port) as sockets:
        yield sockets


@contextmanager
def listening(host: str, port: int, which: str = "") -> Iterator[list[socket]]:
    """Sockets that listen, for the block. Raises WrongSetting for `which`, such as `METRICS_`."""
    with ExitStack() as opened:
        try:
            sockets = [opened.enter_context(it) for it in _opened(host, port)]
        except (OSError, UnicodeError) as trouble:
            raise _wrong(host, port, trouble, which) from None
        yield sockets


def check_mail_folder(settings: Settings) -> None:
    """Make sure that e-mails can become files, if that is what they are to become. Raises WrongSetting."""
    if not (settings.smtp_url or _can_be_written(settings.mail_folder)):
        raise WrongSetting("MAIL_FOLDER", f"“{settings.mail_folder}” is no folder to write to")


def check_pictures_folder(settings: Settings) -> None:
    """Make sure that pictures can become files, if they are to. Raises WrongSetting."""
    folder = settings.pictures_folder
    if folder and not _can_be_written(folder):
        raise WrongSetting("PICTURES", f"“{folder}” is no folder to write to")


def _can_be_written(folder: Path) -> bool:
    try:
        there = next(it for it in (folder, *folder.absolute().parents) if it.exists())
        return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    except OSError:
        return False


def _opened(host: str, port: int) -> Iterator[socket]:
    for family, _, _, _, place in getaddrinfo(host, port, type=SOCK_STREAM):
        opened = create_server(place, family=family)
        # The body of an answer would wait 40 ms for the client's word that it has the headers.
        opened.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        yield opened


def _wrong(host: str, port: int, trouble: OSError | UnicodeError, which: str) -> WrongSetting:
    about_port = _ABOUT_PORTS.get(getattr(trouble, "errno", None) or 0)
    if about_port:
        return WrongSetting(f"{which}PORT", f"“{port}” {about_port}")
    return WrongSetting(f"{which}HOST", f"“{host}” is no address of this machine")
