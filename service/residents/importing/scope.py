"""Whose people a delivery may speak of: those of this county, or of the township that sent it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.residents.feeds import Feed
from service.residents.importing.reading import Value

_LEFT = frozenset({"迁出", "注销"})


@dataclass(frozen=True)
class Scope:
    """Leading digits that a row's divisions must have: the county's, and the source's own."""

    county: str
    division: str = ""

    def strangers(self, feed: Feed, values: Mapping[str, Sequence[Value]]) -> Iterator[int]:
        """Yield the numbers of rows that name places, and none that is ours.

        A register may say where somebody has moved to: a row about an entry that ended is ours.
        """
        fields = feed.jurisdiction
        if not fields:
            return
        within = self.division or self.county
        columns = [values[name] for name in fields]
        states = values.get("status", ())
        for number, places in enumerate(zip(*columns, strict=True)):
            named = [place for place in places if isinstance(place, str)]
            if not named or any(place.startswith(within) for place in named):
                continue
            if not (states and states[number] in _LEFT):
                yield number
