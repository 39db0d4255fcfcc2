"""Feeds of dwellings, companies, meters, buildings at risk, moves from landslides, disasters."""

from datetime import date, timedelta

from service.demo.county.clock import Window
from service.demo.county.property.hazards import DISASTERS, SITES
from service.demo.county.rows.cells import Row, hundredths, thousandths, yes, yuan
from service.demo.county.society import Society


def estates(society: Society, _window: Window) -> list[Row]:
    """ZR_REAL: registered units, and contracted land that was built on."""
    people = society.county.register.people
    found: list[Row] = [
        [
            f"330523{serial:09d}F0001",
            people[e.person].number,
            people[e.person].name,
            e.use,
            yuan(e.area),
            "100.00",
            None,
            None,
            people[e.person].village.code,
            e.since,
            "现势",
        ]
        for serial, e in enumerate(society.estates)
    ]
    since = society.county.clock.earlier_start - timedelta(days=700)
    for serial, contract in enumerate(c for c in society.county.contracts if c.converted):
        person = people[contract.person]
        found.append(
            [f"330523{serial:09d}W0001", person.number, person.name, "农用地占用", None, "100.00",
             contract.number, thousandths(contract.converted), contract.division, since, "现势"]
        )  # fmt: skip
    return found


def meters(society: Society, _window: Window) -> list[Row]:
    """GD_ELE: one meter a household, under the holder's old number where that was corrected."""
    people = society.county.register.people
    bound = date(society.county.clock.start.year - 4, 6, 1)
    return [
        [
            f"33052{2_000_000_000 + meter.household}",
            people[meter.holder].number,
            people[meter.holder].name,
            people[meter.holder].village.code,
            bound if meter.household % 3 else None,
            "在用",
        ]
        for meter in society.meters
    ]


def holdings(society: Society, _window: Window) -> list[Row]:
    """SC_CO: companies and sole traders with who holds them."""
    people = society.county.register.people
    return [
        [
            h.code,
            h.company,
            "个体工商户" if h.role == "经营者" else "公司",
            people[h.person].number,
            people[h.person].name,
            h.role,
            hundredths(h.equity),
            h.since,
            h.state,
        ]
        for h in society.holdings
    ]


def relocations(society: Society, _window: Window) -> list[Row]:
    """ZR_GEO: households moved from danger sites."""
    people = society.county.register.people
    return [
        [
            f"330523DZ{SITES.index(r.site):04d}",
            people[r.person].number,
            people[r.person].name,
            people[r.person].village.code,
            r.moved - timedelta(days=500),
            r.moved,
            r.moved + timedelta(days=45) if r.accepted else None,
        ]
        for r in society.relocations
    ]


def inspections(society: Society, window: Window) -> list[Row]:
    """JS_HOU: news of inspections, sent again when the repair has passed."""
    people = society.county.register.people
    found: list[Row] = []
    for serial, one in enumerate(society.inspections):
        passed = one.accepted if one.accepted and one.accepted <= window.upto else None
        if window.is_news(one.on + timedelta(days=5)) or (passed and window.is_news(passed)):
            person = people[one.person]
            kind = "危房改造" if one.grade in "CD" else "房屋鉴定"
            found.append(
                [f"NF{serial:07d}", person.number, person.name, person.village.code, kind,
                 one.grade, one.on, passed]
            )  # fmt: skip
    return found


def damages(society: Society, window: Window) -> list[Row]:
    """YJ_DIS: news of damage, checked ten days after the disaster."""
    people = society.county.register.people
    found: list[Row] = []
    for one in society.damages:
        checked = one.on + timedelta(days=10)
        if window.is_news(checked):
            person = people[one.person]
            event = f"ZQ{one.on:%Y%m%d}{DISASTERS.index(one.disaster):02d}"
            found.append(
                [event, person.number, person.name, person.village.code, one.disaster, one.on,
                 one.collapsed, one.damaged, yes(one.collapsed > 0), checked]
            )  # fmt: skip
    return found
