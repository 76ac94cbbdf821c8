"""What the process counts, and what is in the outbox, in the format of Prometheus."""

import asyncio
from collections.abc import Iterator
from itertools import accumulate
from math import inf
from time import monotonic

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from models import clock, measures
from models.measures import Count, Level, Spread
from models.outgoing_email import survey

PREFIX = "mentor_match_"
FRESH = 5.0  # seconds for which the outbox is known
PATIENCE = 2.0  # seconds to wait for the database


class Metrics:
    """The numbers of this process."""

    def __init__(self) -> None:
        self._outbox: list[Metric] = []
        self._looked_at = -inf
        self._looking = asyncio.Lock()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Counted())
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    async def text(self) -> bytes:
        """All of them, in the format of Prometheus."""
        async with self._looking:
            if monotonic() - self._looked_at >= FRESH:
                self._outbox = await _outbox()
                self._looked_at = monotonic()
        outbox = CollectorRegistry(auto_describe=False)
        outbox.register(_Known(self._outbox))
        return generate_latest(self._registry) + generate_latest(outbox)


class _Counted(Collector):
    """What is in `models.measures`."""

    def collect(self) -> Iterator[Metric]:
        for it in measures.ALL:
            yield _family(it)


class _Known(Collector):
    """What was found out before."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def _family(measure: Count | Level | Spread) -> Metric:
    name, meaning, labels = f"{PREFIX}{measure.name}", measure.meaning, measure.labels
    if isinstance(measure, Spread):
        return _histogram(measure)
    kind = CounterMetricFamily if isinstance(measure, Count) else GaugeMetricFamily
    family = kind(name, meaning, labels=labels)
    for words, value in measure.series.items():
        family.add_metric(words, value)
    if not labels and not measure.series:
        family.add_metric((), 0)
    return family


def _histogram(measure: Spread) -> Metric:
    family = HistogramMetricFamily(
        f"{PREFIX}{measure.name}", measure.meaning, labels=measure.labels
    )
    bounds = [*map(str, measure.bounds), "+Inf"]
    for words, values in measure.series.items():
        buckets = list(zip(bounds, accumulate(values.buckets), strict=True))
        family.add_metric(words, buckets, values.sum)
    return family


async def _outbox() -> list[Metric]:
    """How it stands with the e-mails, or that the database cannot be asked."""
    up = GaugeMetricFamily(f"{PREFIX}database_up", "Whether the database answered just now")
    try:
        async with asyncio.timeout(PATIENCE):
            counts, since = await survey.counts(), await survey.longest_due()
    except Exception:
        up.add_metric((), 0)
        return [up]
    up.add_metric((), 1)
    depth = GaugeMetricFamily(f"{PREFIX}outbox_emails", "E-mails in the outbox", labels=("state",))
    for state, number in counts.items():
        depth.add_metric((state.name,), number)
    lag = (clock.now() - since).total_seconds() if since else 0.0
    oldest = GaugeMetricFamily(
        f"{PREFIX}outbox_oldest_due_seconds", "For how long the e-mail due for longest has been"
    )
    oldest.add_metric((), lag)
    return [up, depth, oldest]
