"""Put programmes into the order in which they must be decided, refusing circles with their path."""

from collections.abc import Mapping

from eligibility_rules.errors import Faults
from eligibility_rules.programme import Programme
from eligibility_rules.words import Words, printable


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
            shown = printable(code)
            said = Words(
                f"receives('{shown}') 或 amount_of('{shown}') 所指的项目没有规则。",
                f"receives('{shown}') or amount_of('{shown}') names a programme without rules.",
            )
            faults.add("programme_unknown", programme.file, 1, said, value=code)
        elif other.subject is not programme.subject:
            said = Words(
                f"receives('{code}') 的对象是 {other.subject}，"
                f"而 {programme.code} 的对象是 {programme.subject}。",
                f"receives('{code}') is about a {other.subject}, "
                f"but {programme.code} is about a {programme.subject}.",
            )
            faults.add("subject_differs", programme.file, 1, said, value=code)


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
            said = Words(
                f"{code} 须在 stacking 中写明因何让位于 {programme.code}。",
                f"{code} must say under stacking what makes it yield to {programme.code}.",
            )
            faults.add("stacking_not_held", other.file, 1, said)


def _check_rivals(
    programme: Programme, programmes: Mapping[str, Programme], faults: Faults
) -> None:
    """Whoever is weighed against others must be weighed by each of them against the same ones."""
    group = {programme.code, *programme.rivals}
    for code in programme.rivals:
        other = programmes.get(code)
        if other is not None and {code, *other.rivals} != group:
            said = Words(
                f"{programme.code} 与 {'、'.join(programme.rivals)} 择高；"
                f"{code} 须同样写 pick_highest，并列出本组其余各项。",
                f"{programme.code} is weighed against {', '.join(programme.rivals)}; {code} must "
                "say pick_highest with exactly the others of this group.",
            )
            faults.add("rivals_not_mutual", programme.file, 1, said)


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
        path = " → ".join((*circle, circle[0]))
        said = Words(
            f"这些项目互相等待：{path}。", f"These programmes wait for one another: {path}."
        )
        self.faults.add("circle", self.programmes[circle[0]].file, 1, said, value=path)
