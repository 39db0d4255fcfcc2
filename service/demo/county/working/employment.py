"""Who is employed where and earns what a month, for tax, provident fund and insurance feeds."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.demo.county.property.companies import company_name, credit_code
from service.demo.county.register import Register
from service.demo.county.work import EMPLOYERS

_SHARE = 0.15
_WORKPLACES = 240


@dataclass(frozen=True, slots=True)
class Job:
    """One person's employment; `wage` is whole fen a month, `fund` whether housing fund is paid."""

    person: int
    workplace: int
    wage: int
    fund: bool


def workplace_name(number: int) -> str:
    """Return an employer's name; the first few are on the public payroll."""
    if number < len(EMPLOYERS):
        return EMPLOYERS[number]
    return company_name(7 * number, shop=False)


def workplace_code(number: int) -> str:
    """Return an employer's unified social credit code."""
    return credit_code(800_000 + number)


def draw_jobs(register: Register, payroll: Iterable[int], resting: set[int]) -> list[Job]:
    """Return the jobs of 15 % of residents, public ones included; nobody of `resting` works.

    `resting` are households with assistance or a check, whose incomes are told there.
    """
    rng = register.clock.rng("jobs")
    people = register.people
    public = set(payroll)
    pool = register.living(18, 60)
    wanted = max(0, round(register.residents * _SHARE) - len(public))
    chance = min(1.0, wanted / max(1, len(pool) - len(public)) * 1.12)
    found: list[Job] = []
    for index in pool:
        luck = rng.random()
        if index in public:
            found.append(Job(index, index % len(EMPLOYERS), 620_000 + int(luck * 500_000), True))
        elif luck < chance and people[index].household not in resting:
            workplace = len(EMPLOYERS) + index % (_WORKPLACES - len(EMPLOYERS))
            wage = 310_000 + int((luck / chance) ** 2 * 1_400_000)
            found.append(Job(index, workplace, wage, luck < chance * 0.72))
    return found
