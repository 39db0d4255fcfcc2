"""Collect faults without end: a hostile or hopeless file may have a million, a person reads a few."""

from __future__ import annotations

from collections.abc import Iterable

from bank_adapters.contract import Fault
from bank_adapters.faults import fault

KEPT = 1_000


class Collected(list[Fault]):
    """The first thousand faults, every fatal kind at least once, and how many more there were."""

    def __init__(self) -> None:
        super().__init__()
        self.more = 0
        self.fatal_codes: set[str] = set()

    def append(self, found: Fault) -> None:
        """Keep one fault, or only count it."""
        if len(self) < KEPT or (found.fatal and found.code not in self.fatal_codes):
            super().append(found)
        else:
            self.more += 1
        if found.fatal:
            self.fatal_codes.add(found.code)

    def extend(self, found: Iterable[Fault]) -> None:
        """Keep several faults."""
        for one in found:
            self.append(one)

    def told(self) -> tuple[Fault, ...]:
        """Return what is shown: the faults, and a line about those left out."""
        if not self.more:
            return tuple(self)
        return (*self, fault("more_faults", detail=str(self.more)))
