"""Applications for the programmes that other registers' people can ask for, society by society.

Drawn last and from a generator of its own, so that everything drawn before stays as it is.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from service.demo.county.applications import Application, Applications
from service.demo.county.society import Society

Claims = Iterator[tuple[int, str, date]]
"""Who asks (an index of the register), for which programme, and not before which day."""

_LONG_AGO = date(2021, 1, 1)
_ANEW = frozenset({"CL04", "YB02", "YJ01"})
"""Asked for again every month, quarter or year: most applications are of the later month."""
_SHARE = 0.9
"""How many of those who could ask do."""
_SHARE_ANEW = 0.7


def draw_claims(society: Society) -> list[Application]:
    """Return the applications in the order they were made; nobody asks twice for one programme."""
    register = society.county.register
    rng = register.clock.rng("claims")
    box = Applications(register, rng)
    asked = {(one.person, one.programme) for one in society.county.applications}
    for source in _SOURCES:
        for person, programme, earliest in source(society):
            if (person, programme) in asked or rng.random() > _SHARE:
                continue
            asked.add((person, programme))
            anew = programme in _ANEW and rng.random() < _SHARE_ANEW
            first = register.clock.start if anew else _LONG_AGO
            box.take(person, programme, max(earliest, first))
    return sorted(box.pile, key=lambda one: (one.applied, one.person, one.programme))


def _assisted(society: Society) -> Claims:
    """Households on a roll: single members, destitute people, hardship by expenses, children."""
    people = society.county.register.people
    for case in society.county.cases:
        for member in case.members:
            if case.category == "低边":
                yield member, "MZ02", case.approved
            if case.category == "特困":
                yield member, "MZ03", case.approved
                yield member, "MZ04", case.approved
            if case.category in {"低保", "低边"} and people[member].age < 18:
                yield member, "MZ12", case.approved
        if case.category == "支出型":
            yield case.members[0], "MZ06", case.approved
        yield case.members[0], "YB02", case.approved


def _wards(society: Society) -> Claims:
    codes = {"孤儿": "MZ10", "事实无人抚养": "MZ11", "艾滋病病毒感染": "MZ13"}
    for ward in society.county.wards:
        yield ward.person, codes[ward.kind], ward.recognised


def _disabled(society: Society) -> Claims:
    for service in society.county.services:
        if service.kind in {"机构托养", "居家安养"}:
            yield service.person, "CL06", service.start


def _veterans(society: Society) -> Claims:
    codes = {
        "残疾军人": ("TY01", "TY02"),
        "烈士遗属": ("TY03",),
        "病故军人遗属": ("TY03",),
        "参战退役军人": ("TY06",),
        "带病回乡退役军人": ("TY05",),
    }
    for one in society.county.preferred:
        for code in codes.get(one.kind, ()):
            yield one.person, code, one.recognised
    for veteran in society.county.veterans:
        yield veteran.person, "TY09", veteran.discharged


def _families(society: Society) -> Claims:
    for one in society.county.bereaved:
        if one.child_dead:
            yield one.person, "WJ04", _LONG_AGO
        yield one.person, "WJ01", _LONG_AGO
    for patient in society.patients:
        if patient.managed:
            yield patient.person, "WJ09", patient.since


def _schools(society: Society) -> Claims:
    codes = {"学前": "JY01", "小学": "JY02", "初中": "JY02", "普高": "JY04", "中职": "JY05"}
    poor = {member for case in society.county.cases for member in case.members}
    disabled = {cert.person for cert in society.county.certificates}
    wards = {ward.person for ward in society.county.wards}
    for pupil in society.pupils:
        if pupil.person in poor | disabled | wards and pupil.stage in codes:
            yield pupil.person, codes[pupil.stage], pupil.since
            if pupil.stage in {"普高", "中职"}:
                yield pupil.person, "CL04", pupil.since
    for student in society.students:
        entered = date(student.entered, 9, 1)
        if student.person in poor | disabled | wards:
            yield student.person, "JY06", entered
            yield student.person, "CL04", entered


def _workers(society: Society) -> Claims:
    for seeker in society.seekers:
        if seeker.post_from is not None:
            yield seeker.person, "RS05", seeker.post_from


def _farmers(society: Society) -> Claims:
    for machine in society.machines:
        if machine.verified:
            yield machine.person, "NY05", machine.bought
    for woodland in society.woodlands:
        yield woodland.person, "LY01", _LONG_AGO


def _houses(society: Society) -> Claims:
    for inspection in society.inspections:
        if inspection.accepted is not None:
            yield inspection.person, "JS01", inspection.accepted
    for damage in society.damages:
        if damage.collapsed or damage.damaged:
            yield damage.person, "YJ01", damage.on + timedelta(days=10)
            yield damage.person, "YJ03", damage.on + timedelta(days=10)


def _party(society: Society) -> Claims:
    for member in society.members:
        if member.left_office:
            yield member.person, "ZZ02", _LONG_AGO
        if member.joined <= date(1949, 9, 30):
            yield member.person, "ZZ01", _LONG_AGO


_SOURCES: tuple[Callable[[Society], Claims], ...] = (
    _assisted,
    _wards,
    _disabled,
    _veterans,
    _families,
    _schools,
    _workers,
    _farmers,
    _houses,
    _party,
)
