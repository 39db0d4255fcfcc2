"""Put programmes into the order in which they must be decided, refusing circles with their path."""

from collections.abc import Mapping

from eligibility_rules.errors import Faults
from eligibility_rules.programme import Programme


def in_order(programmes: Mapping[str, Programme], faults: Faults) -> list[str]:
    """Codes so that whatever a programme asks receives() about comes before it."""
    walk = _Walk(programmes, faults)
    for code in sorted(programmes):
        _check(programmes[code], programmes, faults)
        _check_rivals(programmes[code], programmes, faults)
        _check_prevails(programmes[code], programmes, faults)
    for code in sorted(programmes):
        walk.visit(code, ())
    return walk.ordered


def _check(programme: Programme, programmes: Mapping[str, Programme], faults: Faults) -> None:
    for code in programme.depends_on:
        other = programmes.get(code)
        if other is None:
            sentence = f"receives('{code}') or amount_of('{code}') names a programme without rules."
            faults.add("programme_unknown", programme.file, 1, sentence)
        elif other.subject is not programme.subject:
            sentence = (
                f"receives('{code}') is about a {other.subject}, "
                f"but {programme.code} is about a {programme.subject}."
            )
            faults.add("subject_differs", programme.file, 1, sentence)


def _check_prevails(
    programme: Programme, programmes: Mapping[str, Programme], faults: Faults
) -> None:
    """Who is said to yield to a programme must say itself what makes it yield."""
    for entry in programme.stacking:
        for code in entry.with_codes if entry.held_by == "prevails" else ():
            other = programmes.get(code)
            if other is None or any(
                programme.code in one.with_codes and one.held_by not in {"", "prevails"}
                for one in other.stacking
            ):
                continue
            sentence = f"{code} must say under stacking what makes it yield to {programme.code}."
            faults.add("stacking_not_held", other.file, 1, sentence)


def _check_rivals(
    programme: Programme, programmes: Mapping[str, Programme], faults: Faults
) -> None:
    """Whoever is weighed against others must be weighed by each of them against the same ones."""
    group = {programme.code, *programme.rivals}
    for code in programme.rivals:
        other = programmes.get(code)
        if other is not None and {code, *other.rivals} != group:
            sentence = (
                f"{programme.code} is weighed against {', '.join(programme.rivals)}; {code} must "
                "say pick_highest with exactly the others of this group."
            )
            faults.add("rivals_not_mutual", programme.file, 1, sentence)


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
        # Rivals are decided together: what any of them waits for comes before all of them.
        group = [one for one in (code, *self.programmes[code].rivals) if one in self.programmes]
        for member in group:
            for needed in self.programmes[member].depends_on:
                inside = (*path, code) if member == code else (*path, code, member)
                self.visit(needed, inside)
        for member in sorted(group):
            if member not in self.ordered:
                self.ordered.append(member)

    def _report(self, circle: tuple[str, ...]) -> None:
        if frozenset(circle) in self.circles:
            return
        self.circles.add(frozenset(circle))
        said = " → ".join((*circle, circle[0]))
        file = self.programmes[circle[0]].file
        self.faults.add("circle", file, 1, f"These programmes wait for one another: {said}.")
