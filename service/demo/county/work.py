"""Public payroll, insurance benefits, prison terms and vehicles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.checks import Check
from service.demo.county.clock import some_day
from service.demo.county.disability import Certificate
from service.demo.county.migrants import Migrant
from service.demo.county.register import Register

CAR = "小型汽车"
EMPLOYERS = ("望竹中心小学", "清箬卫生院", "石鼓镇人民政府", "县图书馆", "松月乡财政所")


@dataclass(frozen=True, slots=True)
class Benefit:
    """One insurance benefit of RS_INS."""

    person: int
    kind: str
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One sentence; `end` is None while it lasts, `form` says how it is executed."""

    person: int
    start: date
    end: date | None
    form: str = "监禁"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One registered vehicle of GA_VEH."""

    person: int
    plate: str
    kind: str
    registered: date
    scrapped: bool = False


def draw_payroll(register: Register, migrants: list[Migrant]) -> list[int]:
    """Return people on the public payroll (2 %), among them two migrants."""
    rng = register.clock.rng("payroll")
    pool = register.living(23, 60)
    found = set(rng.sample(pool, round(register.residents * 0.02)))
    for migrant in migrants[5:7]:
        number = register.people[migrant.person].number
        found.add(migrant.person)
        register.truth.add("migrant_on_payroll", number, "在编 is 是", "SL01 not paid")
        register.truth.protect(number)
    return sorted(found)


def draw_benefits(register: Register, certs: list[Certificate]) -> list[Benefit]:
    """Return pensions, unemployment benefit (0.2 %) and work-injury care of two holders."""
    rng = register.clock.rng("benefits")
    last = register.clock.earlier_start - timedelta(days=1)
    found: list[Benefit] = []
    pool = register.living(22, 59)
    for index in sorted(rng.sample(pool, max(4, round(register.residents * 0.002)))):
        start = some_day(rng, last - timedelta(days=300), last)
        end = start + timedelta(days=365) if rng.random() < 0.8 else start + timedelta(days=90)
        found.append(Benefit(index, "失业保险金", start, end))
    free = [c for c in certs if register.people[c.person].number not in register.truth.protected]
    severe = [c for c in free if c.severe]
    for cert in severe[:2]:
        number = register.people[cert.person].number
        found.append(Benefit(cert.person, "工伤生活护理费", some_day(rng, date(2020, 1, 1), last)))
        register.truth.add(
            "work_injury_care",
            number,
            "receives 工伤生活护理费",
            "MZ08 and MZ09 refused",
        )
        register.truth.protect(number)
    for index in register.living(60, 127):
        draw = rng.random()
        if draw < 0.88:
            kind = "城乡居民养老" if draw < 0.55 else "职工养老"
            birth = register.people[index].birth
            found.append(Benefit(index, kind, date(max(birth.year + 60, 2010), birth.month, 1)))
    return found


def draw_terms(register: Register, likely: Iterable[int]) -> list[Term]:
    """Return prison terms (0.1 %), four of them of likely payees, two from the later month."""
    rng = register.clock.rng("terms")
    clock = register.clock
    payees = [
        index
        for index in likely
        if register.people[index].number not in register.truth.protected
        and 18 <= register.people[index].age < 75
    ]
    found: list[Term] = []
    for turn, index in enumerate(rng.sample(payees, 4)):
        start = clock.start + timedelta(days=6 + turn)
        if turn >= 2:
            start = clock.earlier_start - timedelta(days=rng.randint(60, 900))
        number = register.people[index].number
        register.truth.add(
            "imprisoned_payee",
            number,
            f"in prison since {start}",
            "suspend or stop as each programme says",
        )
        register.truth.protect(number)
        found.append(Term(index, start, None))
    wanted = max(4, round(register.residents * 0.001))
    for index in rng.sample(register.living(20, 60, sex="男"), wanted):
        start = some_day(rng, date(2021, 1, 1), clock.earlier_start)
        end = some_day(rng, start, clock.end) if rng.random() < 0.25 else None
        if all(term.person != index for term in found):
            found.append(Term(index, start, end))
    return found


def _plate(serial: int) -> str:
    """Return a plate whose shape no real plate has (the letter S before five digits)."""
    return f"浙ES{serial:05d}" if serial < 100_000 else f"浙EST{serial:06d}"


def draw_vehicles(
    register: Register, certs: list[Certificate], checks: list[Check], assisted: set[int]
) -> list[Vehicle]:
    """Return motor wheelchairs, 0.3 cars an adult, and motorcycles.

    Checked households have the cars their check says, other ones of the `assisted` none.
    """
    rng = register.clock.rng("vehicles")
    people = register.people
    last = register.clock.earlier_start - timedelta(days=1)
    found: list[Vehicle] = []

    def add(index: int, kind: str, *, scrapped: bool = False) -> None:
        day = some_day(rng, last - timedelta(days=4000), last)
        found.append(Vehicle(index, _plate(len(found)), kind, day, scrapped))

    limbs = [
        c
        for c in certs
        if c.category == 4
        and people[c.person].age >= 18
        and people[c.person].number not in register.truth.protected
    ]
    for turn, cert in enumerate(limbs):
        if turn < 6 or rng.random() < 0.06:
            add(cert.person, "机动轮椅车", scrapped=turn == 0)
            number = people[cert.person].number
            if turn == 0:
                register.truth.add("wheelchair_scrapped", number, "状态 is 报废", "CL03 not paid")
            if turn < 6:
                register.truth.protect(number)
    for check in checks:
        for _ in range(check.cars):
            add(check.members[0], CAR)
    told = {people[check.members[0]].household for check in checks}
    told.update(people[member].household for member in assisted)
    for index in register.living(20, 72):
        luck = rng.random()
        if luck < 0.39 and people[index].household not in told:
            add(index, CAR if luck < 0.34 else "普通二轮摩托", scrapped=luck < 0.006)
    return found


def add_car(register: Register, found: list[Vehicle], index: int) -> None:
    """Register one more car, for somebody whose check says otherwise."""
    day = register.clock.earlier_start - timedelta(days=200)
    found.append(Vehicle(index, _plate(len(found)), CAR, day))
