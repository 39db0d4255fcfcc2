"""The difference a proposal makes: line by line, and each dated figure old beside new."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from eligibility_rules import Parameter, RuleSet
from eligibility_rules.parameters import DatedValue

_CONTEXT = 3


@dataclass(frozen=True)
class Line:
    """One line of a difference; ``sign`` is ``+``, ``-``, a blank, or ``…`` for lines left out."""

    sign: str
    number: int | None
    """Where it stands: in the new text, or in the old one if it is taken out."""
    text: str


@dataclass(frozen=True)
class FigureChange:
    """A dated value of a parameter before and after; None where there is none."""

    parameter: Parameter
    before: DatedValue | None
    after: DatedValue | None


def line_diff(before: str | None, after: str) -> list[Line]:
    """Return a file's changed lines, each change with three lines around it."""
    old, new = (before or "").splitlines(), after.splitlines()
    found: list[Line] = []
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT)
    for number, group in enumerate(groups):
        if number:
            found.append(Line("…", None, ""))
        for kind, old_from, old_to, new_from, new_to in group:
            if kind == "equal":
                found += _lines(" ", new, new_from, new_to)
                continue
            found += _lines("-", old, old_from, old_to)
            found += _lines("+", new, new_from, new_to)
    return found


def _lines(sign: str, texts: list[str], start: int, end: int) -> Iterator[Line]:
    for place in range(start, end):
        yield Line(sign, place + 1, texts[place])


def figure_changes(base: RuleSet, proposed: RuleSet) -> list[FigureChange]:
    """Return every dated value that differs, by parameter and day."""
    found = []
    for name in sorted({*base.parameters, *proposed.parameters}):
        old, new = base.parameters.get(name), proposed.parameters.get(name)
        shown = new or old
        if shown is None or old == new:
            continue
        before = {one.effective: one for one in old.history} if old else {}
        after = {one.effective: one for one in new.history} if new else {}
        found += [
            FigureChange(shown, before.get(day), after.get(day))
            for day in sorted({*before, *after})
            if before.get(day) != after.get(day)
        ]
    return found
