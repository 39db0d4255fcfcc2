"""A policy question written in JSON is read exactly, or refused with every fault at its line."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility_rules import Fault, Month, RuleSet, RulesInvalid
from eligibility_rules.asking.json_document import BYTES_MAX
from eligibility_rules.asking.question import Question, read_question


def ask(
    rules: RuleSet,
    content: object,
    code: str = "MZ15",
    month: str = "2026-10",
    since: str = "",
) -> Question:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_question(rules, code, raw, "facts.json", month, since)


def faults(
    rules: RuleSet,
    content: object,
    code: str = "MZ15",
    month: str = "2026-10",
    since: str = "",
) -> list[tuple[str, str, int]]:
    with pytest.raises(RulesInvalid) as caught:
        ask(rules, content, code, month, since)
    assert all(len(fault.sentence) > 10 for fault in caught.value.faults)
    return [(fault.code, fault.file, fault.line) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("code", "given", "column", "value"),
    [
        ("MZ15", {"p.birth": "1940-01-31"}, "p__birth", date(1940, 1, 31)),
        ("MZ15", {"p__birth": "1940-01-31"}, "p__birth", date(1940, 1, 31)),
        ("MZ15", {"p.birth": None}, "p__birth", None),
        ("MZ15", {"p.hukou_county": False}, "p__hukou_county", False),
        ("MZ15", {"p.sex": "女"}, "p__sex", "女"),
        ("MZ15", {"p.months_old": 1200}, "p__months_old", 1200),
        ("MZ15", {"p.months_old": "1200"}, "p__months_old", 1200),
        ("MZ01", {"hh.income_pc": "900.5"}, "hh__income_pc_fen", 90_050),
        ("MZ01", {"hh.income_pc": {"yuan": "900.05"}}, "hh__income_pc_fen", 90_005),
        ("MZ01", {"hh.income_pc": {"yuan": 900}}, "hh__income_pc_fen", 90_000),
        ("MZ01", {"hh.income_pc_fen": 90_005}, "hh__income_pc_fen", 90_005),
        ("MZ01", {"hh.income_pc_fen": 10**13}, "hh__income_pc_fen", 10**13),
        ("MZ01", {"hh.income_pc": "100000000000"}, "hh__income_pc_fen", 10**13),
        ("MZ01", {"hh__income_pc_fen": 90_005}, "hh__income_pc_fen", 90_005),
        ("NY01", {"land.eligible_area": "3.125"}, "land__eligible_area_milli_mu", 3_125),
        ("NY01", {"land.eligible_area": {"mu": "3"}}, "land__eligible_area_milli_mu", 3_000),
        ("NY01", {"land.eligible_area_milli_mu": 3_125}, "land__eligible_area_milli_mu", 3_125),
        ("NY01", {"land.remote_sense_diff": "12.5%"}, "land__remote_sense_diff_bp", 1_250),
        ("NY01", {"land.remote_sense_diff": "-0.01"}, "land__remote_sense_diff_bp", -1),
        ("MZ08", {"app.apply_date": "2026-09-01"}, "app__apply_date__MZ08", date(2026, 9, 1)),
        ("MZ08", {"app__apply_date__MZ09": None}, "app__apply_date__MZ09", None),
    ],
)
def test_a_fact_is_read_in_the_unit_in_which_it_is_written(
    rules: RuleSet, code: str, given: dict[str, object], column: str, value: object
) -> None:
    question = ask(rules, given, code)
    assert question.facts[question.month] == {column: value}


@pytest.mark.parametrize(
    ("code", "given", "expected"),
    [
        ("MZ15", {"p.brith": "1940-01-31"}, "fact_unknown"),
        ("MZ15", {"": 1}, "fact_unknown"),
        ("MZ15", {"p.age": 80}, "fact_derived"),
        ("MZ15", {"land.eligible_area": "3"}, "fact_of_other_subject"),
        ("MZ15", {"p.birth": 19400131}, "fact_type_wrong"),
        ("MZ15", {"p.birth": "1940-02-30"}, "value_wrong"),
        ("MZ15", {"p.birth": "31.1.1940"}, "value_wrong"),
        ("MZ15", {"p.birth": "1700-01-01"}, "value_wrong"),
        ("MZ15", {"p.birth": ["1940-01-31"]}, "fact_type_wrong"),
        ("MZ15", {"p.hukou_county": "true"}, "fact_type_wrong"),
        ("MZ15", {"p.hukou_county": 1}, "fact_type_wrong"),
        ("MZ15", {"p.sex": "female"}, "code_unknown"),
        ("MZ15", {"p.sex": True}, "fact_type_wrong"),
        ("MZ15", {"p.months_old": 1.5}, "number_inexact"),
        ("MZ15", {"p.months_old": True}, "fact_type_wrong"),
        ("MZ15", {"p.months_old": -1}, "value_out_of_range"),
        ("MZ15", {"p.months_old": 1501}, "value_out_of_range"),
        ("MZ15", {"p.months_old": 10**40}, "value_out_of_range"),
        ("MZ15", {"p.months_old": "many"}, "value_wrong"),
        ("MZ01", {"hh.income_pc": 900}, "unit_missing"),
        ("MZ01", {"hh.income_pc": 900.5}, "number_inexact"),
        ("MZ01", {"hh.income_pc": 1e3}, "number_inexact"),
        ("MZ01", {"hh.income_pc": "900.555"}, "value_wrong"),
        ("MZ01", {"hh.income_pc": "9e2"}, "value_wrong"),
        ("MZ01", {"hh.income_pc": "99999999999999"}, "value_out_of_range"),
        ("MZ01", {"hh.income_pc": "99999999999999.5"}, "value_out_of_range"),
        ("MZ01", {"hh.income_pc_fen": 10**13 + 1}, "value_out_of_range"),
        ("MZ01", {"hh.income_pc_fen": "1.0"}, "value_wrong"),
        ("MZ01", {"hh.income_pc": "１２"}, "value_wrong"),
        ("MZ01", {"hh.income_pc": {"fen": 1}}, "unit_wrong"),
        ("MZ01", {"hh.income_pc": {"yuan": "1", "fen": 1}}, "unit_wrong"),
        ("MZ01", {"hh.income_pc_fen": 900.5}, "number_inexact"),
        ("MZ01", {"hh.income_pc_fen": 90_000, "hh.income_pc": "900"}, "fact_doubled"),
        ("MZ01", {"hh.income_pc": float("nan")}, "number_not_finite"),
        ("MZ01", {"hh.income_pc_fen": float("inf")}, "number_not_finite"),
        ("MZ15", {"facts": {}, "month": {}}, "key_unknown"),
        ("MZ15", {"facts": []}, "facts_wrong"),
        ("MZ15", [], "facts_wrong"),
        ("MZ15", "p.birth", "facts_wrong"),
        ("MZ15", {"months": []}, "facts_wrong"),
        ("MZ15", {"months": {"2026-9": {}}}, "month_invalid"),
        ("MZ15", {"months": {"2026-11": {}}}, "month_outside"),
        ("MZ15", {"months": {"2026-09": {"p.brith": None}}}, "fact_unknown"),
        ("MZ15", {"paid": {"2026-09": 1}}, "period_unknown"),
        ("MZ15", {"paid": {"2026-10": -1}}, "amount_wrong"),
        ("MZ15", {"paid": {"2026-10": 60.5}}, "amount_wrong"),
        ("MZ15", {"paid": {"2026-10": {"yuan": 60}}}, "amount_wrong"),
        ("MZ16", {"receives": []}, "facts_wrong"),
        ("MZ16", {"receives": {"MZ99": "due"}}, "programme_not_asked"),
        ("MZ16", {"receives": {"MZ16": "due"}}, "programme_not_asked"),
        ("MZ09", {"receives": {"MZ17": "perhaps"}}, "outcome_wrong"),
        ("MZ09", {"receives": {"MZ17": True}}, "outcome_wrong"),
    ],
)
def test_a_wrong_fact_is_refused_with_its_code(
    rules: RuleSet, code: str, given: object, expected: str
) -> None:
    assert faults(rules, given, code) == [(expected, "facts.json", 1)]


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (b"", "file_not_json", 1),
        (b'{"p.birth": \n "1940-01-31",\n}', "file_not_json", 3),
        (b'{"p.birth":\n"\xff"}', "file_not_utf8", 2),
        (b'{"p.birth": null,\n\n"p.birth": null}', "key_doubled", 3),
        (b'{"p.months_old":\n ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "file_too_deep", 1),
        (b'{"p.months_old":\n ' + b"[" * 30 + b"]" * 30 + b"}", "file_too_deep", 1),
        (b" " * (BYTES_MAX + 1), "file_too_large", 1),
        (b'{"p.months_old":\n ' + b"9" * 5_000 + b"}", "value_out_of_range", 2),
        (b'{"p.birth": "\\ud800"}', "value_wrong", 1),
        (b'{"\\ud800\\u0000": null}', "fact_unknown", 1),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_line(
    rules: RuleSet, raw: bytes, code: str, line: int
) -> None:
    assert faults(rules, raw) == [(code, "facts.json", line)]


def test_a_byte_order_mark_is_passed_over(rules: RuleSet) -> None:
    question = ask(rules, b'\xef\xbb\xbf{"p.birth": "1940-01-31"}')
    assert question.facts[Month(2026, 10)] == {"p__birth": date(1940, 1, 31)}


def test_every_fault_is_told_at_once(rules: RuleSet) -> None:
    raw = b'{"p.brith": 1,\n"p.sex": "x",\n"p.hukou_county": 0}'
    assert set(faults(rules, raw, month="2026-13", since="2026")) == {
        ("month_invalid", "--month", 1),
        ("month_invalid", "--since", 1),
        ("fact_unknown", "facts.json", 1),
        ("code_unknown", "facts.json", 2),
        ("fact_type_wrong", "facts.json", 3),
    }
    assert set(faults(rules, b"[", code="MZ51", month="x")) == {
        ("month_invalid", "--month", 1),
        ("programme_unknown", "CODE", 1),
        ("file_not_json", "facts.json", 1),
    }


def test_the_sentences_help(rules: RuleSet) -> None:
    with pytest.raises(RulesInvalid) as caught:
        ask(rules, {"p.brith": 1, "p.birth": 19400131, "p.monthly_income": 900})
    assert [fault.sentence for fault in caught.value.faults] == [
        'p.birth: it must be a day as a text such as "1940-01-31", not 19400131.',
        "p.brith is not a fact of a person; did you mean p.birth?",
        'p.monthly_income: 900 has no unit: write "900" for yuan, or use p.monthly_income_fen.',
    ]


@pytest.mark.parametrize("since", ["2026-11", "2006-10"])
def test_since_lies_before_the_month_and_not_too_far(rules: RuleSet, since: str) -> None:
    assert faults(rules, {}, since=since) == [("since_wrong", "--since", 1)]


def test_a_change_holds_from_its_month_on(rules: RuleSet) -> None:
    content = {
        "facts": {"p.birth": "1940-01-31"},
        "months": {
            "2026-01": {"p.sex": "男"},
            "2026-09": {"p.hukou_county": False},
            "2026-08": {"p.hukou_county": True},
        },
    }
    question = ask(rules, content, since="2026-07")
    found = [question.facts[month].get("p__hukou_county") for month in question.months]
    assert found == [None, True, False, False]
    assert all(question.facts[month]["p__sex"] == "男" for month in question.months)


def test_facts_that_nobody_looks_at_are_named(rules: RuleSet) -> None:
    given = {"p.birth": "1940-01-31", "p.sex": "男", "app__apply_date__MZ08": None}
    assert ask(rules, given).unused == ("app__apply_date__MZ08", "p.sex")


KEYS = st.one_of(
    st.sampled_from(
        [
            "facts",
            "months",
            "paid",
            "receives",
            "2026-08",
            "2026-10",
            "p.birth",
            "p__birth",
            "p.sex",
            "p.age",
        ]
    ),
    st.sampled_from(
        ["p.monthly_income", "p.monthly_income_fen", "p.hukou_county", "hh.size", "yuan"]
    ),
    st.text(max_size=8),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["1940-01-31", "900.00", "男", "9e9", "1" * 30, "-1%"]),
    st.text(st.characters(codec=None), max_size=8),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(content=JSON, month=st.one_of(st.just("2026-10"), st.text(max_size=8)))
def test_random_json_is_a_question_or_is_refused_in_sentences(
    rules: RuleSet, content: object, month: str
) -> None:
    _reads_or_explains(rules, json.dumps(content).encode(), month)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    raw=st.one_of(
        st.binary(max_size=60),
        st.text(st.sampled_from('{}[]:,"\\ue0p.birthnul1-+.NaNIfity \n\t'), max_size=60).map(
            str.encode
        ),
    )
)
def test_random_bytes_are_a_question_or_are_refused_in_sentences(
    rules: RuleSet, raw: bytes
) -> None:
    _reads_or_explains(rules, raw, "2026-10")


def _reads_or_explains(rules: RuleSet, raw: bytes, month: str) -> None:
    found: tuple[Fault, ...] = ()
    question = None
    try:
        question = read_question(rules, "MZ15", raw, "facts.json", month, "2026-08")
    except RulesInvalid as invalid:
        found = invalid.faults
    assert (question is None) == bool(found)
    for fault in found:
        assert fault.code.replace("_", "").isalnum()
        assert fault.line >= 1
        assert fault.sentence.isprintable()
        assert fault.sentence.endswith((".", "?"))
