"""Buildings at risk, households moved from landslides, and households hit by disasters."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.register import Register

SITES = ("半岭乡后坞滑坡点", "鹤鸣乡上冲崩塌点", "松月乡长垅泥石流沟")
DISASTERS = ("洪涝", "台风", "低温冰冻", "地质灾害")


@dataclass(frozen=True, slots=True)
class Relocation:
    """One household moved away from a danger site."""

    person: int
    site: str
    members: int
    moved: date
    accepted: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """One farmhouse's safety grade; `accepted` is when its repair passed."""

    person: int
    grade: str
    on: date
    accepted: date | None


@dataclass(frozen=True, slots=True)
class Damage:
    """One household's damage in one disaster."""

    person: int
    disaster: str
    on: date
    collapsed: int
    damaged: int


def _rural_heads(register: Register) -> list[int]:
    """Return the settled heads of rural households."""
    people = register.people
    return [
        home[0] for home in register.homes if people[home[0]].rural and register.settled(home[0])
    ]


def draw_relocations(register: Register) -> list[Relocation]:
    """Return households moved in the last ten years (0.05 % of residents)."""
    rng = register.clock.rng("relocations")
    pool, last = _rural_heads(register), register.clock.earlier_start
    return [
        Relocation(
            index,
            rng.choice(SITES),
            len(register.homes[register.people[index].household]),
            some_day(rng, date(last.year - 10, 1, 1), last - timedelta(days=60)),
            rng.random() < 0.9,
        )
        for index in sorted(rng.sample(pool, max(4, round(register.residents * 0.0005))))
    ]


def draw_inspections(register: Register) -> list[Inspection]:
    """Return farmhouses inspected in the last five years (0.4 % of residents), a few lately."""
    rng = register.clock.rng("inspections")
    pool, clock = _rural_heads(register), register.clock
    last = clock.end - timedelta(days=6)
    found: list[Inspection] = []
    chosen = rng.sample(pool, max(8, round(register.residents * 0.004)))
    for turn, index in enumerate(chosen):
        day = some_day(rng, clock.start if turn < 2 else last - timedelta(days=1800), last)
        grade = rng.choices("ABCD", (30, 40, 20, 10))[0]
        repaired = day + timedelta(days=rng.randint(90, 240))
        fixed = grade in "CD" and repaired < last and rng.random() < 0.7
        found.append(Inspection(index, grade, day, repaired if fixed else None))
    return sorted(found, key=lambda one: (one.on, one.person))


def draw_damages(register: Register) -> list[Damage]:
    """Return households hit within the last year (0.3 % of residents), some in the later month."""
    rng = register.clock.rng("damages")
    clock = register.clock
    pool = _rural_heads(register)
    found: list[Damage] = []
    for turn, index in enumerate(rng.sample(pool, max(6, round(register.residents * 0.003)))):
        storm = turn % 4
        day = clock.start + timedelta(days=3)
        if storm or turn > 40:
            day = clock.earlier_start - timedelta(days=40 + 60 * storm)
        collapsed = rng.randint(1, 2) if rng.random() < 0.06 else 0
        found.append(Damage(index, DISASTERS[storm], day, collapsed, rng.randint(0, 4)))
    return sorted(found, key=lambda one: (one.on, one.person))
