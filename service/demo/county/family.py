"""Family planning records: bereaved only-child couples, and births of children under three."""

import random
from dataclasses import dataclass
from datetime import timedelta

from service.demo.county.clock import years_before
from service.demo.county.register import Register


@dataclass(frozen=True, slots=True)
class Bereaved:
    """One spouse of a couple whose only child died or is disabled (WJ02)."""

    person: int
    wife: int
    child_dead: bool
    no_rebirth: bool = True


@dataclass(frozen=True, slots=True)
class Infant:
    """A child under three (WJ06); the claimant is a parent's register index."""

    person: int
    claimant: int
    other_parent: int
    order: int
    legal: bool = True


def _couples(register: Register) -> list[tuple[int, int]]:
    """Return (husband, wife) of settled couples whose wife is 49 or older and no child home."""
    people = register.people
    found: list[tuple[int, int]] = []
    for home in register.homes:
        if len(home) < 2 or people[home[1]].relation != "配偶" or home[1] >= register.residents:
            continue
        husband, wife = home[0], home[1]
        if people[wife].age < 49 or any(people[m].relation in {"子", "女"} for m in home):
            continue
        if register.settled(husband) and register.settled(wife):
            found.append((husband, wife))
    return found


def draw_bereaved(register: Register) -> list[Bereaved]:
    """Return 0.3 % of residents; planted: wife turns 49 in the month, another child later."""
    rng = register.clock.rng("bereaved")
    truth, people = register.truth, register.people
    couples = [
        pair
        for pair in _couples(register)
        if not any(people[index].number in truth.protected for index in pair)
    ]
    wanted = max(8, round(register.residents * 0.0015))
    drawn = rng.sample(couples, min(len(couples), wanted))
    found: list[Bereaved] = []
    for turn, (husband, wife) in enumerate(drawn):
        dead = rng.random() < 0.45
        rebirth = turn == 1
        found += [Bereaved(index, wife, dead, not rebirth) for index in (husband, wife)]
        if rebirth:
            truth.add(
                "bereaved_with_rebirth",
                people[wife].number,
                "未再生育收养 is 否",
                "WJ02 refused",
            )
    return found


def draw_infants(register: Register) -> list[Infant]:
    """Return every child under three living in a household with a parent."""
    rng = register.clock.rng("infants")
    people = register.people
    found: list[Infant] = []
    for index in range(register.residents):
        child = people[index]
        if child.age > 2:
            continue
        home = register.homes[child.household]
        parents = [home[0]]
        if len(home) > 1 and people[home[1]].relation == "配偶":
            parents.append(home[1])
        rng.shuffle(parents)
        order = 1 + sum(
            people[m].relation in {"子", "女"} and people[m].age > child.age for m in home
        )
        found.append(Infant(index, parents[0], parents[-1], order))
    _tell_newborns(register, found)
    return found


def _tell_newborns(register: Register, infants: list[Infant]) -> None:
    """List the children who first appear in the later month, or do not appear yet."""
    clock = register.clock
    for infant in infants:
        child = register.people[infant.person]
        if child.since > clock.end - timedelta(days=4):
            register.truth.add(
                "newborn_not_registered",
                child.number,
                f"born {child.birth}, hukou entry only after the last delivery",
                "unknown to the platform; arrears once registered",
            )
        elif child.since >= clock.start:
            register.truth.add(
                "newborn",
                child.number,
                f"born {child.birth}, registered {child.since}",
                "WJ06 from the calendar year of birth",
                on=clock.folder(1),
            )


def make_newborns(register: Register, rng: random.Random) -> None:
    """Let at least two infants be born shortly before or in the later month."""
    clock = register.clock
    infants = [i for i in range(register.residents) if register.people[i].age == 0]
    spare = [i for i in range(register.residents) if register.people[i].age in {1, 2}]
    for turn, index in enumerate((infants + spare)[:3]):
        child = register.people[index]
        child.age = 0
        child.birth = clock.start - timedelta(days=12 - 9 * turn)
        child.since = child.birth + timedelta(days=rng.randint(14, 17))
        if turn == 2:
            child.since = clock.end + timedelta(days=6)
        child.number = register.numbers.issue(child.birth, child.sex)
        register.truth.protect(child.number)


def wife_birthday(register: Register, pairs: list[Bereaved]) -> None:
    """Let the first couple's wife turn 49 in the later month, so that WJ02 just opens."""
    wife = register.people[pairs[0].wife]
    wife.birth = years_before(register.clock.start + timedelta(days=10), 49)
    wife.age = 49
    wife.number = register.numbers.issue(wife.birth, wife.sex)
    register.truth.add(
        "wife_turns_49",
        wife.number,
        f"wife born {wife.birth} turns 49 in the later month",
        "WJ02 opens for both spouses",
    )
    for pair in pairs[:2]:
        register.truth.protect(register.people[pair.person].number)
