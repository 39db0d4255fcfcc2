"""Everything the registers know about the county's people beside who is assisted and paid."""

from dataclasses import dataclass

from service.demo.county.civic.births import Birth, draw_births
from service.demo.county.civic.corrections import Corrections, draw_corrections
from service.demo.county.civic.court import Ruling, draw_rulings
from service.demo.county.civic.custody import (
    Brave,
    Detention,
    Exit,
    draw_braves,
    draw_detentions,
    draw_exits,
    draw_probations,
)
from service.demo.county.civic.marriages import Event, draw_events
from service.demo.county.civic.party import Member, draw_members
from service.demo.county.civic.strangers import Stranger, draw_strangers
from service.demo.county.county import County, likely_payees
from service.demo.county.free_people import FreePeople
from service.demo.county.prices import PriceMonth, draw_prices
from service.demo.county.property.companies import Holding, add_holding, draw_holdings
from service.demo.county.property.contradictions import (
    CAR,
    EQUITY,
    HOUSE,
    draw_contradictions,
)
from service.demo.county.property.hazards import (
    Damage,
    Inspection,
    Relocation,
    draw_damages,
    draw_inspections,
    draw_relocations,
)
from service.demo.county.property.housing import (
    Estate,
    Meter,
    add_estate,
    draw_estates,
    draw_meters,
)
from service.demo.county.work import add_car
from service.demo.county.working.employment import Job, draw_jobs
from service.demo.county.working.farming import (
    Loss,
    Machine,
    Woodland,
    draw_losses,
    draw_machines,
    draw_woodlands,
)
from service.demo.county.working.schooling import Pupil, Student, draw_pupils, draw_students
from service.demo.county.working.support import Patient, Seeker, draw_patients, draw_seekers


@dataclass(frozen=True, slots=True)
class Society:
    """All these records; persons are indices of the county's register."""

    county: County
    corrections: Corrections
    rulings: list[Ruling]
    detentions: list[Detention]
    exits: list[Exit]
    braves: list[Brave]
    births: list[Birth]
    events: list[Event]
    members: list[Member]
    holdings: list[Holding]
    estates: list[Estate]
    meters: list[Meter]
    relocations: list[Relocation]
    inspections: list[Inspection]
    damages: list[Damage]
    jobs: list[Job]
    pupils: list[Pupil]
    students: list[Student]
    seekers: list[Seeker]
    patients: list[Patient]
    machines: list[Machine]
    losses: list[Loss]
    woodlands: list[Woodland]
    prices: list[PriceMonth]
    strangers: list[Stranger]


def draw_society(county: County) -> Society:
    """Return the records; nothing of the county changes but numbers, vehicles and sentences.

    Whatever is planted falls on people no programme pays, one elder's corrected birthday aside.
    """
    register, people = county.register, county.register.people
    told = {people[check.members[0]].household for check in county.checks}
    assisted = {people[member].household for case in county.cases for member in case.members}
    known = told | assisted
    free = FreePeople(register, _busy(county), known)
    contrary = draw_contradictions(county.cases, county.checks, free)
    corrections = draw_corrections(register, free, _plain_elders(county, known))
    holdings = draw_holdings(register, county.checks, known)
    estates = draw_estates(register, county.checks, assisted - told, told)
    for head in contrary[CAR]:
        add_car(register, county.vehicles, head)
    for head in contrary[HOUSE]:
        add_estate(register, estates, head)
    for head in contrary[EQUITY]:
        add_holding(register, holdings, head)
    # Whose income decides about an allowance has it from the check alone, or from nowhere.
    asking = {people[cert.person].household for cert in county.certificates}
    asking.update(people[one.person].household for one in county.applications)
    jobs = draw_jobs(register, county.payroll, known | asking)
    births = draw_births(register, county.infants)
    county.birth_certificates = {birth.person: birth.certificate for birth in births}
    county.terms += draw_probations(register, free)
    return Society(
        county=county,
        corrections=corrections,
        rulings=draw_rulings(register, free),
        detentions=draw_detentions(register, free),
        exits=draw_exits(register),
        braves=draw_braves(register),
        births=births,
        events=draw_events(register),
        members=draw_members(register),
        holdings=holdings,
        estates=estates,
        meters=draw_meters(register, [death.person for death in county.deaths]),
        relocations=draw_relocations(register),
        inspections=draw_inspections(register),
        damages=draw_damages(register),
        jobs=jobs,
        pupils=draw_pupils(register, free, corrections.doubles),
        students=draw_students(register),
        seekers=draw_seekers(
            register, county.benefits, county.certificates, {job.person for job in jobs}
        ),
        patients=draw_patients(register, county.certificates),
        machines=draw_machines(register),
        losses=draw_losses(register),
        woodlands=draw_woodlands(register),
        prices=draw_prices(county.clock),
        strangers=draw_strangers(register),
    )


def _busy(county: County) -> set[int]:
    """Return everybody who is paid or whom another register's facts are about."""
    busy = likely_payees(county)
    busy.update(county.payroll)
    busy.update(term.person for term in county.terms)
    busy.update(benefit.person for benefit in county.benefits)
    busy.update(veteran.person for veteran in county.veterans)
    busy.update(conscript.person for conscript in county.conscripts)
    busy.update(ward.person for ward in county.wards)
    busy.update(one.claimant for one in county.applications if one.claimant is not None)
    return busy


def _plain_elders(county: County, known: set[int]) -> list[int]:
    """Return elders of 83 to 88, paid the elders' allowance on a verified account, nothing else."""
    register, people = county.register, county.register.people
    others = {cert.person for cert in county.certificates}
    others.update(ability.person for ability in county.abilities)
    others.update(one.person for one in county.applications)
    others.update(contract.person for contract in county.contracts)
    others.update(migrant.person for migrant in county.migrants)
    others.update(one.person for one in county.preferred)
    others.update(veteran.person for veteran in county.veterans)
    others.update(one.person for one in county.bereaved)
    others.update(one.claimant for one in county.applications if one.claimant is not None)
    since = county.clock.earlier_start
    verified = {v.person for v in county.verdicts if v.verdict == "一致" and v.verified < since}
    return [
        index
        for index in register.living(83, 89)
        if index in verified
        and index not in others
        and people[index].household not in known
        and register.truth.is_free(people[index].number)
    ]
