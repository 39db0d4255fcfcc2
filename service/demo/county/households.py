"""Grouping residents into plausible households of one to six people."""

import random
from dataclasses import dataclass, field

from service.demo.county.people import Person

_LARGEST = 6


@dataclass(slots=True)
class Home:
    """A household being formed: members in register order, the head first, with relations."""

    members: list[int]
    parent_age: int
    relations: list[str] = field(default_factory=lambda: ["户主"])
    kids: int = 0
    elders: bool = False

    def join(self, index: int, relation: str) -> None:
        """Add one member."""
        self.members.append(index)
        self.relations.append(relation)


def _marriage_chance(age: int) -> float:
    """Return the chance that a man of an age lives with his wife (illustrative)."""
    for limit, chance in ((22, 0.0), (25, 0.12), (30, 0.5), (60, 0.86), (70, 0.85), (80, 0.72)):
        if age < limit:
            return chance
    return 0.45 if age < 90 else 0.15


class Matchmaker:
    """Finds homes by the age of the would-be parent in them."""

    def __init__(self, rng: random.Random) -> None:
        """Draw from the given stream."""
        self._rng = rng
        self._by_age: dict[int, list[Home]] = {}
        self._all: list[Home] = []

    def offer(self, home: Home) -> None:
        """Make a home findable."""
        self._by_age.setdefault(home.parent_age, []).append(home)
        self._all.append(home)

    def find(self, age: int, spread: int, *, kids: int = 99, no_elders: bool = False) -> Home:
        """Return a home whose parent is about that old and which still has room."""
        rng = self._rng
        choice: Home | None = None
        for attempt in range(24):
            near = self._by_age.get(age + rng.randint(-spread, spread) + attempt // 6)
            if not near:
                continue
            choice = near[int(rng.random() * len(near))]
            room = len(choice.members) < _LARGEST - 1 and choice.kids < kids
            if room and not (no_elders and choice.elders):
                return choice
        for _ in range(200):
            choice = rng.choice(self._all)
            if len(choice.members) < _LARGEST:
                return choice
        return min(self._all, key=lambda home: len(home.members))


def _couples(people: list[Person], rng: random.Random) -> tuple[list[Home], list[int]]:
    """Return the couples' homes and the indices of everybody left over."""
    women: dict[int, list[int]] = {}
    men: list[int] = []
    left: list[int] = []
    for index, person in enumerate(people):
        if person.sex == "男" and person.age >= 22:
            men.append(index)
        elif person.sex == "女" and person.age >= 20:
            women.setdefault(person.age, []).append(index)
        else:
            left.append(index)
    homes: list[Home] = []
    for man in men:
        age = people[man].age
        wives: list[int] | None = None
        if rng.random() < _marriage_chance(age):
            for gap in rng.choices((0, 1, 2, 3, 4, 5, -1, -2), (20, 22, 18, 12, 8, 5, 9, 6), k=6):
                wives = women.get(age - gap)
                if wives:
                    break
        if wives:
            wife = wives.pop()
            homes.append(Home([man, wife], people[wife].age, ["户主", "配偶"]))
        else:
            left.append(man)
    left.extend(index for age in sorted(women) for index in women[age])
    return homes, left


def form_households(people: list[Person], rng: random.Random) -> list[Home]:
    """Return homes that hold every person once; heads are adults."""
    couples, left = _couples(people, rng)
    young = [home for home in couples if home.parent_age < 65]
    old = [home for home in couples if home.parent_age >= 65]
    match = Matchmaker(rng)
    for home in young:
        match.offer(home)
    singles: list[Home] = []
    waiting: list[int] = []
    for index in left:
        age = people[index].age
        if age >= 65:
            old.append(Home([index], age))
        elif age >= 36 or (age >= 23 and rng.random() < 0.25):
            home = Home([index], age)
            singles.append(home)
            if age >= 36:
                match.offer(home)
        else:
            waiting.append(index)
    waiting.sort(key=lambda index: people[index].age)
    for index in waiting:
        _join_parents(people[index], index, match, rng)
    homes = young + singles
    for home in old:
        if rng.random() < 0.45 and len(home.members) < 3:
            _join_children(home, people, match, rng)
        else:
            homes.append(home)
    return homes


def _join_parents(child: Person, index: int, match: Matchmaker, rng: random.Random) -> None:
    """Put a child or an unmarried young adult into a home with parents of a fitting age."""
    wanted = child.age + rng.choice((23, 24, 25, 26, 26, 27, 28, 29, 30, 32, 34))
    home = match.find(wanted, 3, kids=1 if rng.random() < 0.55 else 3)
    home.kids += 1
    home.join(index, "子" if child.sex == "男" else "女")


def _join_children(old: Home, people: list[Person], match: Matchmaker, rng: random.Random) -> None:
    """Let elders live with a married child's household."""
    home = match.find(old.parent_age - rng.randint(24, 31), 3, no_elders=True)
    if len(home.members) + len(old.members) > _LARGEST:
        home = match.find(old.parent_age - 34, 5, no_elders=True, kids=2)
    home.elders = True
    for index in old.members:
        home.join(index, "父亲" if people[index].sex == "男" else "母亲")
