"""Ability assessments of elders and of severely disabled people."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day, years_before
from service.demo.county.disability import Certificate
from service.demo.county.register import Register

LEVELS = ("完好", "轻", "中", "重", "完全丧失")
_SELF_CARE = {
    "完好": "能",
    "轻": "能",
    "中": "部分不能",
    "重": "基本不能",
    "完全丧失": "完全不能",
}


@dataclass(slots=True)
class Ability:
    """One assessment; it counts until `valid_to`."""

    person: int
    level: str
    assessed: date
    valid_to: date

    @property
    def self_care(self) -> str:
        """Return the self-care grade that goes with the level."""
        return _SELF_CARE[self.level]

    @property
    def needs_care(self) -> bool:
        """Return whether the level opens care subsidies."""
        return self.level in LEVELS[2:]


def draw_abilities(register: Register, certs: list[Certificate]) -> list[Ability]:
    """Assess 10 % of people over 60 (6.5 % of them not able) and most severe certificates."""
    rng = register.clock.rng("abilities")
    found: dict[int, Ability] = {}
    for index in register.living(60, 127):
        chance = 0.04 if register.people[index].age < 75 else 0.22
        if rng.random() < chance:
            level = rng.choices(LEVELS, (18, 19, 30, 20, 13))[0]
            found[index] = _assess(register, index, level, rng)
    for cert in certs:
        if cert.severe and rng.random() < 0.88:
            level = rng.choices(LEVELS[1:], (12, 38, 28, 22))[0]
            found[cert.person] = _assess(register, cert.person, level, rng)
    everyone = [found[index] for index in sorted(found)]
    _expire(register, everyone, rng)
    return everyone


def _assess(register: Register, index: int, level: str, rng: random.Random) -> Ability:
    """Return an assessment of the last 22 months, valid for two years."""
    last = register.clock.earlier_end - timedelta(days=10)
    day = max(some_day(rng, last - timedelta(days=640), last), register.people[index].since)
    return Ability(index, level, day, years_before(day, -2))


def _expire(register: Register, found: list[Ability], rng: random.Random) -> None:
    """Let some assessments run out before or in the later month."""
    able = [
        ability
        for ability in found
        if ability.needs_care
        and register.people[ability.person].number not in register.truth.protected
    ]
    for ability in rng.sample(able, min(len(able), max(2, len(able) // 60))):
        ability.valid_to = register.clock.start + timedelta(days=rng.randint(-25, 20))
        ability.assessed = years_before(ability.valid_to, 2)
        number = register.people[ability.person].number
        register.truth.add(
            "assessment_expired",
            number,
            f"assessment valid only to {ability.valid_to}",
            "tier no longer proven on the month's last day; reassess",
        )
        register.truth.protect(number)
