"""The county's population register: who lives where, since when, under which name and number."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from service.demo.county import names
from service.demo.county.clock import Clock, some_day
from service.demo.county.divisions import Village, draw_villages
from service.demo.county.households import Home, form_households
from service.demo.county.id_numbers import HOME_PREFIX, IdNumbers
from service.demo.county.people import Person, draw_people
from service.demo.county.truth import Truth


@dataclass
class Register:
    """Everybody of the county; indices below `residents` are alive and live here at the end."""

    clock: Clock
    residents: int
    truth: Truth
    villages: list[Village]
    people: list[Person]
    homes: list[list[int]]
    numbers: IdNumbers
    arrivals: list[int] = field(default_factory=list)

    def settled(self, index: int) -> bool:
        """Return whether a person was registered well before the earlier month."""
        return self.people[index].since < self.clock.earlier_start

    def head_of(self, index: int) -> int:
        """Return the head of the household a person is registered in."""
        return self.homes[self.people[index].household][0]

    def living(self, first_age: int, past_age: int = 200, *, sex: str = "") -> list[int]:
        """Return settled living residents of an age range, in register order."""
        return [
            index
            for index in range(self.residents)
            if first_age <= self.people[index].age < past_age
            and (not sex or self.people[index].sex == sex)
            and self.settled(index)
        ]

    def add_person(self, person: Person, rng: random.Random) -> int:
        """Register one more person (dead or moved away meanwhile) in some existing household."""
        home_number = rng.randrange(len(self.homes))
        while len(self.homes[home_number]) > 5:
            home_number = rng.randrange(len(self.homes))
        head = self.people[self.homes[home_number][0]]
        person.household = home_number
        person.home = head.home
        person.relation = _relation_to(head, person)
        surname = head.name[0] if person.relation in {"父亲", "子", "女"} else ""
        person.name = (surname or names.draw_surnames(rng, 1)[0]) + names.draw_given(
            rng, person.sex, person.birth.year
        )
        person.number = self.numbers.issue(person.birth, person.sex)
        person.since = max(person.birth, date(1986, 7, 1))
        self.people.append(person)
        self.homes[home_number].append(len(self.people) - 1)
        return len(self.people) - 1


def _relation_to(head: Person, person: Person) -> str:
    """Return a fitting relation to the head of household."""
    if person.age >= head.age + 18:
        return "父亲" if person.sex == "男" else "母亲"
    if person.age <= head.age - 18:
        return "子" if person.sex == "男" else "女"
    return "其他"


def build_register(clock: Clock, residents: int) -> Register:
    """Return the register of `residents` living people, named, numbered and housed."""
    people = draw_people(clock, residents)
    rng = clock.rng("register")
    homes = form_households(people, rng)
    villages = draw_villages(residents)
    numbers = IdNumbers(clock.rng("numbers"))
    _house(people, homes, villages, rng)
    _name(people, homes, rng)
    for person in people:
        elder = person.birth.year < 1900
        person.number = numbers.issue(person.birth, person.sex, prefix=HOME_PREFIX * elder)
        person.since = _since(person, rng)
    register = Register(
        clock, residents, Truth(), villages, people, [home.members for home in homes], numbers
    )
    _draw_arrivals(register, rng)
    return register


def _house(
    people: list[Person], homes: list[Home], villages: list[Village], rng: random.Random
) -> None:
    """Give every household a village; neighbourhoods are larger than villages."""
    weights = [1.0 if village.rural else 1.2 for village in villages]
    drawn = rng.choices(villages, weights, k=len(homes))
    for number, (home, village) in enumerate(zip(homes, drawn, strict=True)):
        for index, relation in zip(home.members, home.relations, strict=True):
            person = people[index]
            person.household, person.home, person.relation = number, village, relation


def _name(people: list[Person], homes: list[Home], rng: random.Random) -> None:
    """Name everybody; children and fathers share the head's surname."""
    surnames = names.draw_surnames(rng, len(people))
    for number, home in enumerate(homes):
        own = surnames[number]
        for index, relation in zip(home.members, home.relations, strict=True):
            person = people[index]
            surname = own if relation in {"户主", "子", "女", "父亲"} else surnames[index]
            given = names.draw_given(rng, person.sex, person.birth.year)
            person.name = surname + given
            luck = rng.random()
            if luck < 0.015:
                person.ethnic, person.name = names.minority_name(rng, given)
            elif luck < 0.0154:
                person.name = surname + rng.choice(names.RARE_UNENCODABLE)
            elif luck < 0.0168:
                person.name = surname + given[0] + rng.choice(names.RARE_ENCODABLE)


def _since(person: Person, rng: random.Random) -> date:
    """Return when the hukou entry was made; births are registered within five weeks."""
    if person.birth.year >= 2003:
        return person.birth + timedelta(days=rng.randint(5, 35))
    return date.fromordinal(date(1986, 7, 1).toordinal() + int(rng.random() * 12_000))


def _draw_arrivals(register: Register, rng: random.Random) -> None:
    """Let 0.5 % have moved in during the last year, at least two in the later month."""
    clock = register.clock
    adults = register.living(20, 50)
    chosen = rng.sample(adults, max(5, round(register.residents * 0.005)))
    for turn, index in enumerate(chosen):
        start = clock.start if turn < 2 else clock.end - timedelta(days=365)
        last = clock.end - timedelta(days=8)
        register.people[index].since = some_day(rng, start, last)
        register.arrivals.append(index)
        if turn < 2:
            register.truth.add(
                "moved_in_this_month",
                register.people[index].number,
                "hukou entry made in the later month",
                "not in the county on the first day of the month: entitled from the next month",
                on=clock.folder(1),
            )
            register.truth.protect(register.people[index].number)
