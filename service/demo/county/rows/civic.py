"""Feeds of corrections, courts, custody, births, marriages and the party."""

from datetime import date, timedelta

from service.demo.county.civic.births import HOSPITALS
from service.demo.county.civic.court import DEATH
from service.demo.county.clock import Window
from service.demo.county.rows.cells import Row, yes
from service.demo.county.society import Society


def corrections(society: Society, window: Window) -> list[Row]:
    """GA_IDHIST: news of changed numbers."""
    people = society.county.register.people
    return [
        [one.former, one.current, people[one.person].name, one.changed, one.reason]
        for one in society.corrections.changes
        if window.is_news(one.changed)
    ]


def strangers(society: Society, window: Window) -> list[Row]:
    """GA_HUKOU: entries of another county, sent by mistake in the later month."""
    if window.snap == 0:
        return []
    since = window.upto - timedelta(days=9)
    return [
        [s.number, s.name, s.sex, "汉", s.birth, f"{99_000_000 + turn}", "户主", s.division,
         "农业", "正常", since, None]
        for turn, s in enumerate(society.strangers)
    ]  # fmt: skip


def rulings(society: Society, window: Window) -> list[Row]:
    """FY_COURT: news of rulings ten days after they take effect, sent again when revoked."""
    people = society.county.register.people
    found: list[Row] = []
    for one in society.rulings:
        revoked = one.revoked if one.revoked and one.revoked <= window.upto else None
        if not window.is_news(one.effective + timedelta(days=10)) and not (
            revoked and window.is_news(revoked)
        ):
            continue
        person = people[one.person]
        died = one.effective if one.kind == DEATH else None
        found.append(
            [one.case, person.number, person.name, one.kind, one.decided, one.effective, died,
             revoked]
        )  # fmt: skip
    return found


def _told(window: Window, begun: date, ended: date | None) -> tuple[bool, date | None]:
    """Return whether a delivery carries something begun and maybe ended, and the end it knows."""
    known = ended if ended and ended <= window.upto else None
    return window.is_news(begun) or bool(known and window.is_news(known)), known


def detentions(society: Society, window: Window) -> list[Row]:
    """GA_DETAIN: news of measures and of their ends, with what came of them."""
    people = society.county.register.people
    found: list[Row] = []
    for one in society.detentions:
        news, end = _told(window, one.start, one.end)
        if news:
            outcome = (one.outcome or "已判决") if end else None
            place = "市强制隔离戒毒所" if "戒毒" in one.measure else "县看守所"
            person = people[one.person]
            found.append([person.number, person.name, one.measure, one.start, end, outcome, place])
    return found


def exits(society: Society, window: Window) -> list[Row]:
    """GA_EXIT: news of journeys and of returns."""
    people = society.county.register.people
    found: list[Row] = []
    for one in society.exits:
        news, back = _told(window, one.left, one.back)
        if news:
            days = ((back or window.upto) - one.left).days
            person = people[one.person]
            found.append(
                [person.number, person.name, one.left, back, days, one.country, window.upto]
            )
    return found


def braves(society: Society, window: Window) -> list[Row]:
    """GA_BRAVE: news of recognitions."""
    people = society.county.register.people
    return [
        [
            people[b.person].number,
            people[b.person].name,
            b.acted,
            b.recognised,
            b.grade,
            "受伤" if b.person % 3 == 0 else "无",
            "安心县" if b.here else "外县",
        ]
        for b in society.braves
        if window.is_news(b.recognised)
    ]


def births(society: Society, window: Window) -> list[Row]:
    """WJ_BIRTH: news of certificates, most before the child has an ID number."""
    people = society.county.register.people
    orders = {infant.person: infant.order for infant in society.county.infants}
    return [
        [
            b.certificate,
            people[b.person].name,
            b.sex,
            people[b.person].birth,
            f"{b.person % 24:02d}:{b.person % 60:02d}",
            orders[b.person],
            people[b.mother].number if people[b.mother].sex == "女" else None,
            None if b.father is None else people[b.father].number,
            HOSPITALS[b.person % len(HOSPITALS)],
            b.known,
        ]
        for b in society.births
        if window.is_news(b.known)
    ]


def marriages(society: Society, window: Window) -> list[Row]:
    """MZ_MAR: news of marriages and divorces, a row for each of the two."""
    people = society.county.register.people
    found: list[Row] = []
    for serial, event in enumerate(society.events):
        if not window.is_news(event.on):
            continue
        mark = "J" if event.kind == "结婚" else "L"
        certificate = f"{mark}330523-{event.on.year}-{serial:06d}"
        for one, other in ((event.husband, event.wife), (event.wife, event.husband)):
            found.append(
                [people[one].number, people[one].name, people[other].number, people[other].name,
                 event.kind, event.on, certificate]
            )  # fmt: skip
    return found


def members(society: Society, _window: Window) -> list[Row]:
    """ZZ_PTY: the party members, village leaders with their years."""
    people = society.county.register.people
    found: list[Row] = []
    for one in society.members:
        person = people[one.person]
        left = date(society.county.clock.start.year - 3, 3, 31) if one.left_office else None
        post = "村党支部书记" if one.led else None
        found.append(
            [person.number, person.name, one.joined, yes(person.rural),
             yes(not person.rural and person.age >= 60), post, one.led or None, left,
             yes(one.dismissed)]
        )  # fmt: skip
    return found
