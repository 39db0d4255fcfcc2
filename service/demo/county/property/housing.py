"""Registered dwellings and shops, and electricity meters (areas in hundredths of a square metre)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.demo.county.checks import Check
from service.demo.county.register import Register

DWELLING, FARMHOUSE, SHOP = "住宅", "宅基地住房", "商业"
_FIRST_DAY = date(1996, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Estate:
    """One registered unit with one owner."""

    person: int
    use: str
    area: int
    since: date


@dataclass(frozen=True, slots=True)
class Meter:
    """One household's electricity meter; some still stand in a dead person's name."""

    household: int
    holder: int


def draw_estates(
    register: Register, checks: Iterable[Check], poor: set[int], checked: set[int]
) -> list[Estate]:
    """Return about 0.35 units a person; checked households own what their check says.

    `poor` are assisted households without a check, which own one dwelling; `checked` have one.
    """
    rng = register.clock.rng("estates")
    people = register.people
    days = register.clock.earlier_start.toordinal() - _FIRST_DAY - 400
    found: list[Estate] = []

    def add(person: int, use: str, area: int) -> None:
        since = date.fromordinal(_FIRST_DAY + int(rng.random() * days))
        found.append(Estate(person, use, area, since))

    for check in checks:
        head = check.members[0]
        total = check.area * len(check.members)
        for turn in range(check.houses):
            # The parts of two dwellings add up to the area the check tells, to the hundredth.
            part = total // check.houses + (turn < total % check.houses)
            add(head, FARMHOUSE if people[head].rural and turn == 0 else DWELLING, part)
        if check.non_residential:
            add(head, SHOP, rng.randint(2_000, 6_000))
    for number, home in enumerate(register.homes):
        if number in checked:
            continue
        head = home[0]
        rural = people[head].rural
        luck = rng.random()
        if luck < 0.72 or number in poor:
            add(head, FARMHOUSE if rural else DWELLING, rng.randint(5_500, 24_000))
        if number in poor or people[head].age > 75:
            continue
        if luck < 0.07:
            owner = home[1] if len(home) > 1 and people[home[1]].relation == "配偶" else head
            add(owner, DWELLING, rng.randint(5_000, 14_000))
        elif luck < 0.085:
            add(head, SHOP, rng.randint(1_500, 9_000))
    return found


def add_estate(register: Register, found: list[Estate], person: int) -> None:
    """Register one more dwelling, for somebody whose check says otherwise."""
    since = date.fromordinal(register.clock.earlier_start.toordinal() - 300)
    found.append(Estate(person, DWELLING, 8_800, since))


def draw_meters(register: Register, dead: Iterable[int]) -> list[Meter]:
    """Return a meter for every household; one in six of the year's dead is still its holder."""
    rng = register.clock.rng("meters")
    people = register.people
    holders = {people[index].household: index for index in dead if rng.random() < 0.17}
    return [
        Meter(number, holders.get(number, home[0])) for number, home in enumerate(register.homes)
    ]
