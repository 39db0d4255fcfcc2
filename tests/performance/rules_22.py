"""Twenty-two programmes and any number of people for the benchmark of the rules.

The programmes have what the catalogue's have: age tiers, income thresholds, percentages of a
standard, roll memberships, exclusions by another programme. Facts that a rule denies are always
known, so that an engine without unknowns pays the same people the same fen.
"""

import shutil
from pathlib import Path

import duckdb

from eligibility_rules import RuleSet, Subject, load_rules, required_columns
from eligibility_rules.load import HOME
from tests.eligibility_rules.made_rules import MADE, programme

HOUSEHOLD_SIZE = 3
_STANDARD = "yuan(1175)"
_RULES: dict[str, tuple[tuple[str, ...], str]] = {
    "XB01": (("p.hukou_county", "sa.dibao", "hh.income_pc < yuan(1175)"), f"{_STANDARD} - min(hh.income_pc, {_STANDARD})"),
    "XB02": (("p.hukou_county", "sa.dibian", "not receives('XB01')"), f"{_STANDARD} * percent('20')"),
    "XB03": (("p.hukou_county", "sa.tekun", "not receives('XB01')"), f"{_STANDARD} * percent('130')"),
    "XB04": (("p.hukou_county", "p.age >= 80", "not sa.tekun"), "yuan(60) if p.age < 90 else (yuan(120) if p.age < 100 else yuan(400))"),
    "XB05": (("p.hukou_county", "p.age >= 60", "sa.dibao or sa.dibian", "eld.assess in ('重', '完全丧失')"), "yuan(500) if eld.assess == '完全丧失' else yuan(300)"),
    "XB06": (("dis.has_cert", "dis.grade <= 2", "p.hukou_county"), "yuan(250) if dis.grade == 1 else yuan(125)"),
    "XB07": (("dis.has_cert", "sa.dibao or sa.dibian", "dis.grade <= 4"), f"{_STANDARD} * (percent('30') if dis.grade <= 2 else percent('20'))"),
    "XB08": (("dis.has_cert", "dis.category in (5, 6)", "p.age < 60", "not receives('XB06')"), "yuan('83.35')"),
    "XB09": (("child.orphan", "p.age < 18"), "yuan(2100) if child.in_institution else yuan(1690)"),
    "XB10": (("child.swwr", "p.age < 18", "not receives('XB09')"), "yuan(1690)"),
    "XB11": (("p.age < 3", "p.hukou_county"), "yuan(300)"),
    "XB12": (("vet.dis_grade >= 1", "p.hukou_county"), "yuan(9000) if vet.dis_grade <= 4 else (yuan(5200) if vet.dis_grade <= 6 else yuan(1800))"),
    "XB13": (("vet.other_pref", "p.age >= 60", "not receives('XB12')"), "yuan(680) + yuan(10) * max(p.age - 60, 0)"),
    "XB14": (("p.monthly_income < yuan(2490)", "p.age >= 50", "p.hukou_rural"), "(yuan(2490) - p.monthly_income) * percent('15.5')"),
    "XB15": (("hh.income_pc < yuan(2350)", "p.age >= 3", "p.age < 16", "sa.dibao or sa.dibian"), "yuan('1250.50') / 10"),
    "XB16": (("sa.serious_ill", "hh.income_pc <= yuan(3525)"), "min(max(hh.income_pc, yuan(300)) * percent('33.33'), yuan(1000))"),
    "XB17": (("p.hukou_rural", "p.age >= 60", "not sa.dibao"), "yuan(230) + (yuan(30) if p.age >= 70 else yuan(0)) + (yuan(60) if p.age >= 80 else yuan(0))"),
    "XB18": (("p.fin_payroll == False", "p.sex == '女'", "p.age >= 55", "p.age < 60", "sa.dibian"), "yuan(120)"),
    "XB19": (("receives('XB01') or receives('XB03')", "p.hukou_county"), "yuan('12.50')"),
    "XB20": (("receives('XB07') or receives('XB06')", "p.age >= 16", "p.monthly_income < yuan(4000)"), "yuan(4000) * percent('5') - p.monthly_income * percent('2.5')"),
    "XB21": (("p.hukou_county", "hh.income_pc < yuan(1762)", "not receives('XB01')", "not receives('XB02')"), "(yuan(1762) - hh.income_pc) / 3"),
    "XB22": (("p.age >= 100", "p.hukou_county", "receives('XB04')"), "yuan(1000)"),
}  # fmt: skip
CODES = tuple(_RULES)
_DENIED = ("sa__dibao", "sa__tekun")
"""Facts that some rule denies, or whose programme another denies to receive: never unknown."""


