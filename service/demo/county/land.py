"""Land contracts and the year's approved areas (thousandths of a mu)."""

import random
from dataclasses import dataclass

from service.demo.county.deaths import Death
from service.demo.county.register import Register


@dataclass(slots=True)
class Contract:
    """One contractor household; areas are thousandths of a mu."""

    number: str
    person: int
    division: str
    area: int
    abandoned: int
    converted: int
    eligible: int


def _contract(register: Register, person: int, serial: int, rng: random.Random) -> Contract:
    """Return a contract of 0.5 to 12 mu, sometimes partly abandoned or built over."""
    area = rng.randint(500, 6000) + (rng.randint(0, 6000) if rng.random() < 0.3 else 0)
    abandoned = rng.randint(100, area // 2) if rng.random() < 0.06 else 0
    converted = rng.randint(50, area // 3) if rng.random() < 0.04 else 0
    village = register.people[person].village.code
    number = f"{village}{1 + serial % 12:02d}{serial % 10000:04d}"
    return Contract(
        number, person, village, area, abandoned, converted, max(0, area - abandoned - converted)
    )


def draw_contracts(register: Register, deaths: list[Death]) -> list[Contract]:
    """Return contracts of 75 % of rural households, a few in a dead person's name."""
    rng = register.clock.rng("land")
    dead_of_home = {register.people[d.person].household: d for d in deaths}
    found: list[Contract] = []
    serials: dict[str, int] = {}
    dead_contractors = 0
    for number, home in enumerate(register.homes):
        village = register.people[home[0]].village
        if not village.rural or rng.random() > 0.75 or not register.settled(home[0]):
            continue
        person = home[0]
        death = dead_of_home.get(number)
        if death and (dead_contractors < 3 or rng.random() < 0.3):
            person = death.person
            dead_contractors += 1
            register.truth.add(
                "dead_contractor",
                register.people[person].number,
                f"contractor died {death.day}; the contract still names him",
                "hold until the household has chosen a new representative",
                feed="NY_LAND",
            )
        serials[village.code] = serials.get(village.code, 0) + 1
        found.append(_contract(register, person, serials[village.code], rng))
    _plant(register, found, rng)
    return found


def _plant(register: Register, found: list[Contract], rng: random.Random) -> None:
    """Let a few approved areas disagree with contract minus abandoned minus converted."""
    free = [c for c in found if register.people[c.person].number not in register.truth.protected]
    for contract in rng.sample(free, min(len(free), max(2, len(found) // 3000))):
        contract.eligible = contract.area + 320
        number = register.people[contract.person].number
        register.truth.add(
            "area_mismatch",
            number,
            "approved area is larger than the contract allows",
            "NY01 refused for this contractor until agriculture corrects the area",
            feed="NY_PLANT",
        )
        register.truth.protect(number)
