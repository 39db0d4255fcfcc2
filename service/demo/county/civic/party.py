"""Party members of the villages and former village leaders."""

from dataclasses import dataclass
from datetime import date

from service.demo.county.register import Register


@dataclass(frozen=True, slots=True)
class Member:
    """One party member; `led` counts the years as a village leader, 0 for everybody else."""

    person: int
    joined: date
    led: int
    left_office: bool
    dismissed: bool


def draw_members(register: Register) -> list[Member]:
    """Return 3 % of residents; one in forty has led a village."""
    rng = register.clock.rng("party members")
    people = register.people
    pool = register.living(25, 95)
    found: list[Member] = []
    for index in sorted(rng.sample(pool, max(20, round(register.residents * 0.03)))):
        joined = date(people[index].birth.year + rng.randint(20, 45), 7, 1)
        joined = min(joined, date(register.clock.end.year - 1, 7, 1))
        led = rng.randint(3, 24) if rng.random() < 0.025 else 0
        left = bool(led) and people[index].age > 58
        found.append(Member(index, joined, led, left, led > 0 and rng.random() < 0.03))
    return found
