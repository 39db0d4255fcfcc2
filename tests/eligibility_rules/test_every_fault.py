"""Every fault the rules can name has an example, a place, and a sentence in both languages."""

import ast
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from eligibility_rules import Fault, Month, RuleFault, RuleSet, RulesInvalid, Subject, load_rules
from eligibility_rules.asking.json_document import BYTES_MAX
from eligibility_rules.asking.question import read_question
from eligibility_rules.cases import load_cases
from eligibility_rules.compiling.compile import compile_sql
from eligibility_rules.deciding.evaluate import evaluate, freeze_pool
from eligibility_rules.load import HOME, load_canonical

MZ16 = "programmes/minzheng/MZ16.yaml"
FACTS, POOL, CASES = "facts.yaml", "parameters/dl_pool.yaml", "cases/MZ16.yaml"
COUNTY = "county/parameters/none.yaml"
TEXTS = {name: (HOME / name).read_text(encoding="utf-8") for name in (MZ16, FACTS, POOL, CASES)}
_SAID_BY = {"fault", "add", "Problem", "RuleFault", "_fault", "_refuse", "_lacks"}


def codes_in_the_source() -> set[str]:
    """The codes of all faults, as the source of the rules writes them."""
    found = set()
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = (
                node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            )
            first = node.args[0]
            if (
                name in _SAID_BY
                and isinstance(first, ast.Constant)
                and isinstance(first.value, str)
            ):
                found.add(first.value)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only the facts, one parameter and one programme, so that a load takes no time."""
    home = tmp_path_factory.mktemp("rules")
    for name in (MZ16, FACTS, POOL):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HOME / name, home / name)
    return home


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules()


def changed(name: str, before: str, after: str) -> dict[str, str]:
    assert before in TEXTS[name], before
    return {name: TEXTS[name].replace(before, after, 1)}


def field(before: str, after: str) -> dict[str, str]:
    return changed(MZ16, before, after)


def expr(text: str) -> dict[str, str]:
    quoted = text.replace("'", "''")
    return field("expr: p.age_m >= 100,", f"expr: '{quoted}',")


def amount(text: str) -> dict[str, str]:
    return field("kind: flat\n  expr: yuan(400)", text)


def another(code: str, *changes: tuple[str, str]) -> dict[str, str]:
    """A second programme beside MZ16, like it but for these texts."""
    text = TEXTS[MZ16].replace("MZ16", code)
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return {f"programmes/minzheng/{code}.yaml": text}


STACKING = "{with: [MZ15], rule: exclusive, held_by: MZ16-C2}"
ASKS = "forms_replaced: [高龄津贴申请表]\nasks_for:\n  - {kind: %s, reason: {zh: 因, en: why}}"
LOADED: dict[str, Mapping[str, str]] = {
    "amount_negative": field("expr: yuan(400)", "expr: yuan(0) - yuan(400)"),
    "amount_not_flat": field("expr: yuan(400)", "expr: p.monthly_income"),
    "arguments_wrong": expr("max(p.age, yuan(1)) > 3"),
    "circle": {
        **expr("receives('MZ17')"),
        **another("MZ17", ("p.age_m >= 100", "receives('MZ16')")),
    },
    "code_doubled": {"programmes/other/MZ16.yaml": TEXTS[MZ16]},
    "code_unknown": expr("eld.assess == '很重'"),
    "code_wrong": field("code: MZ16", "code: MZ99"),
    "codes_missing": changed(FACTS, "{type: code, codes: [男, 女],", "{type: code,"),
    "condition_unknown": field("condition: MZ16-C2", "condition: MZ16-C9"),
    "conditions_count": field(
        "application: false",
        "".join(
            f"  - {{id: MZ16-C{n}, expr: p.age_m >= {n}, zh: 第{n}条, en: no. {n}}}\n"
            for n in range(3, 99)
        )
        + "application: false",
    ),
    "dates_wrong": changed(POOL, "values:\n", "values: []\nother:\n"),
    "derived_wrong": {
        FACTS: f"{TEXTS[FACTS].rstrip()}\n  p.none: {{expr: p.birth, zh: 无, en: none}}\n"
    },
    "division_not_allowed": expr("p.age_m // 0 > 3"),
    "expression_too_long": expr("p.age_m >= 100 or " * 60 + "p.age_m >= 100"),
    "expression_unreadable": expr("p.age_m >="),
    "fact_of_other_subject": expr("hh.cars > 3"),
    "file_unknown": {"programmes.yaml": "a: b"},
    "file_unreadable": field("unit: 人/月", "unit: ["),
    "form_already_replaced": field(
        "forms_replaced: []",
        ASKS.replace("reason", "names: {zh: 高龄津贴申请表, en: form}, reason") % "form",
    ),
    "function_unknown": expr("open('x')"),
    "id_doubled": field("id: MZ16-C2", "id: MZ16-C1"),
    "id_wrong": field("id: MZ16-C2", "id: C2"),
    "key_unknown": field("payee:", "payer:"),
    "key_wrong": field("unit: 人/月", "unit: 人/月\nunit: 人/月"),
    "kind_wrong": expr("p.age_m"),
    "kinds_differ": expr("p.age_m >= yuan(100)"),
    "level_unknown": field("level: township", "level: moon"),
    "list_wrong": field("feeds: [GA_HUKOU", "feeds: none\nother: [GA_HUKOU"),
    "literal_not_allowed": expr("p.age_m >= 99.5"),
    "literal_wrong": expr("p.birth < date('2025-02-30')"),
    "name_unknown": expr("p.agem >= 100"),
    "never_holds": expr("p.age_m >= 100 and p.age_m < 90"),
    "not_allowed": expr("[x for x in (1, 2)]"),
    "notice_shows_names": field("level: township,", "level: township, shows: names,")
    | {"sensitive": ""},
    "number_too_large": expr("p.age_m > 99999999999999999"),
    "number_wrong": field("back_pay_months: 12", "back_pay_months: 1000"),
    "parameter_unknown": {COUNTY: "values: []"},
    "pay_month_wrong": field("frequency: monthly", "frequency: annual"),
    "pay_until_wrong": field("frequency: monthly", "frequency: monthly\npay_until_month: 6"),
    "programme_unknown": expr("receives('ZZ99')"),
    "proof_already_answered": field(
        "forms_replaced: []", ASKS.replace("reason", "code: Z08, reason") % "proof"
    ),
    "proof_unknown": field("[Z08 年龄证明", "[Y99 年龄证明"),
    "rivals_not_mutual": {
        **field(STACKING, "{with: [MZ17], rule: pick_highest}"),
        **another("MZ17"),
    },
    "rounding_not_exact": {
        MZ16: TEXTS[MZ16]
        .replace("rounding: fen", "rounding: yuan_half_up")
        .replace(
            "kind: flat\n  expr: yuan(400)",
            "kind: formula\n  expr: percent('33.33') * p.monthly_income + yuan(1)",
        )
    },
    "section_missing": field(
        "notice: {level: township, days: 0, note: 首发前人工核验年龄真实性（户口、档案）}",
        "notice: none",
    ),
    "stacking_not_held": field(STACKING, "{with: [MZ15], rule: exclusive}"),
    "stop_not_known": field("{event: DEATH,", "{event: WEDDING,"),
    "subject_differs": {
        **expr("receives('MZ17')"),
        **another("MZ17", ("subject: person", "subject: household")),
    },
    "table_wrong": amount("kind: table\n  by: []\n  rows: {a: yuan(1)}"),
    "text_missing": field("unit: 人/月", "unit: []"),
    "tiers_missing": amount("kind: tiers\n  tiers: []"),
    "word_unknown": field("frequency: monthly", "frequency: weekly"),
    "yes_or_no_wrong": field("sensitive: false", "sensitive: maybe"),
}
"""Texts that take the place of files, by the fault that they have."""


def _question(
    facts: object, code: str = "MZ15", month: str = "2026-10", since: str = ""
) -> Callable[[RuleSet], object]:
    raw = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
    return lambda rules: read_question(rules, code, raw, "facts.json", month, since)


ASKED: dict[str, Callable[[RuleSet], object]] = {
    "amount_wrong": _question({"facts": {}, "paid": {"2026-10": -1}}),
    "fact_derived": _question({"p.age": 80}),
    "fact_doubled": _question({"p.monthly_income": "1.00", "p.monthly_income_fen": 100}),
    "fact_type_wrong": _question({"p.birth": True}),
    "fact_unknown": _question({"p.brith": "1940-01-01"}),
    "facts_wrong": _question([]),
    "file_not_json": _question(b'{"p.birth": '),
    "file_not_utf8": _question(b'{"p.birth": "\xff"}'),
    "file_too_deep": _question(b"[" * 100 + b"]" * 100),
    "file_too_large": _question(b" " * (BYTES_MAX + 1)),
    "key_doubled": _question(b'{"p.birth": "1940-01-01",\n "p.birth": "1941-01-01"}'),
    "month_invalid": _question({}, month="2026-13"),
    "month_outside": _question({"facts": {}, "months": {"2026-11": {}}}),
    "number_inexact": _question({"p.monthly_income": 60.5}),
    "number_not_finite": _question(b'{"p.monthly_income": NaN}'),
    "outcome_wrong": _question({"facts": {}, "receives": {"MZ17": "perhaps"}}, code="MZ09"),
    "period_unknown": _question({"facts": {}, "paid": {"2026-09": 1}}),
    "programme_not_asked": _question({"facts": {}, "receives": {"ZZ99": "due"}}),
    "since_wrong": _question({}, since="2026-11"),
    "unit_missing": _question({"p.monthly_income": 6000}),
    "unit_wrong": _question({"p.monthly_income": {"fen": 1}}),
    "value_out_of_range": _question({"p.monthly_income": "-1.00"}),
    "value_wrong": _question({"p.birth": "1940-13-01"}),
    "files_missing": lambda rules: load_rules(Path(rules.programmes["MZ16"].file)),
    "language_other": lambda _: load_canonical(b'{"language": 1}'),
    "not_a_pool": lambda rules: freeze_pool(rules, "MZ16", Month(2026, 10), []),
}
"""What is asked of the rules, by the fault that it meets."""


def _every(words_of: RuleFault) -> tuple[Fault, ...]:
    if isinstance(words_of, RulesInvalid):
        return words_of.faults
    return (Fault(words_of.code, "asked", 1, words_of.words),)


def _is_whole(fault: Fault) -> None:
    """A place, a Chinese sentence that says no English one, and an English one without Chinese grammar."""
    assert fault.file, fault
    assert fault.line >= 1, fault
    assert fault.column >= 1, fault
    assert re.search("[\u4e00-\u9fff]", fault.sentence_zh), fault
    assert fault.sentence_zh.endswith(("。", "？")), fault
    assert fault.sentence.endswith((".", "?")), fault
    assert fault.sentence_zh != fault.sentence
    assert len(fault.value) <= 81
    assert fault.value.isprintable()
    assert fault.sentence.isprintable()
    assert fault.sentence_zh.isprintable()


@pytest.mark.parametrize("code", sorted(LOADED))
def test_a_file_with_this_fault_is_refused_in_both_languages(folder: Path, code: str) -> None:
    texts = dict(LOADED[code])
    if texts.pop("sensitive", None) is not None:
        texts[MZ16] = texts[MZ16].replace("sensitive: false", "sensitive: true")
    with pytest.raises(RulesInvalid) as caught:
        load_rules(folder, changed=texts)
    assert code in {fault.code for fault in caught.value.faults}
    for fault in caught.value.faults:
        _is_whole(fault)


@pytest.mark.parametrize("code", sorted(ASKED))
def test_a_question_with_this_fault_is_refused_in_both_languages(rules: RuleSet, code: str) -> None:
    with pytest.raises(RuleFault) as caught:
        ASKED[code](rules)
    found = _every(caught.value)
    assert code in {fault.code for fault in found}
    for fault in found:
        _is_whole(fault)


def test_every_code_of_the_source_has_an_example() -> None:
    assert codes_in_the_source() == {*LOADED, *ASKED}
    assert not {*LOADED} & {*ASKED}


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ("month: 2026-13", "month_invalid"),
        ("month: 2026-10, facts: {p.brith: 1920-01-01}", "name_unknown"),
        ("month: 2026-10, facts: {p.birth: 1920-13-01}", "literal_wrong"),
        ("month: 2026-10, facts: {p.hukou_county: perhaps}", "yes_or_no_wrong"),
        ("month: 2026-10, outcome: perhaps", "word_unknown"),
        ("month: 2026-10, amount: x", "literal_wrong"),
    ],
)
def test_a_wrong_case_is_refused_in_both_languages(rules: RuleSet, after: str, code: str) -> None:
    text = TEXTS[CASES].replace("month: 2026-10, outcome: due, amount: '400'", after, 1)
    with pytest.raises(RulesInvalid) as caught:
        load_cases(rules, changed={CASES: text}, codes={"MZ16"})
    assert code in {fault.code for fault in caught.value.faults}
    for fault in caught.value.faults:
        assert fault.line == 4
        _is_whole(fault)


def test_the_place_is_the_column_of_the_value_and_the_value_is_told(folder: Path) -> None:
    with pytest.raises(RulesInvalid) as caught:
        load_rules(folder, changed=field("back_pay_months: 12", "back_pay_months: 1200"))
    [found] = caught.value.faults
    line = TEXTS[MZ16].splitlines().index("back_pay_months: 12") + 1
    assert (found.file, found.line, found.column) == (MZ16, line, 18)
    assert found.value == "1200"
    assert found.sentence == "back_pay_months must be a whole number from 0 to 120, not 1200."
    assert found.sentence_zh == "back_pay_months 须为0 至 120 的整数，而不是 1200。"


@pytest.mark.parametrize(
    ("raw", "line", "column", "en", "zh"),
    [
        ("code: MZ16\nunit: a\u200bb\n", 2, 8, "U+200B", "不可见字符"),
        ("code: &a x\nunit: *a\n", 2, 7, "aliases", "锚点和引用"),
        ("code: x\n\tunit: y\n", 2, 1, "tab", "制表符"),
        ("code: x: y\n", 1, 8, "colon", "冒号"),
        ("- a\n- b\n", 1, 1, "mapping of names", "名称: 值"),
        ("", 1, 1, "mapping of names", "名称: 值"),
    ],
)
def test_what_is_no_yaml_is_located(
    folder: Path, raw: str, line: int, column: int, en: str, zh: str
) -> None:
    with pytest.raises(RulesInvalid) as caught:
        load_rules(folder, changed={MZ16: raw})
    found = next(fault for fault in caught.value.faults if fault.file == MZ16)
    assert (found.code, found.line, found.column) == ("file_unreadable", line, column)
    assert en in found.sentence.casefold() or en in found.sentence
    assert zh in found.sentence_zh
    _is_whole(found)


@pytest.mark.parametrize("before", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(
    folder: Path, tmp_path: Path, before: str, end: str
) -> None:
    shutil.copytree(folder, tmp_path / "rules")
    text = before + TEXTS[MZ16].replace("\n", end)
    (tmp_path / "rules" / MZ16).write_bytes(text.encode())
    assert load_rules(tmp_path / "rules").digest == load_rules(folder).digest


def test_what_is_asked_of_the_engines_is_refused_in_both_languages(rules: RuleSet) -> None:
    for ask in (
        lambda: rules.programme("MZ1"),
        lambda: rules.programme("MZ16").condition("MZ16-C9"),
        lambda: compile_sql(rules, Subject.HOUSEHOLD, Month(2026, 10), "facts", ["MZ16"]),
        lambda: evaluate(rules, "MZ16", {"p__birth": True}, Month(2026, 10)),
        lambda: Month(2300, 1),
    ):
        with pytest.raises(RuleFault) as caught:
            ask()
        for fault in _every(caught.value):
            _is_whole(fault)
