"""Could the present staff take a chain's steps? Nobody twice, so it is a matching of people to places."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.chains.chain import Chain, Chains, ChainStep
from service.approvals.models import ApprovalStep
from service.officers.models import Officer
from service.residents.models import Division


@dataclass(frozen=True)
class Place:
    """One person that a chain needs; ``division`` is a township's leading digits, or ""."""

    step: str
    duty: str
    organisation: str
    division: str

    def fits(self, officer: Officer) -> bool:
        """Return whether an officer could stand here.

        Who is responsible for one part of the county takes that part's step only.
        """
        if not officer.has(self.duty) or self.organisation not in officer.organisation:
            return False
        if not self.division:
            return not officer.division
        return bool(officer.division) and officer.division.startswith(self.division)


@dataclass(frozen=True)
class Shortage:
    """A chain that cannot be completed: the first place nobody is left for."""

    chain: str
    place: Place
    holders: int
    """How many officers could stand there if they were not needed elsewhere."""

    @property
    def sentence(self) -> str:
        where = f" of {self.place.organisation}" if self.place.organisation else ""
        where += f" in {self.place.division}" if self.place.division else ""
        found = (
            f"only {self.holders} hold it, and all of them are needed for other people of the chain"
            if self.holders
            else "no active officer holds it"
        )
        return (
            f"the chain {self.chain} cannot be completed: its step {self.place.step} asks for "
            f"a {self.place.duty}{where}, and {found}."
        )


def shortages(session: Session, chains: Chains) -> list[Shortage]:
    """Return every chain in use that the active officers could not complete, with where it stops."""
    officers = list(
        session.scalars(select(Officer).where(Officer.active).order_by(Officer.username))
    )
    townships = [
        code[:9]
        for code in session.scalars(
            select(Division.code)
            .where(Division.level == "township", Division.valid_to.is_(None))
            .order_by(Division.code)
        )
    ]
    used = {one.chain for one in chains.use}
    found = (
        _shortage(chain, officers, townships)
        for chain in chains.chains.values()
        if chain.code in used
    )
    return [one for one in found if one is not None]


def _shortage(
    chain: Chain, officers: Sequence[Officer], townships: Sequence[str]
) -> Shortage | None:
    places = [Place("submit", "maker", "", "")]
    for step in chain.steps:
        places += _places(step, townships)
    taken: dict[int, UUID] = {}
    for number, place in enumerate(places):
        if not _seat(number, places, officers, taken, set()):
            holders = sum(place.fits(officer) for officer in officers)
            return Shortage(chain.code, place, holders)
    return None


def _places(step: ChainStep, townships: Sequence[str]) -> list[Place]:
    divisions = townships if step.each_township else [""]
    return [
        Place(step.code, step.duty, step.organisation, division)
        for division in divisions
        for _ in range(step.people)
    ]


def _seat(
    number: int,
    places: Sequence[Place],
    officers: Sequence[Officer],
    taken: dict[int, UUID],
    tried: set[UUID],
) -> bool:
    """Find somebody for a place, moving others on if need be: an augmenting path."""
    for officer in officers:
        if officer.id in tried or not places[number].fits(officer):
            continue
        tried.add(officer.id)
        holder = next((place for place, who in taken.items() if who == officer.id), None)
        if holder is None or _seat(holder, places, officers, taken, tried):
            taken[number] = officer.id
            return True
    return False


def place_of(step: ApprovalStep) -> Place:
    """Return whom a laid step asks for."""
    return Place(step.code, step.duty, step.organisation, step.division)
