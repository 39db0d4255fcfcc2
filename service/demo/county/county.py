"""The whole synthetic county: every record every department holds about it."""

from dataclasses import dataclass, field
from datetime import date

from service.demo.county.account_plants import AccountPlants, plant_false_deaths
from service.demo.county.applications import (
    Application,
    choose_elder_applicants,
    draw_applications,
)
from service.demo.county.assistance import Case, draw_cases
from service.demo.county.birthdays import tell_birthdays
from service.demo.county.cards import (
    Card,
    Verdict,
    draw_cards,
    draw_verdicts,
    share_with_guardians,
)
from service.demo.county.checks import Check, draw_checks
from service.demo.county.children import Ward, draw_wards
from service.demo.county.clock import Clock
from service.demo.county.deaths import Death, draw_deaths
from service.demo.county.disability import (
    CareService,
    Certificate,
    draw_certificates,
    draw_services,
)
from service.demo.county.elders import Ability, draw_abilities
from service.demo.county.family import (
    Bereaved,
    Infant,
    draw_bereaved,
    draw_infants,
    make_newborns,
    wife_birthday,
)
from service.demo.county.land import Contract, draw_contracts
from service.demo.county.migrants import Migrant, draw_migrants
from service.demo.county.moves import Move, draw_moves
from service.demo.county.register import Register, build_register
from service.demo.county.veterans import (
    Conscript,
    Preferred,
    Veteran,
    draw_conscripts,
    draw_preferred,
    draw_veterans,
)
from service.demo.county.work import (
    Benefit,
    Term,
    Vehicle,
    draw_benefits,
    draw_payroll,
    draw_terms,
    draw_vehicles,
)


@dataclass
class County:
    """All records; persons are indices of `register.people`."""

    register: Register
    deaths: list[Death] = field(default_factory=list)
    false_deaths: list[tuple[int, str, date]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    abilities: list[Ability] = field(default_factory=list)
    wards: list[Ward] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    services: list[CareService] = field(default_factory=list)
    veterans: list[Veteran] = field(default_factory=list)
    conscripts: list[Conscript] = field(default_factory=list)
    preferred: list[Preferred] = field(default_factory=list)
    bereaved: list[Bereaved] = field(default_factory=list)
    infants: list[Infant] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    migrants: list[Migrant] = field(default_factory=list)
    cards: dict[int, Card] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    benefits: list[Benefit] = field(default_factory=list)
    payroll: list[int] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    vehicles: list[Vehicle] = field(default_factory=list)
    birth_certificates: dict[int, str] = field(default_factory=dict)

    @property
    def clock(self) -> Clock:
        """Return the months the county is told in."""
        return self.register.clock


def draw_county(clock: Clock, residents: int) -> County:
    """Return the county; records are drawn in an order in which plants never overlap."""
    register = build_register(clock, residents)
    make_newborns(register, clock.rng("newborns"))
    tell_birthdays(register)
    county = County(register)
    _draw_comings_and_goings(county)
    _draw_families_and_welfare(county)
    _draw_land_and_work(county)
    _draw_accounts(county)
    return county


def _draw_comings_and_goings(county: County) -> None:
    """Draw deaths, moves and false death reports."""
    register = county.register
    county.deaths = draw_deaths(register)
    county.moves = draw_moves(register)
    for index in (*(d.person for d in county.deaths), *register.arrivals):
        register.truth.protect(register.people[index].number)
    county.false_deaths = plant_false_deaths(
        register, register.living(80, 98), county.clock.rng("false deaths")
    )


def _draw_families_and_welfare(county: County) -> None:
    """Draw children, soldiers, assistance, certificates, assessments, checks, applications."""
    register = county.register
    county.wards = draw_wards(register)
    county.conscripts = draw_conscripts(register)
    county.veterans = draw_veterans(register)
    county.cases = draw_cases(register, county.deaths)
    county.bereaved = draw_bereaved(register)
    wife_birthday(register, county.bereaved)
    county.certificates = draw_certificates(register)
    county.services = draw_services(register, county.certificates)
    county.abilities = draw_abilities(register, county.certificates)
    elders = choose_elder_applicants(register, county.abilities)
    disabled = [cert.person for cert in county.certificates]
    county.checks = draw_checks(register, county.cases, disabled, elders)
    county.infants = draw_infants(register)
    county.applications = draw_applications(
        register, county.certificates, elders, county.bereaved, county.infants
    )


def _draw_land_and_work(county: County) -> None:
    """Draw resettlement, land, payroll, benefits, prison terms and vehicles."""
    register = county.register
    county.preferred = draw_preferred(register)
    county.migrants = draw_migrants(register)
    county.payroll = draw_payroll(register, county.migrants)
    county.contracts = draw_contracts(register, county.deaths)
    county.benefits = draw_benefits(register, county.certificates)
    county.terms = draw_terms(register, [cert.person for cert in county.certificates[20:]])
    assisted = {member for case in county.cases for member in case.members}
    county.vehicles = draw_vehicles(register, county.certificates, county.checks, assisted)


def likely_payees(county: County) -> set[int]:
    """Return everybody some programme could pay: their cards are active and verified."""
    found = {i for i, person in enumerate(county.register.people) if person.age >= 80}
    found.update(member for case in county.cases for member in case.members)
    found.update(cert.person for cert in county.certificates)
    found.update(one.person for one in county.bereaved)
    found.update(contract.person for contract in county.contracts)
    found.update(migrant.person for migrant in county.migrants)
    found.update(one.person for one in county.preferred)
    found.update(ability.person for ability in county.abilities)
    found.update(one.person for one in county.benefits if one.kind == "失业保险金")
    found.update(parent for i in county.infants for parent in (i.claimant, i.other_parent))
    found.update(conscript.payee for conscript in county.conscripts)
    found.update(ward.guardian for ward in county.wards)
    return found


def _draw_accounts(county: County) -> None:
    """Draw cards and the banks' answers, and plant what is wrong with some."""
    register = county.register
    likely = likely_payees(county)
    county.cards = draw_cards(register, likely)
    share_with_guardians(register, county.cards, county.wards)
    plants = AccountPlants(register, county.cards)
    plants.plant_before_verdicts()
    county.verdicts = draw_verdicts(register, county.cards, likely | plants.owners, plants.unasked)
    plants.plant_on_verdicts(county.verdicts)
    plants.tell_names(likely)
