"""Ports of this machine."""

from socket import create_server


def free_port() -> int:
    """A port that nobody listens on, for somebody who will at once."""
    with create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
