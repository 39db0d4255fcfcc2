"""How often one address may ask: a bucket each, refilled at an even pace; the longest silent is forgotten."""

import time
from collections import OrderedDict
from collections.abc import Callable

_ADDRESSES_MAX = 4_096


class Limits:
    """At most ``per_second`` requests a second from one address, ``burst`` of them at once."""

    def __init__(
        self, per_second: int, burst: int = 0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._pace = per_second
        self._burst = burst or 5 * per_second
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, address: str) -> bool:
        """Return whether a request may come in, and count it."""
        now = self._now()
        left, at = self._buckets.pop(address, (float(self._burst), now))
        left = min(float(self._burst), left + (now - at) * self._pace)
        admitted = left >= 1
        self._buckets[address] = (left - admitted, now)
        if len(self._buckets) > _ADDRESSES_MAX:
            self._buckets.popitem(last=False)
        return admitted
