"""Orphans and other children whom nobody brings up, with their guardians."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.register import Register


@dataclass(frozen=True, slots=True)
class Ward:
    """A child of MZ_CHILD; `guardian` is a register index."""

    person: int
    kind: str
    guardian: int
    recognised: date


def draw_wards(register: Register) -> list[Ward]:
    """Return orphans and 事实无人抚养 children (0.01 % each) and one child with HIV."""
    rng = register.clock.rng("wards")
    few = max(3, round(register.residents * 0.00005))
    kinds = ["孤儿"] * few + ["事实无人抚养"] * (few + 1) + ["艾滋病病毒感染"]
    pool = [
        index
        for index in register.living(4, 17)
        if register.people[index].number not in register.truth.protected
    ]
    found: list[Ward] = []
    for kind, index in zip(kinds, rng.sample(pool, len(kinds)), strict=True):
        recognised = some_day(
            rng,
            register.people[index].since,
            register.clock.earlier_start - timedelta(days=60),
        )
        found.append(Ward(index, kind, register.head_of(index), recognised))
        # Guardians stay unplanted too: their accounts carry the wards' money.
        for one in (index, register.head_of(index)):
            register.truth.protect(register.people[one].number)
    return found
