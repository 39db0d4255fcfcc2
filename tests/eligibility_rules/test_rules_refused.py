"""Wrong rule files are refused with every fault, its file, its line and a sentence."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility_rules import Fault, RulesInvalid, load_rules
from eligibility_rules.load import HOME

MZ16 = "programmes/minzheng/MZ16.yaml"
MZ17 = "programmes/minzheng/MZ17.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("facts.yaml", "parameters", "programmes"):
        source = HOME / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / part)
    return tmp_path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Only the facts, one parameter and one programme, so that a load takes no time."""
    for name in ("facts.yaml", "parameters/dl_pool.yaml", MZ16):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HOME / name, tmp_path / name)
    return tmp_path


def faults(folder: Path, name: str, before: str, after: str) -> list[tuple[str, int, str]]:
    """Codes, lines and sentences after replacing one text in one file."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RulesInvalid) as caught:
        load_rules(folder)
    assert all(fault.file == name for fault in caught.value.faults)
    return [(fault.code, fault.line, fault.sentence) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("expr", "code", "part"),
    [
        ("p.agem >= 100", "name_unknown", "did you mean p.age_m?"),
        ("p.age_m >= yuan(100)", "kinds_differ", "cannot be compared"),
        ("hh.income_pc < 1175", "kinds_differ", "write money as yuan(60)"),
        ("p.birth > 19800101", "kinds_differ", "p.birth is a date"),
        ("p.death_date < asof", "kinds_differ", "happened_before()"),
        ("p.age_m", "kind_wrong", "a yes or no is needed"),
        ("p.age_m >= 100 and p.age_m", "kind_wrong", "a yes or no is needed"),
        ("hh.cars > 3", "fact_of_other_subject", "a household only"),
        ("dis.cert_status == '有效'", "code_unknown", "正常、冻结、注销、迁移中"),
        ("eld.assess in ('中', '很重')", "code_unknown", "is never '很重'"),
        ("hh.income_pc < yuan(1.5)", "literal_wrong", "takes one literal"),
        ("hh.income_pc < yuan('1.555')", "literal_wrong", "more than 2 decimals"),
        ("p.birth < date('2025-02-30')", "literal_wrong", "is not a day"),
        ("p.age_m / 2 > 3", "division_not_allowed", "only money can be divided"),
        ("p.age_m // p.age > 3", "division_not_allowed", "positive literal"),
        ("p.age_m // 0 > 3", "division_not_allowed", "positive literal"),
        ("hh.income_pc * hh.income_pc > yuan(1)", "kinds_differ", "multiplied"),
        ("hh.income_pc * 999999999 > yuan(1)", "number_too_large", "64-bit"),
        ("__import__('os').system('true')", "not_allowed", "not part of the rule language"),
        ("[x for x in (1, 2)]", "not_allowed", "not part of the rule language"),
        ("(lambda: True)()", "not_allowed", "not part of the rule language"),
        ("open('x')", "function_unknown", "no function open()"),
        ("p.birth.__class__ == 1", "name_unknown", "p.birth.__class__"),
        ("p.age_m >=", "expression_unreadable", "cannot be read"),
        ("receives('ZZ99')", "programme_unknown", "without rules"),
        ("receives('MZ01')", "subject_differs", "about a household"),
        ("p.age_m is 3", "not_allowed", "use =="),
        ("max(p.age, yuan(1)) > 3", "arguments_wrong", "numbers of one kind"),
    ],
)
def test_a_wrong_expression_is_refused_at_its_line(
    folder: Path, expr: str, code: str, part: str
) -> None:
    quoted = expr.replace("'", "''")
    found = faults(folder, MZ16, "expr: p.age_m >= 100,", f"expr: '{quoted}',")
    assert found[0][0] == code
    assert part in found[0][2]
    if code not in {"programme_unknown", "subject_differs"}:
        lines = (HOME / MZ16).read_text(encoding="utf-8").splitlines()
        assert found[0][1] == 1 + next(n for n, line in enumerate(lines) if "MZ16-C2," in line)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("sensitive: false", "sensitive: maybe", "yes_or_no_wrong"),
        ("back_pay_months: 12", "back_pay_months: 1000", "number_wrong"),
        ("frequency: monthly", "frequency: weekly", "word_unknown"),
        ("frequency: monthly", "frequency: annual", "pay_month_wrong"),
        ("payee:", "payer:", "key_unknown"),
        ("code: MZ16", "code: MZ99", "code_wrong"),
        ("expr: yuan(400)", "expr: p.monthly_income", "amount_not_flat"),
        ("expr: yuan(400)", "expr: yuan(0) - yuan(400)", "amount_negative"),
        ("{event: DEATH,", "{event: WEDDING,", "stop_not_known"),
        ("condition: MZ16-C2", "condition: MZ16-C9", "condition_unknown"),
        ("id: MZ16-C2", "id: MZ16-C1", "id_doubled"),
        ("unit: 人/月", "unit: 人/月\nunit: 人/月", "key_wrong"),
        ("unit: 人/月", "unit: &a 人/月\npay_by: *a", "file_unreadable"),
        ("unit: 人/月", "unit: [", "file_unreadable"),
        ("figures: mixed", "figures: certain", "word_unknown"),
    ],
)
def test_a_wrong_field_is_refused(folder: Path, before: str, after: str, code: str) -> None:
    assert code in [fault[0] for fault in faults(folder, MZ16, before, after)]


def test_an_amount_to_the_yuan_must_be_rounded_exactly(folder: Path) -> None:
    name = "programmes/minzheng/MZ08.yaml"
    before = "expr: par.cj_pct * par.dibao_std"
    found = faults(folder, name, before, f"{before} + par.cj_pct * par.dibao_std")
    assert [fault[0] for fault in found] == ["rounding_not_exact"]


def test_programmes_waiting_for_one_another_are_refused_with_the_path(folder: Path) -> None:
    path = folder / MZ17
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("not sa.tekun", "not receives('MZ09')"), encoding="utf-8")
    with pytest.raises(RulesInvalid) as caught:
        load_rules(folder)
    [found] = caught.value.faults
    assert found.code == "circle"
    assert "MZ09 → MZ17 → MZ09" in found.sentence


def test_all_faults_are_told_at_once(folder: Path) -> None:
    for name in ("MZ15", "MZ16"):
        path = folder / f"programmes/minzheng/{name}.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("p.hukou_county", "p.hukou"), encoding="utf-8")
    with pytest.raises(RulesInvalid) as caught:
        load_rules(folder)
    assert {fault.file[-9:-5] for fault in caught.value.faults} == {"MZ15", "MZ16"}
    assert len(caught.value.faults) >= 2


def test_an_empty_folder_is_refused_in_sentences(tmp_path: Path) -> None:
    with pytest.raises(RulesInvalid) as caught:
        load_rules(tmp_path)
    assert "cannot be read" in caught.value.sentence


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_random_garbage_is_refused_with_a_place_or_loads(small: Path, data: st.DataObject) -> None:
    original = (HOME / MZ16).read_bytes()
    start = data.draw(st.integers(0, len(original)))
    length = data.draw(st.integers(0, 40))
    junk = data.draw(st.one_of(st.binary(max_size=30), st.text(max_size=20).map(str.encode)))
    garbled = original[:start] + junk + original[start + length :]
    (small / MZ16).write_bytes(garbled)
    _loads_or_explains(small)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    expr=st.text(st.sampled_from("p.age_m<>=()'0123 andortifels+-*/%,[]yuan\"\\\n"), max_size=50)
)
def test_random_expressions_are_refused_with_a_place_or_load(small: Path, expr: str) -> None:
    quoted = expr.replace("'", "''").replace("\n", " ")
    text = (HOME / MZ16).read_text(encoding="utf-8")
    changed = text.replace("expr: p.age_m >= 100,", f"expr: '{quoted}',")
    (small / MZ16).write_text(changed, encoding="utf-8")
    _loads_or_explains(small)


def _loads_or_explains(folder: Path) -> None:
    found: tuple[Fault, ...] | None = None
    try:
        load_rules(folder)
    except RulesInvalid as error:
        found = error.faults
    assert found is None or found
    for fault in found or ():
        assert fault.file
        assert fault.line >= 1
        assert fault.column >= 1
        assert len(fault.sentence) > 10
        assert re.search("[\u4e00-\u9fff]", fault.sentence_zh)
        assert fault.sentence.isprintable(), fault
        assert fault.sentence_zh.isprintable(), fault
        assert fault.code
