"""Economic checks of households that receive or ask for assistance (amounts in whole fen)."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from service.demo.county.assistance import Case
from service.demo.county.clock import some_day
from service.demo.county.register import Register

# Per-capita monthly income (fen) by kind of household; the 低保 standard is taken to be
# 1,175 yuan a month (illustrative).
_INCOMES = {
    "特困": (0, 60_000),
    "低保": (21_000, 112_000),
    "低边": (118_000, 234_000),
    "支出型": (200_000, 400_000),
    "disabled": (60_000, 470_000),
    "elder": (90_000, 560_000),
}
MISSING_SHARE = 0.04


@dataclass(slots=True)
class Check:
    """One household's check; pairs are (earlier month, later month)."""

    members: list[int]
    kind: str
    incomes: tuple[int, int]
    reported: tuple[date, date]
    cash: int
    cars: int = 0
    houses: int = 1
    area: int = 3_000
    non_residential: bool = False
    equity: int = 0
    authorised: bool = True
    refused: bool = False
    personal: dict[int, int] = field(default_factory=dict)


def draw_checks(
    register: Register, cases: list[Case], disabled: list[int], elders: list[int]
) -> list[Check]:
    """Return the checks; about 4 % of the households that need one have none (planted)."""
    rng = register.clock.rng("checks")
    found: list[Check] = []
    seen: set[int] = set()
    for case in cases:
        found.append(_check(register, case.members, case.category, rng))
        seen.update(register.people[m].household for m in case.members)
    for kind, persons in (("disabled", disabled), ("elder", elders)):
        for index in persons:
            home = register.people[index].household
            if home in seen:
                continue
            seen.add(home)
            members = [m for m in register.homes[home] if m < register.residents]
            found.append(_check(register, members, kind, rng))
    _plant(register, found, rng)
    return _leave_out(register, found, {*disabled, *elders}, rng)


def _check(register: Register, members: list[int], kind: str, rng: random.Random) -> Check:
    """Return a plausible check of one household."""
    low, high = _INCOMES[kind]
    # Few are near the upper end: the smaller of two draws.
    income = min(rng.randint(low, high), rng.randint(low, high))
    last = register.clock.earlier_end - timedelta(days=12)
    reported = some_day(rng, last - timedelta(days=150), last)
    assisted = kind in {"特困", "低保", "低边", "支出型"}
    check = Check(members, kind, (income, income), (reported, reported), 0)
    check.cash = rng.randint(0, 2_500_000 if assisted else 12_000_000)
    check.area = rng.randint(1_400, 6_500)
    if not assisted:
        check.cars = int(rng.random() < 0.35)
        check.houses = 1 + int(rng.random() < 0.15)
        check.equity = rng.choice((0, 0, 0, 0, 0, 5_000_000, 30_000_000))
    _spread(register, check)
    return check


def _spread(register: Register, check: Check) -> None:
    """Divide the household's income among its adults of working age, or among everybody."""
    people = register.people
    earners = [m for m in check.members if 16 <= people[m].age < 75] or check.members
    total = check.incomes[0] * len(check.members)
    check.personal = dict.fromkeys(check.members, 0)
    for turn, member in enumerate(earners):
        check.personal[member] = total // len(earners) + (turn < total % len(earners))


def _plant(register: Register, found: list[Check], rng: random.Random) -> None:
    """Give one 低保 household each something to be asked about, and change two incomes."""
    truth, people, clock = register.truth, register.people, register.clock
    free = iter(
        [
            check
            for check in found
            if check.kind == "低保"
            and not any(people[m].number in truth.protected for m in check.members)
        ]
    )

    def mark(name: str, what: str, expected: str) -> Check:
        check = next(free)
        truth.add(name, people[check.members[0]].number, what, expected)
        for member in check.members:
            truth.protect(people[member].number)
        return check

    mark(
        "dibao_cash_over", "货币财产 over the limit", "MZ01 paid on; review by 民政"
    ).cash = 8_900_000
    mark("dibao_car", "机动车数 is 1", "MZ01 paid on; review by 民政").cars = 1
    check = mark("dibao_two_houses", "two large dwellings", "MZ01 paid on; review by 民政")
    check.houses, check.area = 2, 9_800
    mark("dibao_shop", "非居住类房屋 is 是", "MZ01 paid on; review").non_residential = True
    mark("dibao_company", "认缴出资 500,000 yuan", "MZ01 paid on; review").equity = 50_000_000
    mark(
        "dibao_not_authorised", "授权有效 is 否", "MZ01 paid on; notice by 民政"
    ).authorised = False
    mark("dibao_refused_check", "拒绝核查 is 是", "MZ01 paid on; notice by 民政").refused = True
    for fen, expected in (
        (131_050, "over the standard: the amount waits for 民政"),
        (66_600, "new difference"),
    ):
        check = mark("income_changed", f"income becomes {fen} fen in the later month", expected)
        check.incomes = (check.incomes[0] if fen < 100_000 else 70_000, fen)
        check.reported = (check.reported[0], clock.start + timedelta(days=rng.randint(3, 12)))
        _spread(register, check)


def _leave_out(
    register: Register, found: list[Check], applicants: set[int], rng: random.Random
) -> list[Check]:
    """Drop about 4 % of the checks, at least one of each kind of household."""
    truth, people = register.truth, register.people
    dropped: set[str] = set()
    kept: list[Check] = []
    for check in found:
        free = not any(people[m].number in truth.protected for m in check.members)
        first = check.kind not in dropped and check.kind in {"低保", "disabled", "elder"}
        if not free or not (first or rng.random() < MISSING_SHARE):
            kept.append(check)
            continue
        dropped.add(check.kind)
        assisted = check.kind not in {"disabled", "elder"}
        for member in check.members:
            if assisted or member in applicants:
                truth.add(
                    "check_missing",
                    people[member].number,
                    f"no MZ_CHECK row for this {check.kind} household",
                    "income unknown: neither paid nor refused; task for 民政",
                )
                truth.protect(people[member].number)
    return kept
