"""Veterans' affairs: classes, grades and yearly confirmation of everybody with treatment."""

from datetime import timedelta

from service.demo.county.clock import Window
from service.demo.county.later.drawing import CATEGORY, DUE, REFUSED, Drawing, Word
from service.demo.county.rows.cells import hundredths, yes
from service.demo.county.veterans import Preferred

_CLASSES = {
    "烈士遗属": "烈属",
    "病故军人遗属": "病故遗属",
    "残疾军人": "残疾军人",
    "参战退役军人": "参战",
    "带病回乡退役军人": "带病回乡",
}
_PROGRAMMES = {
    "残疾军人": "TY01",
    "参战": "TY06",
    "带病回乡": "TY05",
    "烈属": "TY03",
    "病故遗属": "TY03",
}
_NATURES = ("因战", "因公", "因病")


def _this_year(window: Window) -> int:
    """Return the year a delivery is made in: the yearly confirmation is in hand."""
    return window.upto.year


def _last_year(window: Window) -> int:
    """Return the year before: somebody has not come to be confirmed."""
    return window.upto.year - 1


def _plain(kind: str) -> dict[str, Word]:
    """Return the cells everybody with treatment has: of this county, confirmed, nothing special."""
    return {
        "优抚类别": kind,
        "服役患精神障碍": "否",
        "关系在本县": "是",
        "确认年度": _this_year,
        "参战": yes(kind == "参战"),
        "参试": yes(kind == "参试"),
        "烈士子女": yes(kind == "烈士老年子女"),
        "18岁前享抚恤": "否",
    }


def draw_recipients(draw: Drawing) -> None:
    """Describe the recipients drawn before, and draw the classes that were missing."""
    for turn, one in enumerate(draw.county.preferred):
        _describe(draw, turn, one)
    _soldiers_of_villages(draw)
    share = draw.share(0.0002)
    kinds = (
        ("在乡复员军人", "TY04", draw.living(91, 108)),
        ("参试", "TY07", draw.living(58, 85, pension=False, sex="男")),
        ("带病回乡", "TY05", draw.living(45, 75, pension=False, sex="男")),
        ("烈士老年子女", "TY08", draw.living(68, 82, pension=False)),
    )
    known = {one.person for one in draw.county.preferred}
    known |= {one.person for one in draw.county.veterans}
    for kind, programme, pool in kinds:
        free = [i for i in pool if i not in known and i not in draw.working]
        for person in draw.pick(free, share):
            _enter(draw, person, kind, yes(kind != "烈士老年子女"), {})
            draw.ask(person, programme)
            draw.tell(person, programme, DUE)
    taken = known | draw.working
    pool = [i for i in draw.living(55, 80) if i not in taken and i not in draw.checked]
    for person in draw.pick(pool, share):
        _enter(draw, person, "因公牺牲", "是", {"遗属类别": "因公牺牲", "遗属关系": "配偶"})
        add_check(draw, person, 90_000 + person % 60_000)
        draw.ask(person, "TY03")
        draw.tell(person, "TY03", DUE, "widowed by one who died on duty")
    pool = [i for i in draw.living(30, 70, sex="男") if i not in taken]
    for turn, person in enumerate(draw.pick(pool, draw.share(0.0003, 4))):
        nature, grade = _NATURES[turn % 3], (2, 4, 6, 8, 3, 5)[turn % 6]
        cells: dict[str, Word] = {"残疾性质": nature, "残疾等级": grade, "供养方式": "分散"}
        _enter(draw, person, "残疾军人", "是", cells)
        for programme in ("TY01", "TY02") if grade <= 4 else ("TY01",):
            draw.ask(person, programme)
            draw.tell(person, programme, DUE, f"{nature} grade {grade}")
    _funerals(draw)


