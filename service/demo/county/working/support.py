"""People registered as out of work or in public posts, and people under psychiatric care."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.disability import Certificate
from service.demo.county.register import Register
from service.demo.county.work import Benefit

POSTS = ("保洁", "护林", "河道巡查", "养老服务")


@dataclass(frozen=True, slots=True)
class Seeker:
    """One registration with the employment office; `post_from` only of public posts."""

    person: int
    status: str
    registered: date
    hard: str = ""
    post_from: date | None = None
    post_to: date | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """One person under psychiatric care; `risk` is 0 to 5."""

    person: int
    risk: int
    managed: bool
    guardian: int
    since: date


def draw_seekers(
    register: Register, benefits: list[Benefit], certs: list[Certificate], employed: set[int]
) -> list[Seeker]:
    """Return everybody on unemployment benefit, hard cases and public posts (2 % of residents)."""
    rng = register.clock.rng("seekers")
    last = register.clock.earlier_start - timedelta(days=1)
    found = [
        Seeker(one.person, "失业", one.start - timedelta(days=10))
        for one in benefits
        if one.kind == "失业保险金"
    ]
    seen = {seeker.person for seeker in found} | employed
    holders = [cert.person for cert in certs if 18 <= register.people[cert.person].age < 60]
    disabled = set(holders)
    pool = [i for i in (*holders[::4], *register.living(46, 60)) if i not in seen]
    wanted = min(len(pool), max(12, round(register.residents * 0.012)))
    for turn, index in enumerate(sorted(set(pool[:wanted]))):
        day = some_day(rng, last - timedelta(days=900), last)
        begun = day + timedelta(days=20) if turn % 5 == 0 else None
        ends = begun + timedelta(days=1095) if begun else None
        hard = "残疾人员" if index in disabled else "大龄失业"
        found.append(Seeker(index, "失业", day, hard, begun, ends))
    return found


def draw_patients(register: Register, certs: list[Certificate]) -> list[Patient]:
    """Return 0.4 % of residents: most holders of a psychiatric certificate, and others."""
    rng = register.clock.rng("patients")
    people = register.people
    known = [cert.person for cert in certs if cert.category == 6 and rng.random() < 0.8]
    wanted = max(0, round(register.residents * 0.004) - len(known))
    others = rng.sample(register.living(20, 70), wanted)
    found: list[Patient] = []
    for index in sorted({*known, *others}):
        home = [m for m in register.homes[people[index].household] if m < register.residents]
        guardian = next((m for m in home if m != index and people[m].age >= 18), index)
        since = date.fromordinal(date(2012, 1, 1).toordinal() + int(rng.random() * 4_900))
        risk = rng.choices(range(6), (70, 14, 8, 5, 2, 1))[0]
        found.append(Patient(index, risk, rng.random() < 0.93, guardian, since))
    return found
