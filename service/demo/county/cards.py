"""Social security cards with their accounts, and the banks' answers about holders."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.iso7064 import mod_11_10

from service.demo.county.children import Ward
from service.demo.county.clock import some_day
from service.demo.county.register import Register

# (bank code prefix, bank, synthetic card range of nine digits, share). Twelve-digit bank codes
# end in an ISO 7064 MOD 11,10 check digit; card numbers end in a Luhn digit.
_BANKS = (
    ("105", "中国建设银行", "621700000", 50),
    ("102", "中国工商银行", "622200000", 14),
    ("103", "中国农业银行", "622800000", 18),
    ("402", "农村商业银行", "621000000", 18),
)
_BRANCHES = ("望竹支行", "清箬支行", "石鼓支行", "龙须溪支行")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


@dataclass(slots=True)
class Card:
    """One person's card row; `statuses` are (earlier month, later month)."""

    person: int
    number: str
    bank: int
    branch: int
    since: date
    statuses: tuple[str, str] = ("正常", "正常")


@dataclass(slots=True)
class Verdict:
    """A bank's answer about one account."""

    person: int
    card: str
    holder: str
    verdict: str
    verified: date


def luhn_digit(body: str) -> str:
    """Return the check digit that makes a card number pass the Luhn test."""
    total = sum(_DOUBLED[int(digit)] for digit in body[::-2])
    total += sum(int(digit) for digit in body[-2::-2])
    return str(-total % 10)


def bank_code(bank: int, branch: int) -> str:
    """Return the 12-digit code of a branch."""
    body = f"{_BANKS[bank][0]}3363{branch + 1:04d}"
    return body + str(mod_11_10.calc_check_digit(body))


def bank_name(bank: int, branch: int) -> str:
    """Return the branch's name."""
    return _BANKS[bank][1] + _BRANCHES[branch]


def card_number(bank: int, serial: int) -> str:
    """Return a 19-digit number of the bank's synthetic range."""
    body = f"{_BANKS[bank][2]}{serial:09d}"
    return body + luhn_digit(body)


def draw_cards(register: Register, likely: set[int]) -> dict[int, Card]:
    """Return cards by person: 99 % of people over 16 and every head, likely payees' all 正常."""
    rng = register.clock.rng("cards")
    shares = [bank[3] for bank in _BANKS]
    banks = rng.choices(range(len(_BANKS)), shares, k=len(register.people))
    first = date(2012, 1, 1).toordinal()
    cards: dict[int, Card] = {}
    for index, person in enumerate(register.people):
        payee = index in likely
        grown = person.age >= 16 or person.relation == "户主"
        luck = rng.random()
        if not grown or (luck > 0.99 and not payee):
            continue
        since = date.fromordinal(first + int(rng.random() * 4_900))
        card = Card(index, card_number(banks[index], 100_000 + index), banks[index], 0, since)
        card.branch = int(luck * 400) % len(_BRANCHES)
        if not payee and luck < 0.06:
            status = "未激活" if luck < 0.05 else "睡眠" if luck < 0.057 else "挂失"
            card.statuses = (status, status)
        cards[index] = card
    return cards


def share_with_guardians(register: Register, cards: dict[int, Card], wards: list[Ward]) -> None:
    """Let most wards be paid on their guardian's card: lawful, registered in MZ_CHILD."""
    for turn, ward in enumerate(wards):
        guardian = cards.get(ward.guardian)
        if guardian is None or turn % 4 == 3:
            continue
        cards[ward.person] = Card(
            ward.person, guardian.number, guardian.bank, guardian.branch, guardian.since
        )
        register.truth.add(
            "guardian_account",
            register.people[ward.person].number,
            "account of the registered guardian",
            "allowed: the guardian is a registered proxy",
        )


def draw_verdicts(
    register: Register, cards: dict[int, Card], likely: set[int], unasked: set[int]
) -> list[Verdict]:
    """Return a 一致 answer for every likely payee's own account except the unasked ones."""
    rng = register.clock.rng("verdicts")
    people, clock = register.people, register.clock
    found: list[Verdict] = []
    for index in sorted(likely):
        card = cards.get(index)
        if card is None or index in unasked or people[index].age < 16:
            continue
        found.append(
            Verdict(
                index, card.number, people[index].name, "一致", _verified(rng, clock.earlier_end)
            )
        )
    for verdict in found:
        if rng.random() < 0.01:
            verdict.verified = some_day(rng, clock.start, clock.end - timedelta(days=6))
    return found


def _verified(rng: random.Random, last: date) -> date:
    """Return a verification day of the fourteen months before the earlier delivery."""
    return last - timedelta(days=rng.randint(8, 430))
