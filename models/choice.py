"""Closed sets of values, each with its meaning."""

from enum import Enum


class Choice(Enum):
    """One of a closed set. Stored and sent by its name; its value says what it means."""

    @property
    def meaning(self) -> str:
        """A sentence for developers, shown in the documentation of the API."""
        return str(self.value)
