"""Gauges that are measured while they are asked for, and what Prometheus is told of all processes.

How many requests were answered is counted by whoever answers them, so the processes of one web
server keep their counts where each can add up all of them. A gauge is different: whoever is asked
looks into the database for everybody, and what another process saw an hour ago is of no use.
"""

import os
from collections.abc import Callable, Iterator, Sequence

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

_SHARED_COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder where processes keep their counts; prometheus_client reads it when it is loaded."""
_measured = CollectorRegistry()
_adding_up: Callable[[CollectorRegistry], object] = MultiProcessCollector


class Gauge(Collector):
    """A number, or one for each combination of labels, as last measured by this process."""

    def __init__(self, name: str, says: str, labels: Sequence[str] = ()) -> None:
        self._name, self._says, self._labels = name, says, tuple(labels)
        self._found: dict[tuple[str, ...], float] = {} if labels else {(): 0.0}
        _measured.register(self)

    def set(self, number: float, *labels: str) -> None:
        """Say what was measured; as many labels as the gauge has names for."""
        if len(labels) != len(self._labels):
            raise ValueError(f"{self._name} has the labels {self._labels}, not {labels}")
        self._found[labels] = float(number)

    def get(self, *labels: str) -> float:
        """Return what was measured last."""
        return self._found[labels]

    def clear(self) -> None:
        """Forget every label: what is gone must not go on being told."""
        self._found = {}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return the gauge as Prometheus reads it."""
        family = GaugeMetricFamily(self._name, self._says, labels=self._labels)
        for labels, number in list(self._found.items()):
            family.add_metric(labels, number)
        yield family


def count_together(folder: str) -> None:
    """Let the processes that are started from now on keep their counts in one folder."""
    os.environ[_SHARED_COUNTS] = folder


def exposition() -> bytes:
    """Return every gauge of this process, and what all processes of this server have counted."""
    counted = REGISTRY
    if _SHARED_COUNTS in os.environ:
        counted = CollectorRegistry()
        _adding_up(counted)
    return generate_latest(counted) + generate_latest(_measured)
