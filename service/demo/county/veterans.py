"""Veterans, conscripts in service and people with preferential treatment."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.register import Register

_PREFERENCES = ("烈士遗属", "病故军人遗属", "残疾军人", "参战退役军人", "带病回乡退役军人")


@dataclass(frozen=True, slots=True)
class Veteran:
    """A discharged soldier of TY_SERV."""

    person: int
    enlisted: date
    discharged: date
    rural: bool


@dataclass(slots=True)
class Conscript:
    """A conscript; `months` and `states` are (earlier month, later month) views of this year."""

    person: int
    enlisted: date
    payee: int
    months: int
    plateau: bool
    from_here: bool = True
    states: tuple[str, str] = ("现役", "现役")
    deregistered: date | None = None


@dataclass(frozen=True, slots=True)
class Preferred:
    """A recipient of preferential treatment of TY_PREF."""

    person: int
    kind: str
    periodic: bool
    recognised: date


def draw_veterans(register: Register) -> list[Veteran]:
    """Return rural veterans over 60 (0.5 % of residents)."""
    rng = register.clock.rng("veterans")
    pool = register.living(60, 90, sex="男")
    found: list[Veteran] = []
    for index in rng.sample(pool, min(len(pool), max(8, round(register.residents * 0.005)))):
        person = register.people[index]
        enlisted = date(person.birth.year + 19, 12, 10)
        discharged = date(person.birth.year + 22 + rng.randrange(3), 3, 5)
        found.append(Veteran(index, enlisted, discharged, person.rural or rng.random() < 0.3))
    return found


def draw_conscripts(register: Register) -> list[Conscript]:
    """Return conscripts (0.08 %, at least eight) enlisted in the last four intakes."""
    rng = register.clock.rng("conscripts")
    end = register.clock.end
    intakes = [
        day
        for year in (end.year - 2, end.year - 1, end.year)
        for day in (date(year, 3, 18), date(year, 9, 18))
        if end - timedelta(days=730) < day < register.clock.earlier_start
    ]
    pool = [
        index
        for index in register.living(20, 25, sex="男")
        if register.people[index].relation == "子"
        and register.people[index].number not in register.truth.protected
    ]
    wanted = min(len(pool), max(8, round(register.residents * 0.0008)))
    found: list[Conscript] = []
    for index in rng.sample(pool, wanted):
        enlisted = rng.choice(intakes)
        months = 12 if enlisted.year < end.year else 13 - enlisted.month
        payee = register.head_of(index)
        conscript = Conscript(index, enlisted, payee, months, rng.random() < 0.12)
        if rng.random() < 0.5:
            conscript.deregistered = enlisted + timedelta(days=rng.randint(5, 20))
        found.append(conscript)
        register.truth.protect(register.people[index].number)
    _plant(register, found)
    return found


def _plant(register: Register, found: list[Conscript]) -> None:
    """Plant the odd conscripts and write deregistrations into the register."""
    clock, truth, people = register.clock, register.truth, register.people
    found[0].from_here = False
    truth.add(
        "conscript_not_from_here", people[found[0].person].number, "本县批准 is 否", "no TY10"
    )
    found[1].enlisted = min(conscript.enlisted for conscript in found)
    found[1].deregistered = None
    found[1].states, found[1].months = ("现役", "退役"), clock.end.month
    truth.add(
        "conscript_discharged",
        people[found[1].person].number,
        "discharged in the later month",
        "prorate by the months served this year",
    )
    found[2].plateau = True
    found[3].deregistered = found[3].enlisted + timedelta(days=9)
    for conscript in found:
        if conscript.deregistered:
            person = people[conscript.person]
            person.leaves, person.left_as = conscript.deregistered, "注销"
            truth.add(
                "deregistered_enlisted",
                person.number,
                f"hukou closed on {conscript.deregistered} because of enlistment",
                "alive: not a death report; TY10 is due",
                feed="GA_DEREG",
            )


def draw_preferred(register: Register) -> list[Preferred]:
    """Return recipients of preferential treatment (0.35 %)."""
    rng = register.clock.rng("preferred")
    pool = register.living(50, 95)
    last = register.clock.earlier_start
    return [
        Preferred(
            index,
            rng.choice(_PREFERENCES),
            rng.random() < 0.85,
            some_day(rng, last - timedelta(days=6000), last - timedelta(days=30)),
        )
        for index in rng.sample(pool, min(len(pool), max(12, round(register.residents * 0.0035))))
    ]
