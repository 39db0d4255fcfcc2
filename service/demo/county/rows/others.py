"""Feeds of health, the disabled persons' federation, veterans, farming, water, labour, finance."""

from service.demo.county import cards
from service.demo.county.clock import Window
from service.demo.county.county import County
from service.demo.county.disability import CATEGORIES, GRADES
from service.demo.county.rows.cells import Row, thousandths, yes
from service.demo.county.work import EMPLOYERS


def medical_deaths(county: County, window: Window) -> list[Row]:
    """WJ_DEATH: news of death certificates."""
    people = county.register.people
    return [
        [
            people[d.person].number,
            people[d.person].name,
            d.day,
            f"SY{d.day:%Y%m}{d.person % 1_000_000:06d}",
            ("县人民医院", "清箬卫生院", "石鼓卫生院")[d.person % 3],
        ]
        for d in county.deaths
        if window.is_news(d.medical_known)
    ]


def families(county: County, window: Window) -> list[Row]:
    """WJ_FP: bereaved spouses, and children under three with their claimant."""
    people = county.register.people
    found: list[Row] = []
    for one in county.bereaved:
        person = people[one.person]
        disabled = not one.child_dead
        flags = [yes(one.child_dead), yes(disabled), yes(one.no_rebirth)]
        birth = people[one.wife].birth
        found.append([person.number, person.name, birth, *flags, None, 1, person.number])
    for infant in county.infants:
        child = people[infant.person]
        if child.since <= window.upto:
            claimant = people[infant.claimant].number
            legal = yes(infant.legal)
            found.append(
                [child.number, child.name, None, None, None, None, legal, infant.order, claimant]
            )
    return found


def certificates(county: County, window: Window) -> list[Row]:
    """CL_CERT: every certificate issued so far; its number carries category and grade."""
    people = county.register.people
    found: list[Row] = []
    for cert in county.certificates:
        if cert.issued > window.upto:
            continue
        person = people[cert.person]
        grade = cert.grades[window.snap]
        found.append(
            [
                person.number,
                person.name,
                f"{person.number}{cert.category}{cert.grades[0]}",
                CATEGORIES[cert.category - 1],
                GRADES[grade - 1],
                cert.issued,
                cert.expires,
                cert.statuses[window.snap],
            ]
        )
    return found


def services(county: County, window: Window) -> list[Row]:
    """CL_SERV: care services begun so far."""
    people = county.register.people
    return [
        [
            people[s.person].number,
            people[s.person].name,
            s.kind,
            s.provider,
            s.start,
            s.end if s.end and s.end <= window.upto else None,
        ]
        for s in county.services
        if s.start <= window.upto
    ]


def veterans(county: County, _window: Window) -> list[Row]:
    """TY_SERV: discharged soldiers."""
    people = county.register.people
    return [
        [people[v.person].number, people[v.person].name, v.enlisted, v.discharged, yes(v.rural)]
        for v in county.veterans
    ]


def conscripts(county: County, window: Window) -> list[Row]:
    """TY_CONS: conscripts with the person their family is paid through."""
    people = county.register.people
    return [
        [
            people[c.person].number,
            people[c.person].name,
            c.enlisted,
            yes(c.from_here),
            c.states[window.snap],
            c.months,
            yes(c.plateau),
            people[c.payee].number,
        ]
        for c in county.conscripts
        if c.enlisted <= window.upto
    ]


def preferred(county: County, _window: Window) -> list[Row]:
    """TY_PREF: recipients of preferential treatment."""
    people = county.register.people
    return [
        [people[p.person].number, people[p.person].name, p.kind, yes(p.periodic), p.recognised]
        for p in county.preferred
    ]


def contracts(county: County, _window: Window) -> list[Row]:
    """NY_LAND: contracts with their registered area."""
    people = county.register.people
    return [
        [c.number, people[c.person].number, people[c.person].name, thousandths(c.area), c.division]
        for c in county.contracts
    ]


def planting(county: County, window: Window) -> list[Row]:
    """NY_PLANT: the year's abandoned, converted and approved areas."""
    return [
        [
            c.number,
            window.upto.year,
            thousandths(c.abandoned),
            thousandths(c.converted),
            thousandths(c.eligible),
        ]
        for c in county.contracts
    ]


def migrants(county: County, _window: Window) -> list[Row]:
    """SL_MIG: the resettlement register."""
    people = county.register.people
    return [
        [
            people[m.person].number,
            people[m.person].name,
            m.reservoir,
            m.moved,
            m.term_end,
            "直补" if m.direct else "项目扶持",
            yes(m.registered),
        ]
        for m in county.migrants
    ]


def card_rows(county: County, window: Window) -> list[Row]:
    """RS_CARD: cards of people registered so far."""
    people = county.register.people
    codes = {(b, r): cards.bank_code(b, r) for b in range(4) for r in range(4)}
    banks = {(b, r): cards.bank_name(b, r) for b in range(4) for r in range(4)}
    found: list[Row] = []
    for index, card in sorted(county.cards.items()):
        person = people[index]
        if person.since > window.upto:
            continue
        place = (card.bank, card.branch)
        found.append(
            [
                person.number,
                person.name,
                card.number,
                codes[place],
                banks[place],
                card.statuses[window.snap],
                card.since,
            ]
        )
    return found


def verdicts(county: County, window: Window) -> list[Row]:
    """BK_RET: news of the banks' answers."""
    people = county.register.people
    return [
        [v.card, v.holder, people[v.person].number, v.verdict, v.verified]
        for v in county.verdicts
        if window.is_news(v.verified)
    ]


def benefits(county: County, window: Window) -> list[Row]:
    """RS_INS: insurance benefits begun so far."""
    people = county.register.people
    return [
        [people[b.person].number, people[b.person].name, b.kind, b.start, b.end]
        for b in county.benefits
        if b.start <= window.upto
    ]


def payroll(county: County, _window: Window) -> list[Row]:
    """CZ_PAY: people on the public payroll."""
    people = county.register.people
    return [
        [people[i].number, people[i].name, EMPLOYERS[i % len(EMPLOYERS)], "是"]
        for i in county.payroll
    ]
