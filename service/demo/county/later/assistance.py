"""Civil affairs: people listed singly, temporary relief, children in difficulty, assessments."""

from datetime import date, timedelta

from service.demo.county.clock import years_before
from service.demo.county.later.drawing import DUE, REFUSED, Drawing, Word
from service.demo.county.rows.cells import hundredths, yes

STANDARD = 117_500
"""The minimum living standard a head and month in fen, as the checks take it (illustrative)."""
_ABLE = (("完好", "能"), ("轻", "能"), ("完好", "能"))
_UNABLE = (("中", "部分不能"), ("重", "基本不能"), ("中", "部分不能"))


def draw_assistance(draw: Drawing) -> None:
    """Draw what the rolls of assistance know beside the households themselves."""
    _renew_hardship(draw)
    _list_singly(draw)
    _relieve(draw)
    _recognise_children(draw)
    _assess(draw)
    _describe_households(draw)
    _describe_checks(draw)
    _describe_wards(draw)


def _renew_hardship(draw: Drawing) -> None:
    """Let hardship by expenses be approved within the last months: it lasts a year."""
    cases = [case for case in draw.county.cases if case.category == "支出型"]
    for turn, case in enumerate(cases):
        if turn % 4 < 3:
            case.approved = draw.clock.earlier_start - timedelta(days=20 + 35 * (turn % 7))


