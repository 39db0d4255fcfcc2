"""Put programmes into the order in which they must be decided, refusing circles with their path."""

from collections.abc import Mapping

from eligibility_rules.errors import Faults
from eligibility_rules.programme import Programme


def in_order(programmes: Mapping[str, Programme], faults: Faults) -> list[str]:
    """Codes so that whatever a programme asks receives() about comes before it."""
    walk = _Walk(programmes, faults)
    for code in sorted(programmes):
        _check(programmes[code], programmes, faults)
    for code in sorted(programmes):
        walk.visit(code, ())
    return walk.ordered


def _check(programme: Programme, programmes: Mapping[str, Programme], faults: Faults) -> None:
    for code in programme.depends_on:
        other = programmes.get(code)
        if other is None:
            sentence = f"receives('{code}') names a programme without rules."
            faults.add("programme_unknown", programme.file, 1, sentence)
        elif other.subject is not programme.subject:
            sentence = (
                f"receives('{code}') is about a {other.subject}, "
                f"but {programme.code} is about a {programme.subject}."
            )
            faults.add("subject_differs", programme.file, 1, sentence)


class _Walk:
    """A depth-first walk that remembers what is ordered and which circles were reported."""

    def __init__(self, programmes: Mapping[str, Programme], faults: Faults) -> None:
        self.programmes = programmes
        self.faults = faults
        self.ordered: list[str] = []
        self.circles: set[frozenset[str]] = set()

    def visit(self, code: str, path: tuple[str, ...]) -> None:
        if code in path:
            self._report(path[path.index(code) :])
            return
        if code in self.ordered or code not in self.programmes:
            return
        for needed in self.programmes[code].depends_on:
            self.visit(needed, (*path, code))
        if code not in self.ordered:
            self.ordered.append(code)

    def _report(self, circle: tuple[str, ...]) -> None:
        if frozenset(circle) in self.circles:
            return
        self.circles.add(frozenset(circle))
        said = " → ".join((*circle, circle[0]))
        file = self.programmes[circle[0]].file
        self.faults.add("circle", file, 1, f"These programmes wait for one another: {said}.")
