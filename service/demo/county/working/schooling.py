"""Pupils and students: everybody from three to eighteen at school, many beyond at college."""

from dataclasses import dataclass, replace
from datetime import date

from service.demo.county.free_people import FreePeople
from service.demo.county.register import Register

STAGES = ("学前", "小学", "初中", "普高", "中职")
_SCHOOLS = {
    "学前": ("望竹幼儿园", "清箬幼儿园", "石鼓中心幼儿园", "松月幼儿园"),
    "小学": ("望竹中心小学", "清箬小学", "石鼓小学", "龙须溪小学", "松月小学"),
    "初中": ("望竹初级中学", "石鼓中学", "青柯中学"),
    "普高": ("安心县第一中学", "安心县第二中学"),
    "中职": ("安心县职业教育中心",),
}
COLLEGES = ("湖畔大学", "天目学院", "江南职业技术学院", "东海师范学院")


@dataclass(frozen=True, slots=True)
class Pupil:
    """One enrolment; `elsewhere` marks the second of two at once."""

    person: int
    stage: str
    grade: int
    boarding: bool
    since: date
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Student:
    """One student of a college; `level` is 本科 or 专科."""

    person: int
    level: str
    entered: int

    @property
    def college(self) -> str:
        """Return the college a student goes to."""
        return COLLEGES[self.person % len(COLLEGES)]


def _school(pupil: Pupil) -> int:
    """Return which of its stage's schools a pupil goes to."""
    return pupil.person % len(_SCHOOLS[pupil.stage])


def school_name(pupil: Pupil) -> str:
    """Return the school a pupil goes to; the second of two is in the neighbouring county."""
    return "邻县实验小学" if pupil.elsewhere else _SCHOOLS[pupil.stage][_school(pupil)]


def school_code(pupil: Pupil) -> str:
    """Return the school's ten-digit code."""
    stage = STAGES.index(pupil.stage) + 1
    return "3133052201" if pupil.elsewhere else f"{stage}133052{_school(pupil):03d}"


def school_division(pupil: Pupil) -> str:
    """Return the division the school stands in."""
    return "330522001000" if pupil.elsewhere else f"3305230{31 + _school(pupil) % 3}000"


def _place(birth: date, autumn: int, index: int) -> tuple[str, int]:
    """Return stage and grade in the school year beginning in a year; six by 31 August is grade 1."""
    years = autumn - birth.year - (birth.month > 8)
    if years < 6:
        return "学前", years - 2
    if years < 12:
        return "小学", years - 5
    if years < 15:
        return "初中", years - 11
    return ("普高" if index % 9 < 5 else "中职"), min(3, years - 14)


def school_year(day: date) -> int:
    """Return the year in which the running school year began."""
    return day.year if day.month >= 9 else day.year - 1


def draw_pupils(register: Register, free: FreePeople, skipped: frozenset[int]) -> list[Pupil]:
    """Return an enrolment of everybody aged 3 to 18 still at school; two are enrolled twice."""
    rng = register.clock.rng("pupils")
    autumn = school_year(register.clock.earlier_end)
    found: list[Pupil] = []
    for index in register.living(3, 19):
        birth = register.people[index].birth
        years = autumn - birth.year - (birth.month > 8)
        if not 3 <= years <= 17 or index in skipped or rng.random() < 0.01:
            continue
        stage, grade = _place(birth, autumn, index)
        since = date(autumn - max(0, grade - 1), 9, 1)
        found.append(Pupil(index, stage, grade, stage in {"普高", "中职"} and index % 3 > 0, since))
    twice = [p for p in found if p.stage == "小学" and free.is_free(p.person)]
    for pupil in rng.sample(twice, 2):
        found.append(replace(pupil, elsewhere=True))
        free.tell(
            pupil.person,
            "enrolled_twice",
            f"enrolled at {school_name(pupil)} and at {school_name(found[-1])}",
            "not counted twice; task for the education department",
            feed="JY_STU",
        )
    return found


def draw_students(register: Register) -> list[Student]:
    """Return students of colleges, 45 % of those aged 18 to 22, entered in the last four autumns."""
    rng = register.clock.rng("students")
    autumn = school_year(register.clock.earlier_end)
    found: list[Student] = []
    for index in register.living(18, 23):
        luck = rng.random()
        birth = register.people[index].birth
        entered = birth.year + 18 + (birth.month > 8)
        if luck < 0.45 and entered <= autumn:
            level = "本科" if luck < 0.26 else "专科"
            found.append(Student(index, level, entered))
    return found
