"""What is counted in this process, for those who look after it: the table of all that is.

Who does something says so in one line, such as `measures.RETRIES.add()`, and knows nothing of who reads the
numbers or how. Labels are words of ours, of which there are few: what people write never becomes one.
"""

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

MOST_SERIES = 300  # of one measure; what comes beyond is counted together
OTHER = "other"

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_POINTS = (1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0)


class Measure:
    """Something that is measured, in one series for each combination of labels."""

    def __init__(self, name: str, meaning: str, *labels: str) -> None:
        self.name = name
        self.meaning = meaning
        self.labels = labels

    def _key(self, words: tuple[str, ...], known: dict[tuple[str, ...], object]) -> tuple[str, ...]:
        assert len(words) == len(self.labels), f"{self.name} has the labels {self.labels}"
        has_room = words in known or len(known) < MOST_SERIES
        return words if has_room else (OTHER,) * len(words)


class Count(Measure):
    """How often something has happened; it only grows."""

    def __init__(self, name: str, meaning: str, *labels: str) -> None:
        super().__init__(name, meaning, *labels)
        self.series: dict[tuple[str, ...], int] = {}

    def add(self, *words: str, number: int = 1) -> None:
        """Count what has just happened."""
        key = self._key(words, self.series)  # type: ignore[arg-type]
        self.series[key] = self.series.get(key, 0) + number


class Level(Measure):
    """How many there are at this moment."""

    def __init__(self, name: str, meaning: str, *labels: str) -> None:
        super().__init__(name, meaning, *labels)
        self.series: dict[tuple[str, ...], int] = {}

    @contextmanager
    def one(self, *words: str) -> Iterator[None]:
        """There is one more for the block."""
        key = self._key(words, self.series)  # type: ignore[arg-type]
        self.series[key] = self.series.get(key, 0) + 1
        try:
            yield
        finally:
            self.series[key] -= 1


class Values:
    """The values of one series: how many there were up to each bound, and beyond."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.buckets = [0] * (len(bounds) + 1)
        self.sum = 0.0


class Spread(Measure):
    """How large something was, each time."""

    def __init__(self, name: str, meaning: str, *labels: str, bounds: tuple[float, ...]) -> None:
        super().__init__(name, meaning, *labels)
        self.bounds = bounds
        self.series: dict[tuple[str, ...], Values] = {}

    def note(self, value: float, *words: str) -> None:
        """Add a value."""
        key = self._key(words, self.series)  # type: ignore[arg-type]
        values = self.series.setdefault(key, Values(self.bounds))
        values.buckets[bisect_left(self.bounds, value)] += 1
        values.sum += value

    @contextmanager
    def timing(self, *words: str) -> Iterator[None]:
        """Add how many seconds the block takes, however it ends."""
        begun = perf_counter()
        try:
            yield
        finally:
            self.note(perf_counter() - begun, *words)


REQUEST_SECONDS = Spread(
    "graphql_request_seconds",
    "Time from a request to its answer, by kind of operation and name of a listed document",
    "kind",
    "document",
    bounds=_SECONDS,
)
COST = Spread("graphql_cost_points", "Points that an operation cost", "kind", bounds=_POINTS)
MUTATIONS = Count(
    "mutations",
    "Mutations and what became of them: DONE, or the code refused with",
    "name",
    "outcome",
)
CRASHES = Count("crashes", "Crashes that clients were told of by an id")
CONNECTIONS = Level("live_connections", "Connections that follow live updates")
RETRIES = Count("transaction_retries", "Transactions begun anew because others were in the way")
DATABASE_WAIT = Spread(
    "database_wait_seconds",
    "Time until there was a connection, or on SQLite the right to write",
    bounds=_SECONDS,
)
SMTP_ANSWERS = Count("smtp_answers", "What mail servers said to messages", "code")
RECOVERED = Count("leases_recovered", "E-mails taken over from workers that died", "state")

ALL: tuple[Count | Level | Spread, ...] = (
    REQUEST_SECONDS,
    COST,
    MUTATIONS,
    CRASHES,
    CONNECTIONS,
    RETRIES,
    DATABASE_WAIT,
    SMTP_ANSWERS,
    RECOVERED,
)
