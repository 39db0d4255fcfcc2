"""Applications taken by townships for MZ08, MZ09, MZ17, WJ02 and WJ06."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day
from service.demo.county.disability import Certificate
from service.demo.county.elders import Ability
from service.demo.county.family import Bereaved, Infant
from service.demo.county.register import Register


@dataclass(frozen=True, slots=True)
class Application:
    """One application; `approved` is None while pending; `claimant` is a register index."""

    person: int
    programme: str
    applied: date
    approved: date | None
    claimant: int | None = None


class Applications:
    """Draws applications one by one with plausible dates."""

    def __init__(self, register: Register, rng: random.Random) -> None:
        """Start an empty pile."""
        self._register = register
        self._rng = rng
        self.pile: list[Application] = []

    def take(
        self, person: int, programme: str, earliest: date, claimant: int | None = None
    ) -> None:
        """Add an application made after `earliest`; 2 % fall in the later month, 0.5 % wait."""
        rng, clock = self._rng, self._register.clock
        luck = rng.random()
        if luck < 0.02 or earliest >= clock.earlier_start:
            applied = max(earliest, clock.start) + timedelta(days=rng.randint(0, 5))
            approved: date | None = applied + timedelta(days=rng.randint(6, 9))
        else:
            last = clock.earlier_end - timedelta(days=4)
            applied = some_day(rng, max(earliest, last - timedelta(days=2500)), last)
            approved = applied + timedelta(days=rng.randint(8, 40))
        if luck > 0.995:
            approved = None
        self.pile.append(Application(person, programme, applied, approved, claimant))


def choose_elder_applicants(register: Register, abilities: list[Ability]) -> list[int]:
    """Return who asks for MZ17: half of those over 80, two thirds of the disabled over 60."""
    rng = register.clock.rng("elder applicants")
    needing = {ability.person for ability in abilities if ability.needs_care}
    found: list[int] = []
    for index in register.living(60, 127):
        over_80 = register.people[index].age >= 80 and rng.random() < 0.5
        if over_80 or (index in needing and rng.random() < 0.66):
            found.append(index)
    return found


def draw_applications(
    register: Register,
    certs: list[Certificate],
    elders: Iterable[int],
    bereaved: list[Bereaved],
    infants: list[Infant],
) -> list[Application]:
    """Return all applications in the order they were made."""
    rng = register.clock.rng("applications")
    box = Applications(register, rng)
    asking = set(elders)
    planted = register.truth.protected
    for cert in certs:
        sure = register.people[cert.person].number in planted
        if sure or rng.random() < 0.62:
            box.take(cert.person, "MZ08", cert.issued)
        if cert.severe and cert.person not in asking and (sure or rng.random() < 0.8):
            box.take(cert.person, "MZ09", cert.issued)
    for index in elders:
        box.take(index, "MZ17", date(2022, 1, 1))
    for one in bereaved:
        if register.people[one.person].number in planted or rng.random() < 0.96:
            box.take(one.person, "WJ02", date(2020, 1, 1))
    for infant in infants:
        child = register.people[infant.person]
        if child.number in planted or rng.random() < 0.94:
            box.take(infant.person, "WJ06", child.since, infant.claimant)
    _plant(register, box.pile, infants, rng)
    return sorted(box.pile, key=lambda one: (one.applied, one.person, one.programme))


def _plant(
    register: Register, pile: list[Application], infants: list[Infant], rng: random.Random
) -> None:
    """Let both parents claim for one child, leave one application open, list the new ones."""
    clock, truth, people = register.clock, register.truth, register.people
    both = {i.person: i for i in infants if i.claimant != i.other_parent}
    claims = [
        one
        for one in pile
        if one.person in both
        and one.applied < clock.earlier_start
        and people[one.person].number not in truth.protected
    ]
    for one in rng.sample(claims, min(2, len(claims))):
        applied = clock.start + timedelta(days=rng.randint(2, 8))
        other = both[one.person].other_parent
        pile.append(Application(one.person, one.programme, applied, None, other))
        truth.add(
            "both_parents_applied",
            people[one.person].number,
            "father and mother each applied for the same child",
            "one payment a year; the second claim is blocked",
        )
        truth.protect(people[one.person].number)
    for one in pile:
        number = people[one.person].number
        if one.approved is None and number not in truth.protected:
            truth.add(
                "application_pending", number, f"{one.programme} not approved yet", "not paid"
            )
        elif one.applied >= clock.start:
            truth.add(
                "application_new",
                number,
                f"{one.programme} applied {one.applied}, approved {one.approved}",
                "start as each programme says",
                on=clock.folder(1),
            )
    _one_pending(register, pile)


def _one_pending(register: Register, pile: list[Application]) -> None:
    """Make sure that at least one application waits for approval."""
    truth, people = register.truth, register.people
    if "application_pending" in truth.entries:
        return
    for position, one in enumerate(pile):
        number = people[one.person].number
        if one.programme == "MZ17" and number not in truth.protected:
            pile[position] = Application(one.person, one.programme, one.applied, None)
            truth.add("application_pending", number, "MZ17 not approved yet", "not paid")
            truth.protect(number)
            return
