"""Put computed columns side by side: as few chained steps as their dependence on one another allows.

One step for each programme would be plainer to read, but both engines bind every column of every
step again: with a hundred programmes DuckDB planned for more than a minute. By layers the chain is
as long as the longest path, about a dozen steps, however many programmes there are.
"""

from dataclasses import dataclass, field

from sqlglot import exp

from eligibility_rules.compiling.sql import Sql


@dataclass
class Layers:
    """Columns to compute; each goes into the first layer in which all that it reads is there."""

    steps: list[list[tuple[str, Sql]]] = field(default_factory=list)
    _place: dict[str, int] = field(default_factory=dict)

    def add(self, columns: list[tuple[str, Sql]]) -> None:
        """Add named columns, which read only what was added before or what was there from the start."""
        for name, made in columns:
            place = max((self._place.get(one, 0) for one in _read(made)), default=0) + 1
            self._place[name] = place
            while len(self.steps) < place:
                self.steps.append([])
            self.steps[place - 1].append((name, made))

    def chain(
        self, first: set[str], shown: list[str]
    ) -> list[tuple[list[str], list[tuple[str, Sql]]]]:
        """Each step's columns taken over from the one before, and those it adds.

        `first` are the columns there from the start. What nothing later reads is left behind: both
        engines look up every column of every step again.
        """
        wanted = set(shown)
        chained: list[tuple[list[str], list[tuple[str, Sql]]]] = []
        for place in range(len(self.steps) - 1, -1, -1):
            added = [(name, made) for name, made in self.steps[place] if name in wanted]
            wanted -= {name for name, _ in added}
            chained.append((sorted(wanted), added))
            for _, made in added:
                wanted |= _read(made)
        missing = wanted - first
        if missing:
            raise AssertionError(f"nothing computes {sorted(missing)}")
        return chained[::-1]


def _read(made: Sql) -> set[str]:
    return {found.name for found in made.find_all(exp.Column)}
