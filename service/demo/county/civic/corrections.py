"""Identity numbers the police corrected: wrong birthdays, one number for two people, 15 digits."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.free_people import FreePeople
from service.demo.county.id_numbers import legacy_15
from service.demo.county.register import Register

BIRTHDAY, SHARED, LENGTHENED = "生日更正", "重号纠错", "15位升18位"


@dataclass(frozen=True, slots=True)
class Correction:
    """One changed number; departments wrote `former` and `born` before, `current` and `true` since."""

    person: int
    former: str
    born: date
    current: str
    true: date
    changed: date
    reason: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections by day, and the children who live under another child's number."""

    changes: list[Correction]
    doubles: frozenset[int]

    def apply(self, register: Register, snap: int) -> None:
        """Write into the register the numbers of the earlier (0) or later (1) month."""
        for one in self.changes:
            if one.reason != LENGTHENED:
                person = register.people[one.person]
                person.number = one.former if snap == 0 else one.current
                person.birth = one.born if snap == 0 else one.true


def draw_corrections(register: Register, free: FreePeople, elders: list[int]) -> Corrections:
    """Return the corrections; `elders` are people paid nothing but the elders' allowance.

    One elder and one adult get their true birthday in the later month, two children share a
    number until then, two others still do, and some old entries were lengthened to 18 digits.
    """
    rng = register.clock.rng("corrections")
    scale = max(1, register.residents // 100_000)
    found: list[Correction] = []
    for index in elders[:scale]:
        found.append(_birthday(register, index, rng))
        free.tell(
            index,
            "id_birthday_corrected",
            "birthday and number corrected in the later month; cards still carry the old number",
            "one person under two numbers; paid once in each month",
            feed="GA_IDHIST",
            on=register.clock.folder(1),
        )
    for _ in range(scale):
        index = free.adult(
            "id_birthday_corrected",
            "birthday and number corrected in the later month",
            "one person under two numbers",
            feed="GA_IDHIST",
            on=register.clock.folder(1),
        )
        found.append(_birthday(register, index, rng))
    until_later, for_good = (_share(register, free, corrected=flag) for flag in (True, False))
    found += [until_later, *_lengthened(register, rng)]
    found.sort(key=lambda one: (one.changed, one.person))
    return Corrections(found, frozenset({until_later.person, for_good.person}))


def _birthday(register: Register, index: int, rng: random.Random) -> Correction:
    """Return a correction by a few days within the year; the register ends with the true one."""
    person = register.people[index]
    days = rng.choice((-9, -5, 4, 8))
    wrong = person.birth + timedelta(days=days)
    if wrong.year != person.birth.year:
        wrong = person.birth - timedelta(days=days)
    former = register.numbers.issue(wrong, person.sex, prefix=person.number[:6])
    register.truth.set_apart(former)
    changed = register.clock.start + timedelta(days=8)
    return Correction(index, former, wrong, person.number, person.birth, changed, BIRTHDAY)


def _share(register: Register, free: FreePeople, *, corrected: bool) -> Correction:
    """Give one child another's number, for good or until the later month."""
    first, second = free.twins()
    people, clock = register.people, register.clock
    keeper, other = people[first], people[second]
    own = register.numbers.issue(keeper.birth, keeper.sex)
    other.birth = keeper.birth
    other.number = own if corrected else keeper.number
    if corrected:
        register.truth.set_apart(own)
        what = "one number with another child until the later month brings a new one"
        expected = "both blocked in the earlier month, two people in the later"
        register.truth.add("id_shared_until_corrected", own, what, expected, feed="GA_IDHIST")
    else:
        what = f"{keeper.name} and {other.name} have one number in both months"
        expected = "both blocked until the police say whose it is; never one person"
        register.truth.add("id_shared_by_two", keeper.number, what, expected, feed="GA_HUKOU")
    changed = clock.start + timedelta(days=10)
    return Correction(second, keeper.number, keeper.birth, own, keeper.birth, changed, SHARED)


def _lengthened(register: Register, rng: random.Random) -> list[Correction]:
    """Return entries of old people whose 15-digit numbers were lengthened within the year."""
    clock = register.clock
    pool = [
        index for index in register.living(60, 90) if register.people[index].number[6:8] == "19"
    ]
    found: list[Correction] = []
    for index in rng.sample(pool, max(3, register.residents // 2_500)):
        person = register.people[index]
        changed = some_day(
            rng, clock.earlier_end - timedelta(days=300), clock.end - timedelta(days=5)
        )
        short = legacy_15(person.number)
        birth = person.birth
        found.append(Correction(index, short, birth, person.number, birth, changed, LENGTHENED))
    return found
