"""Feeds of the police: register, deregistrations, moves, vehicles; and prison terms."""

from datetime import timedelta

from service.demo.county.clock import Window
from service.demo.county.county import County
from service.demo.county.moves import ABROAD
from service.demo.county.rows.cells import Row


def hukou(county: County, window: Window) -> list[Row]:
    """GA_HUKOU: the whole register, with people who left under their last status."""
    moved = {
        m.person: m.target for m in county.moves if m.reason == "县内迁移" and m.on <= window.upto
    }
    upto = window.upto
    found: list[Row] = []
    for index, person in enumerate(county.register.people):
        if person.since > upto:
            continue
        village = person.village
        found.append(
            [
                person.number,
                person.name,
                person.sex,
                person.ethnic,
                person.birth,
                str(105_230_000 + person.household),
                person.relation,
                moved.get(index, village.code),
                "农业" if village.rural else "非农业",
                person.left_as if person.leaves <= upto else "正常",
                person.since,
                county.birth_certificates.get(index),
            ]
        )
    return found


def deregistrations(county: County, window: Window) -> list[Row]:
    """GA_DEREG: news of deaths, enlistments and a few people who settled abroad."""
    people = county.register.people
    found: list[Row] = []
    for death in county.deaths:
        if window.is_news(death.deregistered):
            person = people[death.person]
            found.append([person.number, person.name, death.deregistered, "死亡"])
    for conscript in county.conscripts:
        if conscript.deregistered and window.is_news(conscript.deregistered):
            person = people[conscript.person]
            found.append([person.number, person.name, conscript.deregistered, "入伍"])
    for move in county.moves:
        if move.reason == ABROAD and window.is_news(move.on):
            person = people[move.person]
            found.append([person.number, person.name, move.on, ABROAD])
    return found


def moves(county: County, window: Window) -> list[Row]:
    """GA_MIG: news of moves out, in and within."""
    people = county.register.people
    return [
        [people[m.person].number, people[m.person].name, m.on, m.origin, m.target, m.reason]
        for m in county.moves
        if m.reason != ABROAD and window.is_news(m.on)
    ]


def vehicles(county: County, _window: Window) -> list[Row]:
    """GA_VEH: every vehicle of a resident."""
    people = county.register.people
    return [
        [
            people[v.person].number,
            people[v.person].name,
            v.plate,
            v.kind,
            v.registered,
            "报废" if v.scrapped else "正常",
        ]
        for v in county.vehicles
    ]


def prison_terms(county: County, window: Window) -> list[Row]:
    """SF_PRISON: terms known three days after they begin or end."""
    people = county.register.people
    known = window.upto - timedelta(days=3)
    return [
        [
            people[t.person].number,
            people[t.person].name,
            t.start,
            t.end if t.end and t.end <= known else None,
            t.form,
        ]
        for t in county.terms
        if t.start <= known
    ]