def _list_singly(draw: Drawing) -> None:
    """Put severely disabled and seriously ill members of low-income families on the roll alone."""
    severe = {
        cert.person
        for cert in draw.county.certificates
        if max(cert.grades) <= 2 and cert.statuses == ("正常", "正常")
    }
    members = [
        member
        for case in draw.county.cases
        if case.category == "低边"
        for member in case.members
        if member < draw.register.residents
        and draw.people[member].age >= 16
        and draw.register.truth.is_free(draw.people[member].number)
    ]
    disabled = [member for member in members if member in severe]
    others = [member for member in members if member not in severe]
    ill = draw.rng.sample(others, min(len(others), max(3, len(others) // 12)))
    draw.ill.update(ill)
    for turn, member in enumerate(sorted({*disabled, *ill})):
        approved = draw.day(700, 60)
        draw.say(
            "MZ_SA",
            member,
            {
                "家庭编号": f"SD3305{turn:07d}",
                "救助类别": "低保",
                "共同生活人数": 1,
                "批准日期": approved,
                "状态": "在保",
                "人均金额": hundredths(STANDARD),
                "单列户": "是",
                "劳动能力": "丧失",
                "重病": "是" if member in draw.ill else "否",
                "就业增收豁免月数": 0,
            },
            known=approved,
            others={"户主证件号": member},
        )
        draw.tell(member, "MZ02", DUE, "listed singly")


def _relieve(draw: Drawing) -> None:
    """Relieve households that are on no roll: most once this year, one for the third time."""
    heads = [
        home[0]
        for home in draw.register.homes
        if 25 <= draw.people[home[0]].age < 65
        and home[0] not in draw.checked
        and draw.register.settled(home[0])
    ]
    for turn, head in enumerate(draw.pick(heads, draw.share(0.0006, 4))):
        home = draw.home(head)
        kind = ("急难型", "支出型")[turn % 2]
        times = 2 if turn == 1 else 1
        approved = draw.ask(
            head, "MZ05", lately=True, settled=(150_000 + 50_000 * (turn % 4)) * len(home)
        )
        for member in home:
            draw.say(
                "MZ_SA",
                member,
                {
                    "家庭编号": f"LS3305{turn:07d}",
                    "救助类别": "临时救助",
                    "共同生活人数": len(home),
                    "批准日期": approved,
                    "状态": "在保",
                    "单列户": "否",
                    "重病": "否",
                    "临时救助类型": kind,
                    "临时救助人数": len(home),
                    "本年临时救助次数": times,
                },
                known=approved,
                others={"户主证件号": head},
            )
        draw.tell(head, "MZ05", DUE if times < 2 else REFUSED, f"relieved {approved}")


def _recognise_children(draw: Drawing) -> None:
    """Recognise most children of families on the rolls as children in difficulty."""
    known = {ward.person for ward in draw.county.wards}
    last = draw.clock.earlier_start - timedelta(days=70)
    for case in draw.county.cases:
        if case.category not in {"低保", "低边"} or case.stopped != date.max:
            continue
        for member in case.members:
            person = draw.people[member]
            if person.age >= 17 or member in known or member >= draw.register.residents:
                continue
            if not draw.register.truth.is_free(person.number):
                continue
            if draw.rng.random() > 0.85 or person.since > last:
                continue
            recognised = max(draw.day(900, 60), person.since)
            guardian = next((m for m in case.members if draw.people[m].age >= 18), None)
            draw.say(
                "MZ_CHILD",
                member,
                {
                    "儿童类别": "困境",
                    "认定日期": recognised,
                    "艾滋病病毒感染": "否",
                    "安置方式": "社会散居",
                    "父亲情况": "正常",
                    "母亲情况": "正常",
                },
                known=recognised,
                others={} if guardian is None else {"监护人身份证号": guardian},
            )
            if guardian is not None:
                draw.later.payees.add(guardian)
            if case.approved < draw.clock.earlier_start:
                draw.tell(member, "MZ12", DUE, "recognised")


def _describe_households(draw: Drawing) -> None:
    """Tell of every household on a roll what is paid a head, and of every member what he can do."""
    incomes = {check.members[0]: check.incomes for check in draw.county.checks}
    for turn, case in enumerate(draw.county.cases):
        paid: Word = None
        if case.category == "低保":
            paid = _paid(incomes.get(case.members[0], (87_500, 87_500)))
        for member in case.members:
            age = draw.people[member].age
            cells: dict[str, Word] = {
                "单列户": "否",
                "人均金额": paid,
                "劳动能力": "丧失" if age >= 75 or age < 16 else "部分" if age >= 60 else "完全",
                "重病": yes(member in draw.ill),
                "就业增收豁免月数": 0,
            }
            if case.category == "特困":
                cells["供养方式"] = "集中" if turn % 5 == 4 else "分散"
            draw.note("MZ_SA", (member,), cells)


def _paid(incomes: tuple[int, int]) -> Word:
    """Return what is paid a head: the gap as it was when the household was approved."""
    return hundredths(max(0, STANDARD - incomes[0]))


def _describe_checks(draw: Drawing) -> None:
    """Tell of every check the expenses nobody can avoid, and whether property is above a ceiling."""
    for check in draw.county.checks:
        above = check.cash > 48 * STANDARD or check.cars > 0 or check.non_residential
        above = above or check.equity > 10_000_000 or check.houses > 1
        spent = max(0, check.incomes[0] - 60_000) if check.kind == "支出型" else 0
        for member in check.members:
            cells: dict[str, Word] = {"月刚性支出": hundredths(spent), "财产超标": yes(above)}
            draw.note("MZ_CHECK", (member,), cells)


def _describe_wards(draw: Drawing) -> None:
    """Tell where wards live and what became of their parents; one parent can care again."""
    for turn, ward in enumerate(draw.county.wards):
        father, mother, placed = "正常", "正常", "社会散居"
        if ward.kind == "孤儿":
            father, mother = "死亡", "死亡"
            placed = "机构养育" if turn % 3 == 2 else "社会散居"
        elif ward.kind == "事实无人抚养":
            father, mother = (
                ("死亡", "失联"), ("服刑", "失联"), ("重残", "死亡"), ("服刑", "正常")
            )[turn % 4]  # fmt: skip
        draw.note(
            "MZ_CHILD",
            (ward.person,),
            {
                "艾滋病病毒感染": yes(ward.kind == "艾滋病病毒感染"),
                "安置方式": placed,
                "父亲情况": father,
                "母亲情况": mother,
            },
        )


def _assess(draw: Drawing) -> None:
    """Assess everybody whose amount goes by ability and who has not been assessed."""
    known = {ability.person for ability in draw.county.abilities}
    asking = {"MZ09", "MZ17", "WJ02"}
    needing = {one.person for one in draw.county.applications if one.programme in asking}
    for case in draw.county.cases:
        if case.category == "特困":
            needing.update(case.members)
    severe = {cert.person for cert in draw.county.certificates if cert.severe}
    last = draw.clock.earlier_end - timedelta(days=12)
    for person in sorted(needing - known):
        if person >= draw.register.residents:
            continue
        level, self_care = (_UNABLE if person in severe else _ABLE)[person * 7_919 % 3]
        assessed = last - timedelta(days=person * 104_729 % 620)
        draw.say(
            "MZ_ELD",
            person,
            {
                "能力等级": level,
                "生活自理": self_care,
                "评估日期": assessed,
                "有效期至": years_before(assessed, -2),
            },
            known=assessed,
        )
