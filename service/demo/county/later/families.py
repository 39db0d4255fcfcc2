"""Health: families of the planning years, complications, village doctors, later children."""

from datetime import date, timedelta

from service.demo.county.applications import Application
from service.demo.county.later.drawing import DUE, Drawing, Word


def draw_families(draw: Drawing) -> None:
    """Draw what family planning records know beside bereaved couples and infants."""
    bereaved = {one.person for one in draw.county.bereaved}
    for one in draw.county.bereaved:
        sons = 1 - one.person % 2
        cells: dict[str, Word] = {
            "现存子女数": 0 if one.child_dead else 1,
            "生育男孩数": sons,
            "生育女孩数": 1 - sons,
            "无违规生育": "是",
            "最小子女出生日期": date(draw.people[one.wife].birth.year + 25, 5, 20),
            "独生子女父母光荣证": "是",
        }
        draw.note("WJ_FP", (one.person,), cells)
    taken = bereaved | {infant.person for infant in draw.county.infants}
    _rewarded(draw, taken)
    _one_child(draw, taken)
    _complications(draw, taken)
    _doctors(draw, taken)
    _later_children(draw)
    _patients(draw)


def _rewarded(draw: Drawing, taken: set[int]) -> None:
    """Enter rural people over sixty with one child or two daughters."""
    pool = [i for i in draw.living(61, 90) if draw.people[i].rural and i not in taken]
    for person in draw.pick(pool, draw.share(0.006, 6)):
        two_girls = person % 3 == 0
        last = date(max(1980, draw.people[person].birth.year + 26), 1 + person % 12, 15)
        draw.say(
            "WJ_FP",
            person,
            {
                "现存子女数": 2 if two_girls else 1,
                "生育男孩数": 0 if two_girls else 1,
                "生育女孩数": 2 if two_girls else 0,
                "无违规生育": "是",
                "未再生育收养": "是",
                "最小子女出生日期": last,
                "独生子女父母光荣证": "否" if two_girls else "是",
            },
        )
        draw.ask(person, "WJ01")
        draw.tell(person, "WJ01", DUE, "two daughters" if two_girls else "one child")


def _one_child(draw: Drawing, taken: set[int]) -> None:
    """Enter rural parents of one young child who hold the certificate."""
    pool = [
        i
        for i in draw.living(27, 45)
        if draw.people[i].rural and i not in taken and i not in draw.working
    ]
    for person in draw.pick(pool, draw.share(0.0015, 4)):
        draw.say(
            "WJ_FP",
            person,
            {
                "未再生育收养": "是",
                "独生子女父母光荣证": "是",
                "独生子女出生日期": draw.day(4_300, 1_200),
                "现存子女数": 1,
                "无违规生育": "是",
            },
        )
        draw.ask(person, "WJ05")
        draw.tell(person, "WJ05", DUE)


def _complications(draw: Drawing, taken: set[int]) -> None:
    """Enter women with complications of an operation, of every grade."""
    pool = [i for i in draw.living(50, 75, sex="女") if i not in taken]
    for turn, person in enumerate(draw.pick(pool, draw.share(0.0002))):
        draw.say("WJ_FP", person, {"并发症等级": 1 + turn % 3})
        draw.ask(person, "WJ03")
        draw.tell(person, "WJ03", DUE, f"grade {1 + turn % 3}")


def _doctors(draw: Drawing, taken: set[int]) -> None:
    """Enter village doctors who have stopped working."""
    pool = [i for i in draw.living(62, 88, pension=False) if i not in taken]
    for person in draw.pick(pool, draw.share(0.0005, 4)):
        years = 5 + person % 28
        draw.say("WJ_FP", person, {"乡村医生执业年限": years})
        draw.ask(person, "WJ10")
        draw.tell(person, "WJ10", DUE, f"{years} years a village doctor")


def _later_children(draw: Drawing) -> None:
    """Let the families of second and third children ask within half a year of the birth."""
    for infant in draw.county.infants:
        child = draw.people[infant.person]
        applied = max(child.since, child.birth + timedelta(days=20 + infant.person % 120))
        approved = applied + timedelta(days=12)
        if infant.order < 2 or applied > child.birth + timedelta(days=170):
            continue
        if approved > draw.clock.end - timedelta(days=2):
            continue
        draw.later.applications.append(
            Application(infant.person, "WJ07", applied, approved, infant.claimant)
        )
        if infant.legal and draw.register.truth.is_free(child.number):
            draw.tell(infant.person, "WJ07", DUE, f"child number {infant.order}")


def _patients(draw: Drawing) -> None:
    """Enter patients of higher risk whose guardians passed the yearly review."""
    known = {patient.person for patient in draw.society.patients}
    pool = [
        i for i in draw.living(25, 60) if i not in known and i not in draw.working and draw.heir(i)
    ]
    for turn, person in enumerate(draw.pick(pool, draw.share(0.0001))):
        guardian = draw.heir(person)
        if guardian is None:
            continue
        draw.say(
            "WJ_PSY",
            person,
            {
                "在册管理": "是",
                "危险性评估": 3 + turn % 2,
                "评估日期": draw.day(40, 10),
                "门诊服药": "是",
                "年度肇事肇祸": "否",
                "监护考核合格": "是",
            },
            others={"监护人身份证号": guardian},
        )
        draw.ask(person, "WJ09")
        draw.later.payees.add(guardian)
