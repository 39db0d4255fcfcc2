"""Birth certificates: known three days after a birth, weeks before the child has an ID number."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.demo.county.clock import years_before
from service.demo.county.family import Infant
from service.demo.county.register import Register

HOSPITALS = ("县人民医院", "县妇幼保健院", "望竹医院")


@dataclass(frozen=True, slots=True)
class Birth:
    """One certified birth; parents are register indices, `known` is when the hospital sent it."""

    person: int
    certificate: str
    mother: int
    father: int | None
    known: date
    sex: str


def draw_births(register: Register, infants: list[Infant]) -> list[Birth]:
    """Return the certificates of children born within a year before the later month's end.

    Planted: a child known by certificate in the earlier month and by its ID number in the later.
    """
    people, clock = register.people, register.clock
    since = years_before(clock.end, 1)
    found: list[Birth] = []
    for infant in infants:
        child = people[infant.person]
        if child.birth <= since:
            continue
        parents = sorted(
            (infant.claimant, infant.other_parent), key=lambda i: people[i].sex == "男"
        )
        mother, father = parents
        lone = mother == father
        known = child.birth + timedelta(days=3)
        certificate = f"S{330_000_000 + infant.person:09d}"
        found.append(
            Birth(infant.person, certificate, mother, None if lone else father, known, child.sex)
        )
        if known <= clock.earlier_end - timedelta(days=1) and clock.start <= child.since:
            register.truth.add(
                "newborn_by_certificate",
                child.number,
                f"birth certificate {certificate} in the earlier month, ID number in the later",
                "one child: what came under the certificate belongs to the ID number",
                feed="WJ_BIRTH",
            )
    found.sort(key=lambda birth: (birth.known, birth.person))
    _contradict(register, found)
    return found


def _contradict(register: Register, found: list[Birth]) -> None:
    """Let one certificate tell the other sex than the register."""
    for place, birth in enumerate(found):
        child = register.people[birth.person]
        if child.since < register.clock.earlier_start and register.truth.is_free(child.number):
            found[place] = replace(birth, sex="女" if child.sex == "男" else "男")
            register.truth.add(
                "contradicts_sex",
                child.number,
                f"the certificate says {found[place].sex}, the register {child.sex}",
                "the register decides; task for both departments",
                feed="WJ_BIRTH",
            )
            register.truth.set_apart(child.number)
            return
