"""Ports for servers that are started by tests."""

import os
import socket
from itertools import count

# Each process of the tests has a thousand of its own, below those that the system gives to others.
_BEGIN = 20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw9").removeprefix("gw"))
_serial = count(os.getpid() % 500)


def free_port() -> int:
    """A port that nobody listens on, and that no other test is given."""
    while True:
        port = _BEGIN + next(_serial) % 1_000
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
