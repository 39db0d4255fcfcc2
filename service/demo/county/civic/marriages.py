"""Marriages and divorces registered within the last year."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.register import Register


@dataclass(frozen=True, slots=True)
class Event:
    """One marriage or divorce; `husband` and `wife` are register indices."""

    kind: str
    husband: int
    wife: int
    on: date


def draw_events(register: Register) -> list[Event]:
    """Return about 0.35 marriages and 0.2 divorces a year and hundred residents, by day."""
    rng = register.clock.rng("marriages")
    people, clock = register.people, register.clock
    couples = [
        (home[0], home[1])
        for home in register.homes
        if len(home) > 1 and people[home[1]].relation == "配偶" and people[home[1]].age < 45
    ]
    last = clock.end - timedelta(days=3)
    found: list[Event] = []

    def day(turn: int) -> date:
        return some_day(rng, clock.start if turn < 2 else last - timedelta(days=360), last)

    wanted = min(len(couples), max(6, round(register.residents * 0.0035)))
    for turn, (husband, wife) in enumerate(rng.sample(couples, wanted)):
        found.append(Event("结婚", husband, wife, day(turn)))
    single: dict[str, list[int]] = {"男": [], "女": []}
    for index in register.living(28, 56):
        home = register.homes[people[index].household]
        if people[index].relation == "户主" and (
            len(home) < 2 or people[home[1]].relation != "配偶"
        ):
            single[people[index].sex].append(index)
    wanted = min(*map(len, single.values()), max(4, round(register.residents * 0.002)))
    men, women = (rng.sample(single[sex], wanted) for sex in ("男", "女"))
    for turn, (man, woman) in enumerate(zip(men, women, strict=True)):
        found.append(Event("离婚", man, woman, day(turn)))
    return sorted(found, key=lambda event: (event.on, event.husband))
