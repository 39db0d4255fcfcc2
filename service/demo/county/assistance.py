"""Households on social assistance: 低保, 低边, 特困 and 支出型 cases and how they change."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.deaths import Death
from service.demo.county.register import Register

# Shares of residents (secondary: end-2020 provincial counts; 支出型 illustrative) and the least
# number of households, so that even a tiny county shows every case.
_CATEGORIES = (
    ("特困", 0.0007, 4),
    ("低保", 0.0120, 24),
    ("低边", 0.0037, 6),
    ("支出型", 0.0006, 2),
)


@dataclass(slots=True)
class Case:
    """One assisted household: members are register indices, the head first."""

    number: str
    category: str
    members: list[int]
    approved: date
    stopped: date = date.max

    def in_force(self, day: date) -> bool:
        """Return whether assistance is paid for on a day."""
        return self.approved <= day < self.stopped


def _fits(register: Register, members: list[int], category: str) -> bool:
    """Return whether a household could plausibly be in a category."""
    people = register.people
    if not members or len(members) > 5 or not all(register.settled(m) for m in members):
        return False
    if any(people[member].number in register.truth.protected for member in members):
        return False
    if category == "特困":
        return len(members) == 1 and people[members[0]].age >= 60
    return True


def draw_cases(register: Register, deaths: list[Death]) -> list[Case]:
    """Return the cases; every category holds its share of people and its least households."""
    rng = register.clock.rng("assistance")
    order = list(range(len(register.homes)))
    rng.shuffle(order)
    dead_lately = {d.person for d in deaths if d.day >= register.clock.earlier_start}
    cases: list[Case] = []
    used: set[int] = set()
    for category, share, least in _CATEGORIES:
        people_left = round(register.residents * share)
        homes_left = least
        for home in order:
            if people_left <= 0 and homes_left <= 0:
                break
            members = [m for m in register.homes[home] if m < register.residents]
            if home in used or not _fits(register, members, category):
                continue
            used.add(home)
            members += [m for m in register.homes[home] if m in dead_lately]
            people_left -= len(members)
            homes_left -= 1
            cases.append(_case(len(cases), category, members, register, rng))
    _change(register, cases, rng)
    return cases


def _case(
    number: int, category: str, members: list[int], register: Register, rng: random.Random
) -> Case:
    """Return a case approved some time in the last ten years."""
    end = register.clock.earlier_start - timedelta(days=1)
    approved = some_day(rng, end - timedelta(days=3600), end)
    return Case(f"SA3305{number:07d}", category, members, approved)


def _change(register: Register, cases: list[Case], rng: random.Random) -> None:
    """Stop and approve some 低保 cases in each month; a few were stopped long before."""
    clock = register.clock
    dibao = [case for case in cases if case.category == "低保"]
    rng.shuffle(dibao)
    some = max(2, len(dibao) // 100)
    for case in dibao[:some]:
        case.stopped = clock.start + timedelta(days=rng.randint(3, 20))
        _note(
            register,
            case,
            "dibao_stopped",
            "case turned 停保 in the later month",
            "the month is due; stop from the next month",
        )
    for case in dibao[some : 2 * some]:
        case.approved = clock.start + timedelta(days=rng.randint(2, 15))
        _note(
            register,
            case,
            "dibao_new",
            "case approved in the later month",
            "no payment for the month; start the month after approval",
        )
    for case in dibao[2 * some : 3 * some]:
        case.approved = clock.earlier_start + timedelta(days=rng.randint(2, 20))
        _note(
            register,
            case,
            "dibao_first_month",
            "case approved in the earlier month",
            "the later month is the first one paid",
        )
    for case in dibao[3 * some : 3 * some + max(1, len(dibao) // 40)]:
        case.stopped = clock.earlier_start - timedelta(days=rng.randint(40, 400))
        case.approved = min(case.approved, case.stopped - timedelta(days=300))
        _note(register, case, "dibao_ended_long_ago", "停保 before both months", "not paid")


def _note(register: Register, case: Case, category: str, what: str, expected: str) -> None:
    """Record a planted case on its head and protect the household."""
    register.truth.add(category, register.people[case.members[0]].number, what, expected)
    for member in case.members:
        register.truth.protect(register.people[member].number)
