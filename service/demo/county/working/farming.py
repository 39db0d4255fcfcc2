"""Machines bought with subsidy, animals lost, and woodland of public benefit (milli-mu, fen)."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.register import Register

MACHINES = (
    ("微耕机", 350_000, 90_000),
    ("茶叶修剪机", 280_000, 80_000),
    ("乘坐式插秧机", 8_600_000, 2_400_000),
    ("谷物联合收割机", 14_500_000, 3_600_000),
    ("植保无人飞机", 4_800_000, 1_200_000),
    ("竹材破片机", 2_200_000, 600_000),
)
ANIMALS = ("猪", "牛", "羊", "禽")


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine bought; `kind` counts in MACHINES."""

    person: int
    kind: int
    bought: date
    verified: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """Dead animals disposed of, or culled, on one day."""

    person: int
    animal: str
    heads: int
    on: date
    culled: bool


@dataclass(frozen=True, slots=True)
class Woodland:
    """One household's share of woodland of public benefit; `area` is thousandths of a mu."""

    person: int
    parcel: str
    area: int
    collective: bool


def _farmers(register: Register) -> list[int]:
    """Return rural heads of households of working age."""
    people = register.people
    return [
        home[0]
        for home in register.homes
        if people[home[0]].rural and 25 <= people[home[0]].age < 75 and register.settled(home[0])
    ]


def draw_machines(register: Register) -> list[Machine]:
    """Return machines bought in the last three years (0.15 % of residents)."""
    rng = register.clock.rng("machines")
    last = register.clock.end - timedelta(days=4)
    pool = _farmers(register)
    wanted = min(len(pool), max(6, round(register.residents * 0.0015)))
    found: list[Machine] = []
    for turn, index in enumerate(rng.sample(pool, wanted)):
        kind = rng.choices(range(len(MACHINES)), (40, 20, 8, 6, 10, 16))[0]
        first = register.clock.start if turn < 2 else last - timedelta(days=1000)
        found.append(Machine(index, kind, some_day(rng, first, last), rng.random() < 0.93))
    return sorted(found, key=lambda machine: (machine.bought, machine.person))


def draw_losses(register: Register) -> list[Loss]:
    """Return a year's losses of a few hundred holdings (0.2 % of residents)."""
    rng = register.clock.rng("losses")
    pool = _farmers(register)
    last = register.clock.end - timedelta(days=4)
    found: list[Loss] = []
    holders = rng.sample(pool, min(len(pool), max(8, round(register.residents * 0.001))))
    for turn in range(2 * len(holders)):
        animal = rng.choices(ANIMALS, (50, 4, 12, 34))[0]
        heads = rng.randint(1, 12) if animal in ANIMALS[:3] else rng.randint(5, 300)
        first = register.clock.start if turn < 3 else last - timedelta(days=360)
        day = some_day(rng, first, last)
        found.append(Loss(holders[turn % len(holders)], animal, heads, day, rng.random() < 0.04))
    known = {(loss.person, loss.on, loss.animal): loss for loss in found}
    return sorted(known.values(), key=lambda loss: (loss.on, loss.person, loss.animal))


def draw_woodlands(register: Register) -> list[Woodland]:
    """Return the shares of about 5 % of residents, all of hillside villages' households."""
    rng = register.clock.rng("woodlands")
    wanted = max(20, round(register.residents * 0.05))
    people = register.people
    pool = [
        home[0] for home in register.homes if people[home[0]].rural and register.settled(home[0])
    ]
    found: list[Woodland] = []
    for serial, index in enumerate(sorted(rng.sample(pool, min(len(pool), wanted)))):
        parcel = f"{people[index].village.code}{serial:06d}"
        found.append(Woodland(index, parcel, rng.randint(300, 26_000), rng.random() < 0.7))
    return found
