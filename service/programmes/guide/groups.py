"""Whom a programme is for, read from the facts that its conditions ask for."""

from collections.abc import Iterator
from dataclasses import dataclass

from eligibility_rules import Programme, Subject
from eligibility_rules.language.tree import (
    Compare,
    Const,
    Derived,
    FactRef,
    Node,
    Not,
    children,
)
from eligibility_rules.programme import ConditionKind
from eligibility_rules.words import Words

_OLD_FROM, _GROWN_FROM = 60, 18
"""From the one on somebody is old in the law's sense, below the other a child."""
_AGES = ("p.age", "p.age_m")
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_TELLING = (ConditionKind.RULE, ConditionKind.START)


@dataclass(frozen=True)
class Group:
    """A group of people, as a resident would name it."""

    key: str
    words: Words
    facts: tuple[str, ...] = ()
    """Beginnings of the names of facts that only a rule for these people asks for."""
    also: str = ""
    """Other words by which it is looked for."""


GROUPS = (
    Group("elderly", Words("老年人", "older people"), ("eld.",), "老人 爷爷 奶奶 elderly old age"),
    Group(
        "children",
        Words("儿童", "children"),
        ("child.", "fp.legal_birth", "dis.rehab_org"),
        "孩子 小孩 未成年人 kids minors",
    ),
    Group("students", Words("学生", "students"), ("stu.",), "上学 读书 大学 高中 school pupils"),
    Group("disabled", Words("残疾人", "people with a disability"), ("dis.",), "残疾 handicapped"),
    Group(
        "low_income",
        Words("低保、特困和低收入家庭", "families with little income"),
        ("sa.", "hh.", "vet.hardship", "evt.hardship"),
        "低保户 困难 穷 贫困 poor poverty hardship",
    ),
    Group(
        "ill",
        Words("大病和长期患病人员", "people with a serious illness"),
        ("med.", "psy.", "evt.cancer_two", "sa.serious_ill", "dis.psy", "child.hiv", "ins.med"),
        "生病 看病 医疗 病人 sick illness",
    ),
    Group(
        "farmers",
        Words("农户、林农和养殖户", "farmers, foresters and breeders"),
        ("land.", "fst.", "mach.", "ani."),
        "农民 种地 种粮 土地 养猪 land crops",
    ),
    Group(
        "veterans",
        Words("军人、退役军人和军属烈属", "servicemen, veterans and their families"),
        ("vet.", "p.in_service", "evt.decease_of_pref", "stu.martyr"),
        "当兵 退伍 复员 烈士 优抚 army soldiers martyrs",
    ),
    Group(
        "workers",
        Words("求职、创业和灵活就业人员", "people who look for work or start a business"),
        ("emp.", "dis.self_employed", "ins.flex"),
        "就业 失业 找工作 创业 job unemployed",
    ),
    Group(
        "parents",
        Words("生育和计划生育家庭", "families with a birth, and family-planning families"),
        ("fp.",),
        "生孩子 生育 独生子女 二孩 三孩 birth baby mother only child",
    ),
    Group(
        "pensioners",
        Words("参加养老保险的居民", "residents in a pension insurance"),
        ("ins.rural_pension", "ins.land_lost"),
        "养老金 社保 退休 pension",
    ),
    Group(
        "homes",
        Words(
            "受灾、危房和租房住户", "people hit by a disaster, or whose home is unsafe or rented"
        ),
        ("dst.", "hou.", "evt.ele_meter"),
        "房子 住房 灾害 洪水 地震 电费 flood landslide house rent",
    ),
    Group(
        "resettled",
        Words("水库移民", "people resettled for a reservoir"),
        ("mig.",),
        "移民 搬迁 resettlement",
    ),
    Group(
        "bereaved",
        Words("逝者家属", "families of somebody who died"),
        (
            "p.death_date",
            "evt.cremated",
            "evt.decease_of_pref",
            "dst.death",
            "leg.dependant",
            "vet.survivor",
        ),
        "去世 丧葬 殡葬 遗属 抚恤 funeral death survivors",
    ),
    Group(
        "served",
        Words("曾经或正在为乡村和公众服务的人", "people who served the village or the public"),
        ("leg.", "pty.", "ani.vaccinator", "fst.ranger", "evt.brave"),
        "老教师 村干部 村医 放映员 党员 护林员 见义勇为 teachers village doctors cadres",
    ),
)
"""In the order in which they are offered."""

_BY_KEY = {group.key: group for group in GROUPS}


def group(key: str) -> Group | None:
    """Return a group by its key."""
    return _BY_KEY.get(key)


def groups_of(one: Programme) -> tuple[Group, ...]:
    """Return whom a programme is for."""
    nodes = [
        node
        for condition in one.conditions
        if condition.kind in _TELLING
        for node in _holding(condition.tree)
    ]
    asked = {node.name for node in nodes if isinstance(node, FactRef)}
    found = {each.key for each in GROUPS for name in asked if name.startswith(each.facts)}
    for node in nodes:
        if isinstance(node, Compare):
            found |= _ages(node)
    if one.subject is Subject.LAND:
        found.add("farmers")
    return tuple(each for each in GROUPS if each.key in found)


def _holding(tree: Node) -> Iterator[Node]:
    """Yield what must hold; what must not hold says nothing about whom a programme is for."""
    if isinstance(tree, Not):
        return
    yield tree
    for node in children(tree):
        yield from _holding(node)


def _ages(tree: Compare) -> set[str]:
    """Return what a comparison of an age with a number says: old people, or children."""
    left, right, op = tree.left, tree.right, str(tree.op)
    if isinstance(left, Const):
        left, right, op = right, left, _TURNED[op]
    years = right.value if isinstance(right, Const) else None
    if not (isinstance(left, Derived) and left.name in _AGES and isinstance(years, int)):
        return set()
    if op in {">=", ">"} and years >= _OLD_FROM:
        return {"elderly"}
    return {"children"} if op in {"<", "<="} and years <= _GROWN_FROM else set()
