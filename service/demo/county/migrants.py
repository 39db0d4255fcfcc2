"""Reservoir resettlement registers of a few villages."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day, years_before
from service.demo.county.register import Register

_RESERVOIRS = ("箬溪水库", "白鹭坞水库")


@dataclass(slots=True)
class Migrant:
    """One registered migrant; support runs twenty years from the move."""

    person: int
    reservoir: str
    moved: date
    term_end: date
    direct: bool
    registered: bool = True


def draw_migrants(register: Register) -> list[Migrant]:
    """Return 1.6 % of residents from a handful of villages; some terms are already over."""
    rng = register.clock.rng("migrants")
    clock = register.clock
    wanted = max(40, round(register.residents * 0.016))
    villages = [v.code for v in register.villages if v.rural]
    rng.shuffle(villages)
    by_village: dict[str, list[int]] = {code: [] for code in villages}
    for index in register.living(18, 99):
        person = register.people[index]
        if person.rural and person.number not in register.truth.protected:
            by_village[person.village.code].append(index)
    pool: list[int] = []
    for code in villages:
        pool.extend(by_village[code])
        if len(pool) >= 2 * wanted:
            break
    found: list[Migrant] = []
    for turn, index in enumerate(rng.sample(pool, min(len(pool), wanted))):
        moved = some_day(rng, years_before(clock.start, 18), years_before(clock.start, 11))
        moved = max(moved, register.people[index].birth)
        over = turn < 3 or rng.random() < 0.05
        if over:
            moved = date(1978, 4, 1)
        # National support of people moved before July 2006 ends on 30 June 2026 (secondary).
        end = years_before(moved, -20) - timedelta(days=1)
        if over:
            end = min(date(2026, 6, 30), clock.earlier_start - timedelta(days=1))
        found.append(Migrant(index, rng.choice(_RESERVOIRS), moved, end, rng.random() < 0.82))
        if over:
            number = register.people[index].number
            register.truth.add("migrant_term_over", number, f"term ended {end}", "SL01 not paid")
            register.truth.protect(number)
    for migrant in found[3:5]:
        migrant.registered = False
        number = register.people[migrant.person].number
        register.truth.add("migrant_struck_off", number, "在册 is 否", "SL01 not paid")
        register.truth.protect(number)
    return found
