"""Accounts that must not be paid, and names that banks cannot write, planted on 80-99-year-olds."""

import random
from collections.abc import Callable, Iterator
from datetime import date

from service.demo.county import names
from service.demo.county.cards import Card, Verdict
from service.demo.county.register import Register

_STATUSES = (
    ("account_closed", ("正常", "销户"), 2),
    ("account_not_activated", ("未激活", "未激活"), 1),
    ("account_dormant", ("正常", "睡眠"), 1),
    ("account_lost", ("正常", "挂失"), 1),
    ("account_frozen", ("正常", "止付"), 1),
)


class AccountPlants:
    """Takes one unplanted elder after the other; those elders get nothing else planted."""

    def __init__(self, register: Register, cards: dict[int, Card]) -> None:
        """Line up the elders in random order."""
        self._register = register
        self._cards = cards
        self._rng = register.clock.rng("account plants")
        pool = register.living(80, 100)
        self._rng.shuffle(pool)
        self._queue: Iterator[int] = iter(
            [i for i in pool if register.people[i].number not in register.truth.protected]
        )
        self.unasked: set[int] = set()
        self.owners: set[int] = set()
        self._scale = max(1, register.residents // 40_000)

    def _take(self, category: str, what: str, expected: str) -> int:
        """Return the next elder and record what is planted on him."""
        index = next(self._queue)
        number = self._register.people[index].number
        self._register.truth.add(category, number, what, expected)
        self._register.truth.protect(number)
        return index

    def plant_before_verdicts(self) -> None:
        """Plant names, statuses, shared and missing accounts and unasked banks."""
        self._rare_names()
        for category, statuses, count in _STATUSES:
            for _ in range(count * self._scale):
                what = f"账户状态 is {statuses[1]}"
                index = self._take(category, what, "hold: account cannot be credited")
                self._cards[index].statuses = statuses
        for _ in range(self._scale):
            self._share(4)
            index = self._take("account_missing", "no RS_CARD row", "hold: no account known")
            del self._cards[index]
        for _ in range(2 * self._scale):
            index = self._take(
                "account_unverified", "no BK_RET row", "hold until the bank has answered"
            )
            self.unasked.add(index)

    def _rare_names(self) -> None:
        """Give names with characters outside GBK at every bank, and names with the dot."""
        people, rng = self._register.people, self._rng
        for bank in (0, 0, 1, 2, 3):
            index = next(self._queue)
            person = people[index]
            character = rng.choice(names.RARE_UNENCODABLE)
            person.name = names.rare_name(
                rng, person.name[0], character, person.sex, person.birth.year
            )
            self._register.truth.protect(person.number)
            self._move_to_bank(index, bank)
        for _ in range(3):
            index = self._take(
                "name_with_dot",
                "name written with U+00B7 by the police",
                "compared after normalising the dot; sent in the bank's own form",
            )
            people[index].ethnic, people[index].name = names.dotted_name(rng)

    def _move_to_bank(self, index: int, bank: int) -> None:
        """Swap banks with somebody so that card range and bank still agree."""
        card = self._cards[index]
        for other in self._cards.values():
            if other.bank == bank and other.person != index and other.number != card.number:
                if self._register.people[other.person].number in self._register.truth.protected:
                    continue
                card.number, other.number = other.number, card.number
                card.bank, other.bank = other.bank, card.bank
                return

    def _share(self, count: int) -> None:
        """Put several unrelated elders on one villager's account."""
        people, protected = self._register.people, self._register.truth.protected
        villagers = [
            index
            for index in self._register.living(40, 60)
            if index in self._cards and people[index].number not in protected
        ]
        owner = self._rng.choice(villagers)
        self.owners.add(owner)
        self._register.truth.protect(people[owner].number)
        account = self._cards[owner]
        account.statuses = ("正常", "正常")
        for _ in range(count):
            index = self._take(
                "account_shared",
                f"account ends in {account.number[-4:]} and belongs to an unrelated villager",
                "hold every line on it: nobody is a registered proxy",
            )
            card = self._cards[index]
            card.number, card.bank, card.branch = account.number, account.bank, account.branch
            self.unasked.add(index)

    def plant_on_verdicts(self, verdicts: list[Verdict]) -> None:
        """Turn some answers into 不一致 and 无法核验; banks hold `?` for one rare name."""
        by_person = {verdict.person: verdict for verdict in verdicts}
        people = self._register.people

        def turn(category: str, verdict: str, holder: Callable[[str], str]) -> None:
            index = self._take(category, f"核验结果 is {verdict}", "hold until cleared")
            by_person[index].verdict = verdict
            by_person[index].holder = holder(people[index].name)

        for _ in range(self._scale):
            turn("holder_differs", "不一致", lambda name: name[:-1] + "某")
            turn("holder_differs", "不一致", lambda name: name[:-1] + "?")
            turn("holder_not_checkable", "无法核验", str)

    def tell_names(self, likely: set[int]) -> None:
        """List every likely payee whose name GBK cannot hold."""
        for index in sorted(likely):
            person = self._register.people[index]
            if index in self._cards and not names.fits_gbk(person.name):
                self._register.truth.add(
                    "name_not_in_gbk",
                    person.number,
                    f"name has a character outside GBK, bank code prefix index "
                    f"{self._cards[index].bank}",
                    "a GBK-only bank: fail before export, never replace; others: GB18030",
                )
                self._register.truth.protect(person.number)


def plant_false_deaths(
    register: Register, elders: list[int], rng: random.Random
) -> list[tuple[int, str, date]]:
    """Return (living person, typed name, day) of funeral-home reports with a wrong number."""
    free = [i for i in elders if register.people[i].number not in register.truth.protected]
    count = max(2, round(register.residents * 0.0085 * 0.0002))
    found: list[tuple[int, str, date]] = []
    for turn, index in enumerate(rng.sample(free, count)):
        clock = register.clock
        day = clock.start.replace(day=6 + turn % 10)
        number = register.people[index].number
        found.append((index, names.draw_surnames(rng, 1)[0] + "福根", day))
        register.truth.add(
            "false_death",
            number,
            "the funeral home typed this living person's number",
            "hold only; clears when police say alive and the township confirms",
            feed="MZ_CREM",
            on=clock.folder(1),
        )
        register.truth.protect(number)
    return found
