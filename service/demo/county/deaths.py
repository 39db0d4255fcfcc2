"""Deaths of the last year and when each of three departments comes to know of them."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.people import Person, birth_at_age
from service.demo.county.register import Register

DEATHS_A_YEAR = 0.0085
_SINGLE_SOURCE = 0.03
_NEVER = date.max


@dataclass(slots=True)
class Death:
    """One death; the three `known` dates are when hospital, funeral home and police sent it."""

    person: int
    day: date
    cremated: date
    medical_known: date
    cremation_known: date
    deregistered: date
    single: str = ""

    def sources(self, upto: dict[str, date]) -> list[str]:
        """Return the feeds that carry this death by the given delivery dates."""
        known = {
            "WJ_DEATH": self.medical_known,
            "MZ_CREM": self.cremation_known,
            "GA_DEREG": self.deregistered,
        }
        return [feed for feed, day in known.items() if day <= upto[feed]]


def _death_days(register: Register, rng: random.Random) -> list[date]:
    """Return death days: a year's worth, at least five in each of the two months."""
    clock = register.clock
    count = max(20, round(register.residents * DEATHS_A_YEAR))
    days = [some_day(rng, clock.end - timedelta(days=364), clock.end) for _ in range(count - 10)]
    days += [some_day(rng, clock.start, clock.end - timedelta(days=9)) for _ in range(3)]
    days += [clock.start, clock.end - timedelta(days=5)]
    days += [some_day(rng, clock.earlier_start, clock.earlier_end) for _ in range(5)]
    return days


def _lag(rng: random.Random) -> int:
    """Return days until deregistration: median 12, P95 60, long tail to 300 (illustrative)."""
    if rng.random() < 0.02:
        return rng.randint(100, 300)
    return max(1, round(rng.lognormvariate(2.485, 0.978)))


def _report(person: int, day: date, rng: random.Random) -> Death:
    """Return a death with its reporting lags (illustrative model of domain research)."""
    medical = day + timedelta(days=rng.randint(1, 3) if rng.random() < 0.7 else rng.randint(4, 30))
    cremated = day + timedelta(days=rng.randint(1, 3))
    sent = cremated + timedelta(days=1 if rng.random() < 0.95 else rng.randint(2, 20))
    return Death(person, day, cremated, medical, sent, day + timedelta(days=_lag(rng)))


def _keep_one_source(death: Death, source: str, known_by: date) -> None:
    """Leave a single department that ever reports this death."""
    death.single = source
    if source != "WJ_DEATH":
        death.medical_known = _NEVER
    if source != "MZ_CREM":
        death.cremation_known = _NEVER
    if source != "GA_DEREG":
        death.deregistered = _NEVER
    else:
        death.deregistered = min(death.deregistered, max(known_by, death.day))


def draw_deaths(register: Register) -> list[Death]:
    """Add the year's dead to the register and return their deaths, planted ones last."""
    rng = register.clock.rng("deaths")
    early = register.clock.earlier_start - timedelta(days=40)
    days = [early] * 7 + _death_days(register, rng)[7:]
    deaths: list[Death] = []
    for turn, day in enumerate(days):
        planted = turn >= len(days) - 10 or turn < 7
        band = 0.0 if planted else rng.random()
        age = rng.randint(80, 95) if band < 0.55 else rng.randint(35 if band > 0.85 else 60, 79)
        sex = "男" if rng.random() < 0.5 else "女"
        person = Person(sex, birth_at_age(rng, day, age), age, dead_on=day)
        index = register.add_person(person, rng)
        deaths.append(_report(index, day, rng))
    _plant(register, deaths, early, rng)
    for death in deaths:
        person = register.people[death.person]
        person.dead_on = death.day
        if death.deregistered < _NEVER:
            person.leaves, person.left_as = death.deregistered, "注销"
    return deaths


def _plant(register: Register, deaths: list[Death], early: date, rng: random.Random) -> None:
    """Turn the first seven into single-source and late-known deaths, then 3 % of the others."""
    clock = register.clock
    for death, source in zip(
        deaths, ("WJ_DEATH", "MZ_CREM", "GA_DEREG", "WJ_DEATH", "MZ_CREM"), strict=False
    ):
        _keep_one_source(death, source, early + timedelta(days=12))
    for death in deaths[5:7]:
        death.day = clock.start - timedelta(days=rng.randint(110, 125))
        death.cremated = death.day + timedelta(days=2)
        death.medical_known = clock.start + timedelta(days=10)
        death.cremation_known = clock.start + timedelta(days=12)
        death.deregistered = clock.start + timedelta(days=14)
    for death in deaths[7:-10]:
        if rng.random() < _SINGLE_SOURCE:
            _keep_one_source(death, rng.choice(("WJ_DEATH", "MZ_CREM", "GA_DEREG")), early)
    for death in deaths[-10:-5]:  # died in the later month: two sources know before it ends
        death.medical_known = death.day + timedelta(days=2)
        death.cremation_known = death.cremated + timedelta(days=1)


def tell_truth(register: Register, deaths: list[Death], upto: dict[str, date]) -> None:
    """List every death by how many sources the later deliveries show."""
    clock = register.clock
    for death in deaths:
        number = register.people[death.person].number
        register.truth.protect(number)
        sources = death.sources(upto)
        what = f"died {death.day}; known to {', '.join(sources) or 'nobody yet'}"
        if not sources:
            category, expected = "dead_unknown", "paid unknowingly; later an overpayment"
        elif len(sources) == 1:
            category, expected = "dead_one_source", "hold the line; ask the township; do not pay"
        elif death.day >= clock.start:
            category = "dead_in_month"
            expected = "the month is due in full; hold, pay heirs; stop from the next month"
        else:
            category, expected = "dead_confirmed", "stopped after the month of death"
        register.truth.add(category, number, what, expected)
        if clock.start - death.day > timedelta(days=100) and death in deaths[5:7]:
            register.truth.add(
                "death_learned_late",
                number,
                f"died {death.day}, every source reports only in the later month",
                "stop; overpayment case for the months after the month of death",
            )
