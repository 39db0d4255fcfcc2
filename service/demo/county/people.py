"""The living residents before they have homes: exact age structure, sexes, birth dates."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import Clock, years_before
from service.demo.county.divisions import Village

# Age bands (first, past the last, share of residents). Shares of 60+, 80+ and its split and of
# under-3s: published county and city figures (secondary); the rest is illustrative.
_BANDS = (
    (0, 3, 0.0180),
    (3, 16, 0.1230),
    (16, 35, 0.2000),
    (35, 60, 0.4140),
    (60, 70, 0.1290),
    (70, 80, 0.0810),
    (80, 90, 0.02954),
    (90, 100, 0.00533),
    (100, 108, 0.00013),
)
_LEAST_CENTENARIANS = 6


@dataclass(slots=True)
class Person:
    """One person of the register; `leaves` is when the hukou entry stopped being 正常."""

    sex: str
    birth: date
    age: int
    number: str = ""
    name: str = ""
    ethnic: str = "汉"
    household: int = -1
    relation: str = "户主"
    home: Village | None = None
    since: date = date.min
    leaves: date = date.max
    left_as: str = ""
    dead_on: date = date.max

    @property
    def village(self) -> Village:
        """Return the village of the hukou; raises ValueError before one is given."""
        if self.home is None:
            raise ValueError("This person has not been given a village yet.")
        return self.home

    @property
    def rural(self) -> bool:
        """Return whether the hukou is agricultural."""
        return self.village.rural


def _ages_of_band(rng: random.Random, first: int, past: int, count: int) -> list[int]:
    """Return ages of a band; the oldest bands thin out towards their end."""
    ages = range(first, past)
    fading = 0.84 if first >= 80 else 0.97 if first >= 60 else 1.0
    return rng.choices(ages, [fading ** (age - first) for age in ages], k=count)


def draw_people(clock: Clock, residents: int) -> list[Person]:
    """Return exactly `residents` living people, ages as on the later month's last day."""
    rng = clock.rng("people")
    counts = [round(residents * share) for _, _, share in _BANDS]
    counts[-1] = max(counts[-1], _LEAST_CENTENARIANS)
    counts[3] += residents - sum(counts)
    people: list[Person] = []
    for (first, past, _), count in zip(_BANDS, counts, strict=True):
        for age in _ages_of_band(rng, first, past, count):
            men = 0.512 if age < 60 else 0.49 if age < 80 else 0.41
            sex = "男" if rng.random() < men else "女"
            people.append(Person(sex, birth_at_age(rng, clock.end, age), age))
    _move_birthdays_into_month(people, clock)
    rng.shuffle(people)
    return people


def birth_at_age(rng: random.Random, on: date, age: int) -> date:
    """Return a birth date of somebody who is `age` years old on a day."""
    latest = years_before(on, age)
    earliest = years_before(on, age + 1) + timedelta(days=1)
    return date.fromordinal(rng.randint(earliest.toordinal(), latest.toordinal()))


def _move_birthdays_into_month(people: list[Person], clock: Clock) -> None:
    """Let somebody turn 80, 90 and 100 in the later month, one of them on its last day."""
    for age, wanted in ((80, 3), (90, 2), (100, 1)):
        found = [person for person in people if person.age == age] or _promote(people, age)
        for turn, person in enumerate(found[:wanted]):
            day = clock.end if turn == 0 and age < 100 else clock.start + timedelta(days=9 + turn)
            person.birth = years_before(day, age)
    oldest = max(people, key=lambda person: person.age)
    # A register entry nobody ever closed: real registers hold a few births of the 18xx years.
    oldest.birth, oldest.sex = date(1899, 3, 14), "女"
    oldest.age = clock.end.year - 1899 - (clock.end < date(clock.end.year, 3, 14))


def _promote(people: list[Person], age: int) -> list[Person]:
    """Make one person exactly that old where the draw gave none."""
    near = min(people, key=lambda person: (abs(person.age - age), person.birth))
    near.age = age
    return [near]
