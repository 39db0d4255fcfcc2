"""Labour and pensions: contributions of the self-employed, staff of the 1960s, survivors of staff."""

from datetime import date

from service.demo.county.later.drawing import DUE, Drawing
from service.demo.county.later.veterans import add_check
from service.demo.county.rows.cells import hundredths
from service.demo.county.work import EMPLOYERS

_MONTH = 98_000
"""What a self-employed person pays a month in fen (illustrative)."""


def draw_labour(draw: Drawing) -> None:
    """Draw what the labour offices know beside benefits and posts."""
    _seekers(draw)
    _self_employed(draw)
    _cut_staff(draw)
    _survivors(draw)


def _retires(draw: Drawing, person: int) -> date:
    one = draw.people[person]
    years = 60 if one.sex == "男" else 55
    return date(one.birth.year + years, one.birth.month, 1)


def _pays(draw: Drawing, person: int, months: int) -> int:
    """Enter contributions of this year; returns fen paid."""
    paid = _MONTH * months
    draw.say(
        "RS_INS",
        person,
        {
            "待遇类型": "灵活就业缴费",
            "起始日期": date(draw.clock.start.year, 1, 1),
            "累计缴费月数": months,
            "实缴金额": hundredths(paid),
        },
    )
    return paid


def _seekers(draw: Drawing) -> None:
    """Tell of hard cases when they retire and what they used; those without a post pay themselves."""
    for turn, seeker in enumerate(draw.society.seekers):
        used = turn * 5 % 41
        draw.note(
            "RS_JOB",
            (seeker.person,),
            {"社保补贴已享月数": used, "法定退休日期": _retires(draw, seeker.person)},
        )
        if not seeker.hard or seeker.post_from is not None or turn % 3 == 2:
            continue
        draw.note("RS_JOB", (seeker.person,), {"就业状态": "灵活就业"})
        paid = _pays(draw, seeker.person, 7 + turn % 3)
        draw.ask(seeker.person, "RS06", lately=True, settled=min(paid * 2 // 3, 2 * _MONTH))
        draw.later.payees.add(seeker.person)


def _self_employed(draw: Drawing) -> None:
    """Register disabled people who work for themselves and pay their own insurance."""
    known = {seeker.person for seeker in draw.society.seekers}
    pool = [
        cert.person
        for cert in draw.county.certificates
        if 20 <= draw.people[cert.person].age < 58
        and cert.statuses == ("正常", "正常")
        and cert.person not in known | draw.working
    ]
    for turn, person in enumerate(draw.pick(pool, draw.share(0.0005, 4))):
        registered = draw.day(900, 100)
        draw.say(
            "RS_JOB",
            person,
            {
                "就业状态": ("灵活就业", "个体经营")[turn % 2],
                "登记日期": registered,
                "法定退休日期": _retires(draw, person),
            },
            known=registered,
        )
        _pays(draw, person, 9)
        draw.ask(person, "CL07", lately=True)
        draw.tell(person, "CL07", DUE)


def _cut_staff(draw: Drawing) -> None:
    """Enter staff sent home in the early 1960s: they began to work before 1958."""
    for turn, person in enumerate(
        draw.pick(draw.living(86, 100, pension=False), draw.share(0.0002))
    ):
        draw.say(
            "RS_INS",
            person,
            {
                "待遇类型": "精减退职",
                "起始日期": date(1983, 7, 1),
                "参加工作日期": date(1957, 3 + turn % 6, 1),
                "原标准工资": hundredths(3_400 + 300 * (turn % 5)),
            },
        )
        draw.ask(person, "MZ18")
        draw.tell(person, "MZ18", DUE)


def _survivors(draw: Drawing) -> None:
    """Enter survivors of public staff who have no income of their own."""
    pensioners = {benefit.person for benefit in draw.county.benefits}
    taken = pensioners | draw.checked | draw.working
    pool = [i for i in draw.living(60, 88) if i not in taken]
    for person in draw.pick(pool, draw.share(0.0003)):
        draw.say(
            "CZ_PAY",
            person,
            {"单位": EMPLOYERS[person % len(EMPLOYERS)], "在编": "否", "人员类别": "遗属"},
        )
        add_check(draw, person, 0)
        draw.ask(person, "RS10")
        draw.tell(person, "RS10", DUE)