def rules_22(folder: Path) -> RuleSet:
    """The benchmark's rules, read from a new folder of facts."""
    shutil.copy(HOME / "facts.yaml", folder / "facts.yaml")
    (folder / "parameters").mkdir(exist_ok=True)
    shutil.copy(HOME / "parameters" / "dibao_std.yaml", folder / "parameters")
    texts = {}
    for code, (conditions, amount) in _RULES.items():
        texts[f"{MADE}/{code}.yaml"] = programme(
            code,
            conditions=[
                {"id": f"{code}-C{bit}", "expr": expr, "zh": "试", "en": "a trial"}
                for bit, expr in enumerate(conditions, start=1)
            ],
            amount={"kind": "formula", "expr": f"max({amount}, yuan(0))", "zh": "试",
                    "en": "a trial", "figures": "illustrative"},
            stop=[],
        )  # fmt: skip
    return load_rules(folder, changed=texts)


def write_people(rules: RuleSet, folder: Path, part: int, persons: int, *, unknowns: bool) -> Path:
    """One Parquet file of whole households: the same numbers make the same people everywhere.

    With `unknowns`, some facts of about every tenth person are not known.
    """
    columns = required_columns(rules, Subject.PERSON)
    shown = [
        f'{_drawn(name, kind, place, unknowns=unknowns)} AS "{name}"'
        for place, (name, kind) in enumerate(columns.items())
    ]
    path = folder / f"part-{part:05d}.parquet"
    first = part * persons
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT {', '.join(shown)} FROM range({first}, {first + persons}) people(i)) "
            f"TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        )
    return path


def _drawn(name: str, kind: str, place: int, *, unknowns: bool) -> str:
    # What a household has in common is drawn by its number, everything else by the person's.
    who = f"i // {HOUSEHOLD_SIZE}" if name.startswith(("hh__", "sa__")) else "i"
    number = f"CAST(hash(({who}) * 131 + {place}) % 100003 AS BIGINT)"
    value = {
        "BOOLEAN": f"{number} % 100 < {_share(name)}",
        "DATE": f"DATE '1922-01-01' + CAST({number} % 38200 AS INTEGER)",
    }.get(kind)
    if name == "person_id":
        return "CAST(i AS BIGINT)"
    if name in {"hh__income_pc_fen", "p__monthly_income_fen"}:
        value = f"{number} * 5"
    elif name == "vet__dis_grade":
        value = f"CASE WHEN {number} % 100 < 3 THEN 1 + {number} % 10 ELSE 0 END"
    elif kind == "BIGINT":
        value = f"1 + {number} % {7 if name == 'dis__category' else 4}"
    elif kind == "VARCHAR":
        options = ["男", "女"] if name == "p__sex" else ["完好", "轻", "中", "重", "完全丧失"]
        value = f"[{', '.join(repr(one) for one in options)}][1 + {number} % {len(options)}]"
    if unknowns and name not in _DENIED and kind != "DATE":
        return f"CASE WHEN hash(i * 17 + {place}) % 100 >= 1 THEN {value} END"
    return str(value)


def _share(name: str) -> int:
    """How many of a hundred are so."""
    return {
        "p__hukou_county": 90, "sa__dibao": 4, "sa__dibian": 3, "sa__tekun": 1, "p__fin_payroll": 6,
        "p__hukou_rural": 55, "dis__has_cert": 7, "child__orphan": 2, "child__swwr": 2,
    }.get(name, 5)  # fmt: skip