def _describe(draw: Drawing, turn: int, one: Preferred) -> None:
    """Say what is known beside of one recipient; every ninth has not come to be confirmed."""
    kind = _CLASSES[one.kind]
    cells = _plain(kind)
    programme = _PROGRAMMES[kind]
    due = not (
        (kind == "带病回乡" and one.person in draw.employee_pension)
        or (kind == "参战" and one.person in draw.insured_at_work)
    )
    if turn % 9 == 8:
        cells["确认年度"] = _last_year
        due = False
    if kind == "残疾军人":
        nature = _NATURES[one.person % 3]
        grade = 1 + one.person % (6 if nature == "因病" else 10)
        cells |= {"残疾性质": nature, "残疾等级": grade, "供养方式": "分散"}
        if nature == "因病" and grade in {5, 6}:
            cells["服役患精神障碍"] = yes(one.person % 2 == 0)
    elif programme == "TY03":
        due = due and not _describe_survivor(draw, kind, one.person, cells)
    draw.note("TY_PREF", (one.person,), cells)
    if draw.register.truth.is_free(draw.people[one.person].number):
        draw.awaiting.append((one.person, programme, kind, due))


def tell_recipients(draw: Drawing) -> None:
    """Record who of the recipients is due, once it is known who of them applied."""
    approved = {
        (one.person, one.programme)
        for one in draw.county.applications
        if one.approved is not None and one.approved < draw.clock.end
    }
    for person, programme, kind, due in draw.awaiting:
        asked = (person, programme) in approved
        draw.tell(person, programme, DUE if due and asked else REFUSED, kind)


def _describe_survivor(draw: Drawing, kind: str, person: int, cells: dict[str, Word]) -> bool:
    """Say whose survivor somebody is; returns whether the programme refuses him or her.

    Who works or was checked for another reason is a grown child, refused unless disabled; a check
    says what the others have.
    """
    cells["遗属类别"] = "烈属" if kind == "烈属" else "病故"
    grown = person in draw.working or person in draw.checked
    cells["遗属关系"] = "子女" if grown else ("配偶", "父母")[person % 2]
    if not grown:
        add_check(draw, person, 60_000 + person * 7_919 % 120_000)
    return grown and person not in {cert.person for cert in draw.county.certificates}


def add_check(draw: Drawing, person: int, income: int, houses: int = 1) -> None:
    """Check the means of somebody nobody had checked; `income` is fen a month."""
    draw.say(
        "MZ_CHECK",
        person,
        {
            "人均月收入": hundredths(income),
            "本人月收入": hundredths(income),
            "住房套数": houses,
            "授权有效": "是",
            "拒绝核查": "否",
            "报告日期": draw.day(75, 3),
            "月刚性支出": hundredths(0),
            "财产超标": "否",
            "无固定收入": yes(income == 0),
        },
    )


def _enter(draw: Drawing, person: int, kind: str, periodic: str, cells: dict[str, Word]) -> None:
    """Enter one more recipient."""
    recognised = draw.day(5_000, 60)
    cells = {**_plain(kind), "享受定期抚恤": periodic, "认定日期": recognised, **cells}
    draw.say("TY_PREF", person, cells, known=recognised)


def _soldiers_of_villages(draw: Drawing) -> None:
    """Enter the discharged soldiers of villages, whose support goes by years of service."""
    known = {one.person for one in draw.county.preferred}
    for one in draw.county.veterans:
        years = (one.discharged - one.enlisted).days // 365
        draw.note("TY_SERV", (one.person,), {"义务兵年限": years, "安置方式": "复员"})
        if one.person not in known:
            _enter(draw, one.person, "农村籍退役士兵", "否", {})


def _funerals(draw: Drawing) -> None:
    """Enter recipients who died: the heirs ask for the funeral grant."""
    last = draw.clock.earlier_start - timedelta(days=40)
    dead = [
        death
        for death in draw.county.deaths
        if not death.single and last - timedelta(days=200) < death.day < last
        and death.medical_known < last and death.cremation_known < last
        and draw.heir(death.person) is not None
    ]  # fmt: skip
    for turn, death in enumerate(draw.rng.sample(dead, min(len(dead), 3))):
        kind = ("残疾军人", "参战", "烈属")[turn]
        _enter(
            draw, death.person, kind, "是",
            {"去世日期": death.day, "去世前月待遇": hundredths(130_000 + 10_000 * turn)},
        )  # fmt: skip
        heir = draw.heir(death.person)
        draw.ask(death.person, "TY12", lately=True, claimant=heir)
        if heir is not None:
            draw.later.payees.add(heir)
        number = draw.people[death.person].number
        draw.register.truth.add(CATEGORY, number, f"TY12: {kind} died {death.day}", DUE)
