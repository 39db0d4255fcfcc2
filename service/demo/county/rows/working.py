"""Feeds of insurance, tax, housing fund, schools, employment, health, farms, woods and prices."""

from datetime import date, timedelta

from service.demo.county.clock import Window, years_before
from service.demo.county.rows.cells import Row, hundredths, thousandths, yes, yuan
from service.demo.county.society import Society
from service.demo.county.working.employment import workplace_name
from service.demo.county.working.farming import MACHINES
from service.demo.county.working.schooling import school_code, school_division, school_name
from service.demo.county.working.support import POSTS

_RESIDENTS_PREMIUM = "560.00"


def insured(society: Society, index: int) -> bool:
    """Return whether the insurance knows a resident: all but some three in two hundred."""
    return index * 7_919 % 1_000 >= 15 and index not in society.corrections.doubles


def insurance(society: Society, window: Window) -> list[Row]:
    """YB_INS: nearly everybody's medical insurance; what they paid themselves changes slowly."""
    county = society.county
    wages = {job.person: job.wage for job in society.jobs}
    year = window.upto.year
    opened, settled = date(year, 1, 1), county.clock.earlier_start.replace(day=20)
    found: list[Row] = []
    for index in range(county.register.residents):
        person = county.register.people[index]
        draw = index * 7_919 % 1_000
        if not insured(society, index) or person.since > window.upto:
            continue
        wage = wages.get(index)
        row: Row = [
            person.number,
            person.name,
            year,
            "居民",
            _RESIDENTS_PREMIUM,
            None,
            None,
            None,
            opened,
        ]
        if wage is not None:
            row[3], row[4] = "职工", yuan(wage // 50 * 12)
        if draw > 700:
            paid = index * 104_729 % 900_000 * (8 if draw > 985 else 1)
            if draw > 980 and window.snap:
                paid, row[8] = paid + 88_000, window.upto.replace(day=5)
            else:
                row[8] = settled
            row[5], row[6], row[7] = yuan(paid), yuan(paid * 7 // 10), yes(draw > 990)
        found.append(row)
    return found


def taxes(society: Society, window: Window) -> list[Row]:
    """SW_TAX: last month's wages as declared by employers."""
    people = society.county.register.people
    month = f"{window.upto.replace(day=1) - timedelta(days=1):%Y-%m}"
    return [
        [
            people[job.person].number,
            people[job.person].name,
            month,
            "工资薪金",
            yuan(job.wage),
            workplace_name(job.workplace),
        ]
        for job in society.jobs
    ]


def housing_fund(society: Society, window: Window) -> list[Row]:
    """GJJ: accounts of the housing fund, twelve per cent of the base."""
    people = society.county.register.people
    month = f"{window.upto.replace(day=1) - timedelta(days=1):%Y-%m}"
    return [
        [
            people[job.person].number,
            people[job.person].name,
            workplace_name(job.workplace),
            yuan(job.wage * 12 // 100),
            yuan(job.wage),
            month,
            date(2008 + job.person % 15, 1 + job.person % 12, 1),
            "正常",
        ]
        for job in society.jobs
        if job.fund
    ]


def pupils(society: Society, _window: Window) -> list[Row]:
    """JY_STU: everybody at school; a second enrolment is at a school outside the county."""
    people = society.county.register.people
    return [
        [
            people[p.person].number,
            people[p.person].name,
            school_code(p),
            school_name(p),
            f"G{people[p.person].number}",
            p.stage,
            p.grade,
            "在读",
            p.since,
            "是",
            yes(p.boarding),
            school_division(p),
        ]
        for p in society.pupils
    ]


def students(society: Society, _window: Window) -> list[Row]:
    """JY_HE: students of colleges, the year's new ones as 录取 or 在读."""
    people = society.county.register.people
    autumn = max((s.entered for s in society.students), default=0)
    return [
        [
            people[s.person].number,
            people[s.person].name,
            s.college,
            s.level,
            s.entered,
            date(s.entered, 9, 1),
            date(s.entered + (4 if s.level == "本科" else 3), 6, 30),
            "是",
            "录取" if s.entered == autumn and s.person % 20 == 0 else "在读",
        ]
        for s in society.students
    ]


def seekers(society: Society, window: Window) -> list[Row]:
    """RS_JOB: people out of work, hard cases and public posts."""
    people = society.county.register.people
    found: list[Row] = []
    for one in society.seekers:
        person = people[one.person]
        hard: Row = [None, None, None]
        if one.hard:
            hard = [one.hard, one.registered, years_before(one.registered, -3)]
        post: Row = [None, None, None, None]
        if one.post_from and one.post_from <= window.upto:
            months = (window.upto - one.post_from).days // 30
            post = [POSTS[one.person % len(POSTS)], one.post_from, one.post_to, months]
        found.append([person.number, person.name, one.status, one.registered, *hard, *post])
    return found


def patients(society: Society, _window: Window) -> list[Row]:
    """WJ_PSY: people under psychiatric care with their guardians."""
    people = society.county.register.people
    assessed = society.county.clock.earlier_start - timedelta(days=9)
    return [
        [
            people[p.person].number,
            people[p.person].name,
            yes(p.managed),
            p.risk,
            assessed - timedelta(days=p.person % 70),
            yes(p.person % 10 > 1),
            yes(p.risk == 5),
            people[p.guardian].number if p.guardian != p.person else None,
            yes(p.person % 12 > 0) if p.guardian != p.person else None,
        ]
        for p in society.patients
    ]


def machines(society: Society, window: Window) -> list[Row]:
    """NY_MACH: news of applications for machines, sent again once the machine was seen."""
    people = society.county.register.people
    found: list[Row] = []
    for serial, one in enumerate(society.machines):
        seen = one.bought + timedelta(days=18)
        known = one.verified and seen <= window.upto
        if window.is_news(one.bought) or (known and window.is_news(seen)):
            person = people[one.person]
            item, price, quota = MACHINES[one.kind]
            found.append(
                [f"NJ{one.bought.year}{serial:06d}", person.number, person.name,
                 person.village.code, item, f"M{one.kind}{7_000_000 + serial}", f"{31_000_000 + serial}",
                 hundredths(price), hundredths(quota), yes(known), seen if known else None,
                 one.bought]
            )  # fmt: skip
    return found


def losses(society: Society, window: Window) -> list[Row]:
    """NY_VETR: news of dead and culled animals, three days later."""
    people = society.county.register.people
    return [
        [
            f"WH{serial:08d}",
            people[one.person].number,
            people[one.person].name,
            "扑杀" if one.culled else "无害化处理",
            one.animal,
            one.heads,
            one.on,
            people[one.person].village.code,
        ]
        for serial, one in enumerate(society.losses)
        if window.is_news(one.on + timedelta(days=3))
    ]


def woodlands(society: Society, _window: Window) -> list[Row]:
    """LY_FOR: households' shares in woodland of public benefit."""
    people = society.county.register.people
    since = date(2017, 1, 1)
    return [
        [
            people[one.person].number,
            people[one.person].name,
            "公益林",
            one.parcel,
            thousandths(one.area),
            "集体" if one.collective else "个人",
            "70.00" if one.collective else "100.00",
            ("国家级", "省级")[one.person % 2],
            since,
            people[one.person].village.code,
        ]
        for one in society.woodlands
    ]


def prices(society: Society, window: Window) -> list[Row]:
    """TJ_CPI: the indices published since the last delivery."""
    return [
        [
            f"{one.month:%Y-%m}",
            yuan(one.general),
            yuan(one.low_income),
            yuan(one.food),
            one.published,
        ]
        for one in society.prices
        if window.is_news(one.published)
    ]
