"""Detention, probation, exits, and acts of bravery: what the police know beside the register."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.free_people import FreePeople
from service.demo.county.register import Register
from service.demo.county.work import Term

GRADES = ("嘉奖", "县级", "县级", "市级", "省级")
COUNTRIES = ("日本", "泰国", "意大利", "西班牙", "韩国", "新加坡")


@dataclass(slots=True)
class Detention:
    """One measure; `outcome` and `known` are what came of it and when the police said so."""

    person: int
    measure: str
    start: date
    end: date | None
    outcome: str = ""
    known: date = date.max


@dataclass(frozen=True, slots=True)
class Exit:
    """One journey abroad; `back` is None while it lasts."""

    person: int
    left: date
    back: date | None
    country: str


@dataclass(frozen=True, slots=True)
class Brave:
    """One recognised act of bravery; `here` whether it happened in the county."""

    person: int
    acted: date
    recognised: date
    grade: str
    here: bool


def draw_detentions(register: Register, free: FreePeople) -> list[Detention]:
    """Return measures of the last year (0.05 %); planted: one detained person is acquitted."""
    rng = register.clock.rng("detentions")
    clock = register.clock
    found: list[Detention] = []
    count = max(4, round(register.residents * 0.0005))
    for turn, index in enumerate(rng.sample(register.living(20, 60, sex="男"), count)):
        begun = clock.earlier_start - timedelta(days=rng.randint(30, 700))
        if turn == 0:
            planted = free.adult(
                "detained_then_acquitted",
                f"detained since {begun}, acquitted in the later month",
                "suspended while detained; what was held back is paid after the acquittal",
                feed="GA_DETAIN",
            )
            ends = clock.start + timedelta(days=7)
            found.append(Detention(planted, "逮捕羁押", begun, ends, "无罪", ends))
            continue
        measure = "强制隔离戒毒" if rng.random() < 0.6 else "刑事拘留"
        long = 730 if measure == "强制隔离戒毒" else 120
        end = begun + timedelta(days=long)
        over = end < clock.earlier_start
        found.append(Detention(index, measure, begun, end if over else None))
    return found


def draw_probations(register: Register, free: FreePeople) -> list[Term]:
    """Return two suspended sentences and more in larger counties: sentenced, not in prison."""
    rng = register.clock.rng("probations")
    found: list[Term] = []
    for _ in range(max(2, register.residents // 20_000)):
        start = some_day(
            rng, register.clock.start - timedelta(days=600), register.clock.earlier_start
        )
        what, expected = f"缓刑 since {start}", "not in prison: nothing is suspended"
        index = free.adult("on_probation", what, expected, feed="SF_PRISON")
        found.append(Term(index, start, None, "缓刑"))
    return found


def draw_exits(register: Register) -> list[Exit]:
    """Return journeys of the last year (0.2 % of residents)."""
    rng = register.clock.rng("exits")
    last = register.clock.end - timedelta(days=3)
    pool = register.living(18, 75)
    found: list[Exit] = []
    chosen = rng.sample(pool, max(5, round(register.residents * 0.002)))
    for turn, index in enumerate(chosen):
        first = register.clock.start if turn < 2 else last - timedelta(days=400)
        left = some_day(rng, first, last)
        back = left + timedelta(days=rng.randint(4, 40) if rng.random() < 0.8 else 250)
        found.append(Exit(index, left, back if back < last else None, rng.choice(COUNTRIES)))
    return sorted(found, key=lambda one: (one.left, one.person))


def draw_braves(register: Register) -> list[Brave]:
    """Return a few recognised acts, one of them in the later month."""
    clock = register.clock
    rng = clock.rng("braves")
    found: list[Brave] = []
    chosen = rng.sample(register.living(20, 60), max(3, register.residents // 25_000))
    for turn, index in enumerate(chosen):
        acted = clock.earlier_start - timedelta(days=rng.randint(20, 300))
        recognised = clock.start + timedelta(days=8) if turn == 0 else acted + timedelta(days=15)
        found.append(Brave(index, acted, recognised, rng.choice(GRADES), turn % 3 > 0))
    return sorted(found, key=lambda one: (one.recognised, one.person))
