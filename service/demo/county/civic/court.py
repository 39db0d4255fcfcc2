"""Court declarations about missing people and guardians, one of them revoked later."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.free_people import FreePeople
from service.demo.county.register import Register

DEATH, MISSING, GUARDIAN = "宣告死亡", "宣告失踪", "撤销监护"


@dataclass(frozen=True, slots=True)
class Ruling:
    """One ruling; `effective` is its legal day, `revoked` when it was taken back."""

    person: int
    kind: str
    case: str
    decided: date
    effective: date
    revoked: date | None = None


def draw_rulings(register: Register, free: FreePeople) -> list[Ruling]:
    """Return rulings of the last three years (0.005 %); planted: two of death, one revoked."""
    rng = register.clock.rng("rulings")
    clock = register.clock
    found: list[Ruling] = []

    def add(index: int, kind: str, effective: date, revoked: date | None = None) -> None:
        decided = effective - timedelta(days=15)
        case = f"（{decided.year}）浙0523民特{100 + len(found)}号"
        found.append(Ruling(index, kind, case, decided, effective, revoked))

    day = clock.earlier_start - timedelta(days=40)
    index = free.adult(
        "court_death_declared",
        f"declared dead with effect from {day}; the register entry is still 正常",
        "a death report of one source: hold until a second source or the township agrees",
        feed="FY_COURT",
    )
    add(index, DEATH, day)
    day, back = clock.earlier_start - timedelta(days=900), clock.start + timedelta(days=5)
    index = free.adult(
        "court_death_revoked",
        f"declared dead with effect from {day}, revoked on {back}",
        "alive again from the later month; what had been stopped is looked at again",
        feed="FY_COURT",
    )
    add(index, DEATH, day, back)
    for _ in range(max(2, round(register.residents * 0.00005))):
        day = clock.earlier_start - timedelta(days=rng.randint(20, 1_000))
        index = free.adult(
            "court_missing",
            f"declared missing with effect from {day}",
            "neither dead nor alive by the court: no death report",
            feed="FY_COURT",
        )
        add(index, MISSING, day)
    return found
