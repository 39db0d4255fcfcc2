"""Put computed columns side by side: as few chained steps as their dependence on one another allows.

One step for each programme would be plainer to read, but both engines bind every column of every
step again: with a hundred programmes DuckDB planned for more than a minute. By layers the chain is
as long as the longest path, about a dozen steps, however many programmes there are.
"""

from dataclasses import dataclass, field

from sqlglot import exp

from eligibility_rules.sql import Sql


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


def _read(made: Sql) -> set[str]:
    return {found.name for found in made.find_all(exp.Column)}
