"""What is drawn late: rows of their own, applications, settled amounts, and who is paid."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from service.demo.county.applications import Application
from service.demo.county.clock import Window, some_day
from service.demo.county.rows.cells import Cell, hundredths
from service.demo.county.society import Society

Word = Cell | Callable[[Window], Cell]
"""A cell, or how it reads in one delivery."""
DUE, REFUSED = "due in the later month", "refused in the later month"
CATEGORY = "late_comer"


@dataclass(frozen=True, slots=True)
class Entry:
    """One more row of a feed about a person; an incremental feed brings it when it is known."""

    person: int
    known: date
    cells: Mapping[str, Word]
    others: Mapping[str, int] = field(default_factory=dict)


Key = tuple[int | str | date, ...]
"""What a feed's rows are told apart by: a person's index, and a word or day where one has several rows."""


@dataclass(slots=True)
class Later:
    """All of it; persons are indices of the register."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    words: dict[str, dict[Key, dict[str, Word]]] = field(default_factory=dict)
    applications: list[Application] = field(default_factory=list)
    payees: set[int] = field(default_factory=set)


class Drawing:
    """Takes one unplanted person after the other and notes what is said about each."""

    def __init__(self, society: Society) -> None:
        """Begin with nobody; who is paid or planted already is left alone."""
        self.society = society
        self.county = society.county
        self.register = society.county.register
        self.people = self.register.people
        self.clock = self.register.clock
        self.rng = self.clock.rng("late comers")
        self.later = Later()
        self.ill: set[int] = set()
        self.awaiting: list[tuple[int, str, str, bool]] = []
        county = self.county
        self.checked = {member for check in county.checks for member in check.members}
        self.employee_pension = {b.person for b in county.benefits if b.kind == "职工养老"}
        self.working = {job.person for job in society.jobs} | set(county.payroll)
        self.insured_at_work = {job.person for job in society.jobs if job.fund}
        self.assisted = {member for case in county.cases for member in case.members}
        self._used = {term.person for term in county.terms}
        self._used |= {one.person for one in society.detentions}
        self._used |= {one.person for one in county.conscripts}
        self._used |= {one.person for one in county.wards}
        self._used |= self.assisted

    def share(self, share: float, least: int = 3) -> int:
        """Return how many people a share of the residents is."""
        return max(least, round(self.register.residents * share))

    def pick(self, pool: Iterable[int], wanted: int) -> list[int]:
        """Return up to `wanted` people of a pool on whom nothing is planted; none twice."""
        free = [
            index
            for index in pool
            if index not in self._used and self.register.truth.is_free(self.people[index].number)
        ]
        found = sorted(self.rng.sample(free, min(len(free), wanted)))
        self._used.update(found)
        return found

    def day(self, first: int, last: int) -> date:
        """Return a day between so many days before the earlier month."""
        start = self.clock.earlier_start
        return some_day(self.rng, start - timedelta(days=first), start - timedelta(days=last))

    def say(
        self,
        feed: str,
        person: int,
        cells: Mapping[str, Word],
        *,
        known: date = date.min,
        others: Mapping[str, int] | None = None,
    ) -> None:
        """Note one more row of a feed about a person."""
        entry = Entry(person, known, cells, others or {})
        self.later.entries.setdefault(feed, []).append(entry)

    def note(self, feed: str, key: Key, cells: Mapping[str, Word]) -> None:
        """Note further cells of a row that was drawn before."""
        self.later.words.setdefault(feed, {}).setdefault(key, {}).update(cells)

    def ask(
        self,
        person: int,
        programme: str,
        *,
        lately: bool = False,
        settled: int | None = None,
        claimant: int | None = None,
    ) -> date:
        """Let a person apply, long ago or in the later month; returns the day of approval."""
        applied = self.day(1_200, 80)
        approved = applied + timedelta(days=self.rng.randint(8, 40))
        if lately:
            applied = self.clock.start + timedelta(days=self.rng.randint(0, 5))
            approved = applied + timedelta(days=self.rng.randint(6, 9))
        self.later.applications.append(Application(person, programme, applied, approved, claimant))
        if settled is not None:
            self.note("XZ_COLL", (person, programme), {"批准金额": hundredths(settled)})
        return approved

    def tell(self, person: int, programme: str, expected: str, what: str = "") -> None:
        """Record in the truth what was drawn for whom; who is due gets an account."""
        said = f"{programme}: {what}" if what else programme
        self.register.truth.add(CATEGORY, self.people[person].number, said, expected)
        if expected == DUE:
            self.later.payees.add(person)

    def heir(self, person: int) -> int | None:
        """Return a grown living member of a person's household, the head before others."""
        return next(
            (m for m in self.home(person) if m != person and self.people[m].age >= 18), None
        )

    def living(self, first: int, past: int, *, pension: bool = True, sex: str = "") -> list[int]:
        """Return settled living people of an age range, if need be without employees' pension."""
        return [
            index
            for index in self.register.living(first, past, sex=sex)
            if pension or index not in self.employee_pension
        ]

    def home(self, person: int) -> list[int]:
        """Return the living members of a person's household, in the register's order."""
        members = self.register.homes[self.people[person].household]
        return [member for member in members if member < self.register.residents]
