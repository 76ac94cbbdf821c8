"""How long the fault tests are: short every day, at full length with FAULTS=full."""

import os


def times(*, full: int, short: int) -> int:
    """How often to do something."""
    return full if os.environ.get("FAULTS") == "full" else short
