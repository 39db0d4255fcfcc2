"""Houses: unsafe ones rebuilt for the poor, tenants with rent support, needs in winter."""

from collections import Counter
from datetime import date, timedelta

from service.demo.county.later.drawing import DUE, Drawing
from service.demo.county.later.veterans import add_check
from service.demo.county.property.housing import DWELLING, FARMHOUSE
from service.demo.county.rows.cells import hundredths


def draw_houses(draw: Drawing) -> None:
    """Draw what the housing and emergency offices know beside inspections and damage."""
    homes = Counter(e.person for e in draw.society.estates if e.use in {DWELLING, FARMHOUSE})
    _rebuilt(draw, homes)
    _tenants(draw, homes)
    for serial, one in enumerate(draw.society.inspections):
        if one.grade in {"C", "D"}:
            _inspected(draw, one.person, f"YJ{serial:07d}", one.grade, one.on)
    for damage in draw.society.damages:
        draw.note(
            "YJ_DIS",
            (damage.person, damage.on),
            {"冬春需救助": "是" if damage.collapsed or damage.damaged > 2 else "否"},
        )


def _rebuilt(draw: Drawing, homes: Counter[int]) -> None:
    """Rebuild the only house of families on a roll, and of disabled people, by way of grade C or D."""
    moved = {one.person for one in draw.society.relocations}
    struck = {one.person for one in draw.society.damages}
    known = {one.person for one in draw.society.inspections}
    heads = [
        case.members[0]
        for case in draw.county.cases
        if case.category in {"低保", "低边", "特困"} and case.in_force(draw.clock.earlier_start)
    ]
    heads += [c.person for c in draw.county.certificates if c.statuses == ("正常", "正常")]
    pool = [
        i
        for i in dict.fromkeys(heads)
        if homes[i] == 1 and draw.people[i].rural and i < draw.register.residents
        and i not in moved | struck | known
        and draw.register.truth.is_free(draw.people[i].number)
    ]  # fmt: skip
    for turn, person in enumerate(draw.rng.sample(pool, min(len(pool), draw.share(0.0005, 4)))):
        seen = draw.day(300, 200)
        done = draw.day(60, 20)
        _inspected(draw, person, f"JD{turn:07d}", "CD"[turn % 2], seen)
        draw.say(
            "JS_HOU",
            person,
            {
                "房屋区划": draw.people[person].village.code,
                "既往享受改造": "否",
                "业务编号": f"GZ{turn:07d}",
                "业务类别": "危房改造",
                "鉴定等级": "CD"[turn % 2],
                "业务日期": seen + timedelta(days=30),
                "竣工验收日期": done,
            },
            known=done,
        )
        draw.ask(person, "JS01", lately=True)
        draw.tell(person, "JS01", DUE, "the only house rebuilt")


def _inspected(draw: Drawing, person: int, case: str, grade: str, on: date) -> None:
    """Enter the inspection that comes before a repair."""
    draw.say(
        "JS_HOU",
        person,
        {
            "业务编号": case,
            "房屋区划": draw.people[person].village.code,
            "业务类别": "房屋鉴定",
            "鉴定等级": grade,
            "业务日期": on,
            "既往享受改造": "否",
        },
        known=on + timedelta(days=5),
    )


def _tenants(draw: Drawing, homes: Counter[int]) -> None:
    """Support the rent of families that own nothing."""
    pool = [
        home[0]
        for home in draw.register.homes
        if not any(homes[member] for member in home)
        and 25 <= draw.people[home[0]].age < 70
        and not set(home) & (draw.checked | draw.working)
        and draw.register.settled(home[0])
    ]
    for turn, person in enumerate(draw.pick(pool, draw.share(0.0004, 4))):
        since = draw.day(500, 60)
        draw.say(
            "JS_HOU",
            person,
            {
                "业务编号": f"ZL{turn:07d}",
                "房屋区划": draw.people[person].village.code,
                "业务类别": "租赁补贴",
                "业务日期": since,
                "租赁补贴核准": "是",
                "保障面积": hundredths(1_800 * min(3, len(draw.home(person)))),
            },
            known=since,
        )
        add_check(draw, person, 150_000 + person % 90_000, houses=0)
        draw.ask(person, "JS02")
        draw.later.payees.add(person)
