"""``anxin rules evaluate`` and ``explain``: facts in, decision out; wrong facts named, exit code 2."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from eligibility_rules import load_rules
from service.cli import app

BIRTH = {"p.birth": "1940-01-31", "p.hukou_county": True}


def run(command: str, code: str, facts: object, *more: str, exits: int = 0) -> Result:
    """Run with the facts on standard input, which takes the way of a file."""
    text = facts if isinstance(facts, str | bytes) else json.dumps(facts)
    arguments = ["rules", command, code, "--facts", "-", "--month", "2026-10", *more]
    result = CliRunner().invoke(app, arguments, input=text, env={"COLUMNS": "200"})
    assert result.exit_code == exits, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def decide(code: str, facts: object, *more: str) -> Any:
    return json.loads(run("evaluate", code, facts, "--json", *more).stdout)


def test_a_decision_has_outcome_amount_reasons_lines_and_digest() -> None:
    found = decide("MZ15", BIRTH)
    assert found["rule_digest"] == load_rules().digest
    assert {
        key: found[key]
        for key in ("programme", "month", "period", "payable", "outcome", "amount_fen", "amount")
    } == {
        "programme": "MZ15",
        "month": "2026-10",
        "period": "2026-10",
        "payable": True,
        "outcome": "due",
        "amount_fen": 6_000,
        "amount": "60.00",
    }
    conditions = [one.id for one in load_rules().programme("MZ15").conditions]
    assert [one["condition"] for one in found["reasons"]] == [*conditions, "MZ15-AMOUNT"]
    assert {one["state"] for one in found["reasons"]} == {"true"}
    values = {value["name"]: value for one in found["reasons"] for value in one["values"]}
    assert values["p.birth"] == {
        "name": "p.birth",
        "label": {"zh": "出生日期", "en": "date of birth"},
        "shown": {"zh": "1940年1月31日", "en": "1940-01-31"},
        "feeds": ["GA_HUKOU"],
    }
    [line] = found["lines"]
    assert (line["period"], line["kind"], line["amount_fen"]) == ("2026-10", "regular", 6_000)
    assert found["unused"] == []


def test_money_may_be_yuan_or_fen() -> None:
    by_yuan = decide("MZ01", {"hh.income_pc": {"yuan": "900.00"}})
    by_fen = decide("MZ01", {"hh.income_pc_fen": 90_000})
    by_text = decide("MZ01", {"hh.income_pc": "900"})
    assert by_yuan == by_fen == by_text
    shown = {value["name"]: value["shown"] for one in by_yuan["reasons"] for value in one["values"]}
    assert shown["hh.income_pc"]["zh"] == "900.00元"


def test_missing_facts_are_unknown_and_not_refused() -> None:
    found = decide("MZ15", {"p.birth": "1940-01-31"})
    assert (found["outcome"], found["amount_fen"], found["amount"]) == ("unknown", None, None)
    assert [one["kind"] for one in found["lines"]] == ["open"]


def test_since_brings_arrears_and_recovery() -> None:
    timeline = {
        "facts": BIRTH,
        "months": {"2026-10": {"p.death_date": "2026-08-15"}},
        "paid": {"2026-08": 6_000},
    }
    found = decide("MZ15", timeline, "--since", "2026-08")
    assert [(one["period"], one["kind"], one["amount"]) for one in found["lines"]] == [
        ("2026-09", "arrears", "60.00")
    ]
    timeline["facts"] = {**BIRTH, "p.death_date": "2026-08-15"}
    timeline["paid"] = {"2026-08": 6_000, "2026-09": 6_000}
    found = decide("MZ15", timeline, "--since", "2026-08")
    [line] = found["lines"]
    assert (line["period"], line["kind"], line["amount"]) == ("2026-09", "recovery", "60.00")
    assert line["zh"].startswith("不符合：")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["符合，应发: 60.00元", "高龄津贴", "本项目不看的事实：p.sex", "当期"]),
        ("en", ["due: 60.00 yuan", "Old-age", "Not looked at by this programme: p.sex", "regular"]),
    ],
)
def test_people_read_it_in_their_language(language: str, said: list[str]) -> None:
    output = run("evaluate", "MZ15", {**BIRTH, "p.sex": "男"}, "--language", language).stdout
    for text in said:
        assert text in output


def test_every_fault_is_a_sentence_at_once() -> None:
    facts = '{"p.brith": "1940-01-31",\n"p.sex": "M",\n"p.hukou_county": 1}'
    lines = run("evaluate", "MZ15", facts, "--since", "x", exits=2).stdout.splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        ["--since:1", "month_invalid"],
        ["standard input:1", "fact_unknown"],
        ["standard input:2", "code_unknown"],
        ["standard input:3", "fact_type_wrong"],
    ]
    faults = json.loads(run("evaluate", "MZ15", facts, "--json", exits=2).stdout)["faults"]
    assert [(one["line"], one["code"]) for one in faults] == [
        (1, "fact_unknown"),
        (2, "code_unknown"),
        (3, "fact_type_wrong"),
    ]


@pytest.mark.parametrize("name", ["nowhere.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_told_with_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["rules", "evaluate", "MZ51", "--facts", name, "--month", "2026"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    codes = {line.split(": ")[1] for line in result.stdout.splitlines()}
    assert codes == {"file_unreadable", "month_invalid", "programme_unknown"}


def test_explain_says_why_what_would_change_and_whom_to_ask() -> None:
    facts = {"p.birth": "1946-12-30", "p.hukou_county": True}
    zh = run("explain", "MZ15", facts).stdout
    for text in (
        "不予发放，因为下列条件中有 2 项不符合。",
        "[不符合] 满80周岁，未满100周岁",
        "出生日期：1946年12月30日\n        由公安掌握（户籍登记）",
        "要符合此项：自2026年12月起（满80周岁的当月）",
        "事实不变的话，自2026年12月起符合条件",
        "如与事实不符，请向公安提出更正",
        f"规则版本: {load_rules().digest[:16]}",
    ):
        assert text in zh
    en = run("explain", "MZ15", facts, "--language", "en").stdout
    assert "If nothing else changes, it is due from December 2026 on" in en


def test_explain_shows_the_arithmetic_of_what_is_due() -> None:
    output = run("explain", "MZ15", BIRTH).stdout
    assert "应发 60.00 元，各项条件均符合。" in output
    assert "适用档次：80至89周岁" in output
    assert "应发60.00元\n" in output
    assert "怎样才会改变" not in output


def test_explain_finds_the_one_fact_that_would_do() -> None:
    output = run("explain", "MZ15", {"p.birth": "1940-01-31"}, "--language", "en").stdout
    assert "cannot be decided yet: one of the conditions below is not known" in output
    assert "This alone would do: household registration in this county" in output
    assert "from “not known” to “yes”; 60.00 yuan would then be due" in output


def test_explain_tells_what_earlier_months_bring() -> None:
    output = run("explain", "MZ15", BIRTH, "--since", "2026-09", "--language", "en").stdout
    assert "2026-09 arrears, 60.00 yuan: due 60.00 yuan, paid 0.00 yuan" in output
    letter = json.loads(run("explain", "MZ15", BIRTH, "--json").stdout)["letter"]
    assert letter[0]["zh"] == "高龄津贴（80至99周岁）（MZ15），2026年10月"


def test_every_programme_can_be_asked_and_explained_without_any_fact() -> None:
    for code in load_rules().programmes:
        assert decide(code, {})["outcome"] in {"unknown", "not_due"}
        for language in ("zh", "en"):
            assert code in run("explain", code, {}, "--language", language).stdout


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    content=st.one_of(
        st.binary(max_size=40),
        st.dictionaries(
            st.sampled_from(["p.birth", "p.sex", "p.hukou_county", "facts", "paid", "months", "é"]),
            st.recursive(
                st.one_of(
                    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)
                ),
                lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=2),
                max_leaves=3,
            ),
            max_size=4,
        ).map(lambda made: json.dumps(made).encode()),
    ),
    month=st.one_of(
        st.just("2026-10"), st.text(st.characters(exclude_categories=["Cs"]), max_size=7)
    ),
)
def test_random_input_ends_with_a_decision_or_coded_sentences(content: bytes, month: str) -> None:
    arguments = ["rules", "evaluate", "MZ15", "--facts", "-", f"--month={month}", "--json"]
    result = CliRunner().invoke(app, arguments, input=content)
    assert result.exit_code in {0, 2}, result.output
    found = json.loads(result.stdout)
    if result.exit_code == 0:
        assert found["outcome"] in {"due", "not_due", "unknown"}
    else:
        assert all(one["code"] and one["line"] and one["sentence"] for one in found["faults"])
