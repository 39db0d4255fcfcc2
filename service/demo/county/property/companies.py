"""Companies and sole traders: who holds how much of which (subscribed capital in whole fen)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.demo.county.checks import Check
from service.demo.county.clock import some_day
from service.demo.county.register import Register

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ADULTS_SHARE = 0.06
_FIRST = "安鑫瑞丰恒盛汇源泰和兴隆嘉禾锦绣宏达"
_TRADES = ("竹制品", "茶叶", "农产品", "家具", "五金", "民宿", "餐饮", "百货", "建材", "运输")


@dataclass(frozen=True, slots=True)
class Holding:
    """One person's part in one company or shop; `equity` is whole fen."""

    person: int
    company: str
    code: str
    role: str
    equity: int
    since: date
    state: str = "存续"


def credit_code(serial: int, *, shop: bool = False) -> str:
    """Return a made-up 18-character unified social credit code with both check characters.

    91 stands for companies, 92 for sole traders (GB 32100).
    """
    digits = ""
    for _ in range(6):
        serial, rest = divmod(serial, 31)
        digits = _ALPHABET[rest] + digits
    organisation = "MA" + digits
    # GB 11714: letters count 10 to 35; GB 32100 has its own alphabet of 31 characters.
    values = [int(character, 36) for character in organisation]
    check = -sum(v * w for v, w in zip(values, _ORG_WEIGHTS, strict=True)) % 11
    body = f"{92 if shop else 91}330523{organisation}{'0123456789X'[check]}"
    total = sum(_ALPHABET.index(c) * w for c, w in zip(body, _CODE_WEIGHTS, strict=True))
    return body + _ALPHABET[-total % 31]


def company_name(serial: int, *, shop: bool) -> str:
    """Return an invented company's or shop's name."""
    first = _FIRST[serial % len(_FIRST)] + _FIRST[serial // len(_FIRST) % len(_FIRST)]
    trade = _TRADES[serial % 7 + serial // 311 % 4]
    return f"安心县{first}{trade}{'店' if shop else '有限公司'}"


def draw_holdings(register: Register, checks: Iterable[Check], withheld: set[int]) -> list[Holding]:
    """Return the holdings of 6 % of adults; checked households hold what their check says.

    `withheld` are households of which no company is known: assisted ones and checked ones.
    """
    rng = register.clock.rng("companies")
    people = register.people
    last = register.clock.earlier_start
    found: list[Holding] = []

    def add(person: int, equity: int, role: str, state: str = "存续") -> None:
        day = some_day(rng, date(2004, 1, 1), last)
        found.append(_holding(len(found), person, equity, role, day, state))

    for check in checks:
        if check.equity:
            add(check.members[0], check.equity, "股东")
    for index in register.living(20, 75):
        luck = rng.random()
        if luck > _ADULTS_SHARE * 1.12 or people[index].household in withheld:
            continue
        role = "经营者" if luck < 0.045 else "法定代表人" if luck < 0.056 else "股东"
        state = "注销" if rng.random() < 0.08 else "吊销" if rng.random() < 0.03 else "存续"
        most = 20 if role == "经营者" else 300
        add(index, rng.randint(1, most) * 1_000_000, role, state)
    return found


def add_holding(register: Register, found: list[Holding], person: int) -> None:
    """Register 500,000 yuan of capital, for somebody whose check says otherwise."""
    day = date.fromordinal(register.clock.earlier_start.toordinal() - 500)
    found.append(_holding(len(found), person, 50_000_000, "股东", day, "存续"))


def _holding(serial: int, person: int, equity: int, role: str, since: date, state: str) -> Holding:
    """Return a holding in a company of its own, a sole trader's in his shop."""
    shop = role == "经营者"
    serial += 1_000
    name = company_name(serial, shop=shop)
    return Holding(person, name, credit_code(serial, shop=shop), role, equity, since, state)
