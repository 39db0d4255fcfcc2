"""Schools: how hard up pupils are, which of them study farming, and teachers of village schools."""

from datetime import date

from service.demo.county.later.drawing import DUE, Drawing, Word
from service.demo.county.working.schooling import Pupil

_LEVELS = ("特困", "困难", "一般")
_VILLAGE_SCHOOL = ("2133052990", "龙须溪村校(已撤并)")


def draw_schools(draw: Drawing) -> None:
    """Draw what the schools and the education office know beside enrolments."""
    _admitted(draw)
    poor = draw.assisted | {cert.person for cert in draw.county.certificates}
    poor |= {ward.person for ward in draw.county.wards}
    for pupil in draw.society.pupils:
        cells: dict[str, Word] = {}
        if pupil.stage in {"普高", "中职"} and pupil.person in poor:
            cells["困难等级"] = _LEVELS[pupil.person % 3]
        if pupil.stage == "中职":
            cells["涉农专业"] = "是" if pupil.person % 4 == 0 else "否"
        if cells:
            draw.note("JY_STU", (pupil.person,), cells)
        if cells.get("涉农专业") == "是":
            _asks_for_grant(draw, pupil)
    for person in draw.pick(draw.living(64, 86), draw.share(0.0005, 4)):
        years = 3 + person % 22
        begun = draw.people[person].birth.year + 20
        draw.say(
            "JY_STU",
            person,
            {
                "学校标识码": _VILLAGE_SCHOOL[0],
                "学校": _VILLAGE_SCHOOL[1],
                "学段": "小学",
                "学籍状态": "毕业",
                "入学日期": date(begun, 9, 1),
                "人员类别": "民办代课教师",
                "离校日期": date(begun + years, 7, 1),
                "民办代课教龄": years,
            },
        )
        draw.ask(person, "JY08")
        draw.tell(person, "JY08", DUE, f"{years} years a village teacher")


def _admitted(draw: Drawing) -> None:
    """List some of this year's new students among the low-income population."""
    autumn = max((student.entered for student in draw.society.students), default=0)
    pool = [
        student.person
        for student in draw.society.students
        if student.entered == autumn and student.person not in draw.checked
    ]
    for turn, person in enumerate(draw.pick(pool, draw.share(0.0002))):
        listed = draw.day(400, 60)
        draw.say(
            "MZ_SA",
            person,
            {
                "家庭编号": f"DX3305{turn:07d}",
                "救助类别": "低收入",
                "共同生活人数": 1,
                "批准日期": listed,
                "状态": "在保",
                "单列户": "否",
                "重病": "否",
            },
            known=listed,
            others={"户主证件号": person},
        )
        draw.tell(person, "JY06", DUE, "new at college, in the low-income population")


def _asks_for_grant(draw: Drawing, pupil: Pupil) -> None:
    """Let pupils who study farming ask, whatever their family has."""
    if draw.register.truth.is_free(draw.people[pupil.person].number):
        draw.ask(pupil.person, "JY05")
        draw.tell(pupil.person, "JY05", DUE, "studies farming")
