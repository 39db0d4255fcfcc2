"""Feeds of civil affairs and the townships."""

from datetime import timedelta

from service.demo.county.clock import Window
from service.demo.county.county import County
from service.demo.county.rows.cells import Row, hundredths, yes


def cremations(county: County, window: Window) -> list[Row]:
    """MZ_CREM: news of cremations, false ones included."""
    people = county.register.people
    found: list[Row] = []
    for death in county.deaths:
        if window.is_news(death.cremation_known):
            person = people[death.person]
            home = ("县殡仪馆", "望竹殡仪服务站")[death.person % 2]
            found.append([person.number, person.name, death.day, death.cremated, home])
    for index, typed_name, day in county.false_deaths:
        cremated = day + timedelta(days=2)
        if window.is_news(cremated + timedelta(days=1)):
            found.append([people[index].number, typed_name, day, cremated, "县殡仪馆"])
    return found


def assistance(county: County, window: Window) -> list[Row]:
    """MZ_SA: one row per member; deaths known for a month have left the household."""
    people = county.register.people
    gone = window.upto - timedelta(days=30)
    found: list[Row] = []
    for case in county.cases:
        if case.approved > window.upto:
            continue
        members = [m for m in case.members if people[m].dead_on > gone]
        found += [
            [
                case.number,
                people[case.members[0]].number,
                people[member].number,
                people[member].name,
                case.category,
                len(members),
                case.approved,
                "停保" if case.stopped <= window.upto else "在保",
            ]
            for member in members
        ]
    return found


def checks(county: County, window: Window) -> list[Row]:
    """MZ_CHECK: the household's figures repeated for every member."""
    people = county.register.people
    found: list[Row] = []
    for check in county.checks:
        snap = window.snap if check.reported[1] <= window.upto else 0
        found += [
            [
                people[member].number,
                people[member].name,
                hundredths(check.incomes[snap]),
                hundredths(check.cash),
                check.cars,
                check.houses,
                hundredths(check.area),
                yes(check.non_residential),
                hundredths(check.equity),
                hundredths(check.personal[member]),
                yes(check.authorised),
                yes(check.refused),
                check.reported[snap],
            ]
            for member in check.members
        ]
    return found


def abilities(county: County, window: Window) -> list[Row]:
    """MZ_ELD: every assessment made so far."""
    people = county.register.people
    return [
        [
            people[a.person].number,
            people[a.person].name,
            a.level,
            a.self_care,
            a.assessed,
            a.valid_to,
        ]
        for a in county.abilities
        if a.assessed <= window.upto
    ]


def wards(county: County, window: Window) -> list[Row]:
    """MZ_CHILD: every recognised child with the guardian."""
    people = county.register.people
    return [
        [
            people[w.person].number,
            people[w.person].name,
            w.kind,
            people[w.guardian].number,
            w.recognised,
        ]
        for w in county.wards
        if w.recognised <= window.upto
    ]


def applications(county: County, window: Window) -> list[Row]:
    """XZ_COLL: news of applications and of approvals (the row is then sent again)."""
    people = county.register.people
    found: list[Row] = []
    for one in county.applications:
        approved = one.approved if one.approved and one.approved <= window.upto else None
        if window.is_news(one.applied) or (approved and window.is_news(approved)):
            claimant = None if one.claimant is None else people[one.claimant].number
            person = people[one.person]
            found.append(
                [person.number, person.name, one.programme, one.applied, approved, claimant]
            )
    return found
