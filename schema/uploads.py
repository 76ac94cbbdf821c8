"""Who may send a picture now: there is memory for so many at once, and nobody may take all of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from schema.body import Unacceptable

AT_ONCE = 20  # uploads underway, which take 100 MB then


class Uploads:
    """The uploads that are underway in this process, at most one of each member."""

    def __init__(self) -> None:
        self._senders = set[str]()

    @contextmanager
    def place(self, member_id: str) -> Iterator[None]:
        """A place for an upload of a member, for the block. Raises Unacceptable."""
        if member_id in self._senders:
            message = "Another picture of yours is being sent; please wait until it has arrived."
            raise Unacceptable(409, message)
        if len(self._senders) >= AT_ONCE:
            message = "Many pictures are being sent; please try again in a minute."
            raise Unacceptable(503, message, {"Retry-After": "60"})
        self._senders.add(member_id)
        try:
            yield
        finally:
            self._senders.discard(member_id)
