"""What only one office knows: illness, devices, training, old party members, projectionists."""

from datetime import date

from service.demo.county.later.drawing import DUE, REFUSED, Drawing, Word
from service.demo.county.rows.cells import hundredths, yes
from service.demo.county.rows.working import insured


def draw_others(draw: Drawing) -> None:
    """Draw the last kinds of people."""
    _costs_of_the_poor(draw)
    _training(draw)
    _devices(draw)
    _founders(draw)
    _leaders(draw)
    _projectionists(draw)


def _costs_of_the_poor(draw: Drawing) -> None:
    """Settle medical costs of families on a roll; a few women among them have one of two cancers."""
    women: list[int] = []
    for case in draw.county.cases:
        for member in case.members:
            if member >= draw.register.residents:
                continue
            spent = member * 104_729 % 900_000 if member % 3 == 0 else 0
            helped = spent // 5 if member % 2 else 0
            cells: dict[str, Word] = {
                "近12月自负医疗费": hundredths(spent * 10 // 7),
                "政策范围内自负": hundredths(spent),
                "已救助金额": hundredths(helped),
                "大病": yes(member in draw.ill),
            }
            if insured(draw.society, member):
                draw.note("YB_INS", (member,), cells)
            else:
                _insure(draw, member, cells)
            one = draw.people[member]
            if case.in_force(draw.clock.earlier_start) and one.sex == "女" and 30 <= one.age < 75:
                women.append(member)
    women = [i for i in women if insured(draw.society, i)]
    free = [i for i in women if draw.register.truth.is_free(draw.people[i].number)]
    for person in sorted(draw.rng.sample(free, min(len(free), draw.share(0.0002)))):
        draw.note("YB_INS", (person,), {"两癌确诊": "是"})
        draw.ask(person, "FL01")
        draw.tell(person, "FL01", DUE)


def _insure(draw: Drawing, person: int, cells: dict[str, Word]) -> None:
    """Insure somebody on a roll whom the insurance did not know: the county pays for all of them."""
    cells = {"参保类型": "居民", "年度": lambda window: window.upto.year, **cells}
    draw.say("YB_INS", person, cells)


def _training(draw: Drawing) -> None:
    """Train disabled children in centres; what was spent is settled each half-year."""
    for service in draw.county.services:
        if service.kind == "康复训练":
            draw.note("CL_SERV", (service.person,), {"当年训练月数": 5})
    served = {service.person for service in draw.county.services}
    children = [
        cert.person
        for cert in draw.county.certificates
        if draw.people[cert.person].age < 17
        and cert.statuses == ("正常", "正常")
        and cert.person not in served
    ]
    for person in draw.pick(children, draw.share(0.0003)):
        begun = date(draw.clock.start.year, 2, 1 + person % 20)
        draw.say(
            "CL_SERV",
            person,
            {"服务类型": "康复训练", "机构": "清箬康复站", "起始日期": begun, "当年训练月数": 7},
        )
        draw.ask(person, "CL01", lately=True, settled=400_000 + person % 9 * 100_000)
        draw.tell(person, "CL01", DUE, "seven months of training")


def _devices(draw: Drawing) -> None:
    """Approve assistive devices of certificate holders."""
    served = {service.person for service in draw.county.services}
    holders = [
        cert.person
        for cert in draw.county.certificates
        if cert.statuses == ("正常", "正常") and cert.person not in served
    ]
    for person in draw.pick(holders, draw.share(0.0004)):
        approved = draw.ask(person, "CL02", lately=True)
        draw.say(
            "CL_SERV",
            person,
            {
                "服务类型": "辅具适配",
                "机构": "松月助残社",
                "起始日期": approved,
                "批准日期": approved,
                "金额": hundredths(60_000 + person % 60 * 10_000),
            },
            known=approved,
        )
        draw.tell(person, "CL02", DUE)


def _founders(draw: Drawing) -> None:
    """Enter very old party members: they joined before October 1949."""
    known = {member.person for member in draw.society.members}
    pool = [
        i
        for i in draw.register.living(94, 108)
        if i not in known and draw.people[i].birth.year <= 1932
    ]
    for person in draw.pick(pool, draw.share(0.0001)):
        joined = date(max(1948, draw.people[person].birth.year + 16), 7, 1)
        draw.say(
            "ZZ_PTY",
            person,
            {
                "入党日期": joined,
                "农村党员": yes(draw.people[person].rural),
                "享离退休待遇": "否",
                "任职年限": None,
                "受处分免职": "否",
            },
        )
        draw.ask(person, "ZZ01")
        draw.tell(person, "ZZ01", DUE, f"joined {joined}")


def _leaders(draw: Drawing) -> None:
    """Enter village leaders who left their office after three terms or more."""
    known = {member.person for member in draw.society.members}
    pool = [i for i in draw.living(61, 86) if i not in known]
    for turn, person in enumerate(draw.pick(pool, draw.share(0.0004, 4))):
        removed = turn == 1
        draw.say(
            "ZZ_PTY",
            person,
            {
                "入党日期": date(draw.people[person].birth.year + 25, 7, 1),
                "农村党员": "是",
                "享离退休待遇": "否",
                "任职": "村委会主任",
                "任职年限": 9 + person % 15,
                "离任日期": date(draw.clock.start.year - 2 - turn % 5, 4, 30),
                "受处分免职": yes(removed),
            },
        )
        draw.ask(person, "ZZ02")
        draw.tell(person, "ZZ02", REFUSED if removed else DUE)


def _projectionists(draw: Drawing) -> None:
    """Let people who showed films in the villages ask."""
    for person in draw.pick(draw.living(62, 90, pension=False), draw.share(0.0002)):
        years = 4 + person % 20
        draw.ask(person, "WH01")
        draw.note("XZ_COLL", (person, "WH01"), {"放映工龄": years})
        draw.tell(person, "WH01", DUE, f"{years} years")
