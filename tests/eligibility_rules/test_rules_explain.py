"""An explanation names every condition, its values and the arithmetic, in both languages."""

from datetime import date

import pytest

from eligibility_rules import (
    Month,
    Outcome,
    RuleFault,
    RuleSet,
    Subject,
    compile_sql,
    evaluate,
    explain,
    load_rules,
    required_columns,
)
from eligibility_rules.cases import load_cases
from eligibility_rules.language.kinds import Value

OCTOBER = Month.parse("2026-10")


def test_reasons_follow_the_bits_of_the_masks(rules: RuleSet) -> None:
    facts: dict[str, Value] = {
        "p.birth": date(1940, 1, 1),
        "p.hukou_county": True,
        "p.death_date": date(2026, 9, 1),
    }
    decision = evaluate(rules, "MZ15", facts, OCTOBER)
    programme = rules.programme("MZ15")
    assert decision.outcome is Outcome.NOT_DUE
    again = explain(programme, decision.held, decision.unknown)
    assert [(one.condition_id, one.state) for one in again] == [
        ("MZ15-C1", "true"),
        ("MZ15-C2", "true"),
        ("MZ15-START", "true"),
        ("MZ15-STOP-DEATH", "false"),
        ("MZ15-STOP-HUKOU-OUT", "true"),
    ]
    assert [one.condition_id for one in decision.reasons] == [one.condition_id for one in again]


def test_a_reason_shows_the_values_it_stood_on(rules: RuleSet) -> None:
    facts: dict[str, Value] = {"p.birth": date(1940, 1, 1), "p.hukou_county": True}
    reasons = {one.condition_id: one for one in evaluate(rules, "MZ15", facts, OCTOBER).reasons}
    shown = {value.name: value.shown.zh for value in reasons["MZ15-C2"].values}
    assert shown == {"p.age_m": "86", "p.birth": "1940年1月1日"}
    assert {value.name: value.shown.en for value in reasons["MZ15-C1"].values} == {
        "p.hukou_county": "yes",
        "p.hukou_out_date": "none recorded",
    }


def test_the_arithmetic_of_the_living_allowance_can_be_added_up_again(rules: RuleSet) -> None:
    facts = load_cases(rules)["MZ01"][0].columns
    last = evaluate(rules, "MZ01", facts, OCTOBER).reasons[-1]
    assert last.condition_id == "MZ01-AMOUNT"
    assert "(1175.00 − 700.00) × 3" in last.zh
    assert last.zh.endswith("→ 1425.00元（见元进元）")
    assert "1425.00 yuan" in last.en


def test_an_unknown_amount_says_so(rules: RuleSet) -> None:
    facts: dict[str, Value] = {
        "vet.conscript_from_here": True,
        "p.in_service": True,
        "vet.service_month_count": 12,
    }
    decision = evaluate(rules, "TY10", facts, OCTOBER)
    assert decision.outcome is Outcome.UNKNOWN
    assert (decision.reasons[-1].condition_id, decision.reasons[-1].state) == (
        "TY10-AMOUNT",
        "unknown",
    )


def test_every_condition_and_amount_has_both_languages(rules: RuleSet) -> None:
    for programme in rules.programmes.values():
        for words in [programme.names, *(one.words for one in programme.conditions)]:
            assert words.zh.strip()
            assert words.en.isascii()


def test_a_fact_of_the_wrong_type_is_refused_by_name(rules: RuleSet) -> None:
    with pytest.raises(RuleFault) as caught:
        evaluate(rules, "MZ15", {"p.birth": "1940-01-01"}, OCTOBER)
    assert caught.value.code == "fact_type_wrong"
    assert "1940" not in caught.value.sentence


def test_a_fact_out_of_its_range_is_unknown(rules: RuleSet) -> None:
    facts: dict[str, Value] = {"p.birth": date(1700, 1, 1), "p.hukou_county": True}
    assert evaluate(rules, "MZ16", facts, OCTOBER).outcome is Outcome.UNKNOWN


def test_annual_programmes_have_a_year_for_a_period(rules: RuleSet) -> None:
    assert rules.programme("TY10").period(OCTOBER) == "2026"
    assert rules.programme("MZ15").period(OCTOBER) == "2026-10"
    assert not rules.programme("TY10").is_payable(Month.parse("2026-06"))
    assert rules.programme("TY10").is_payable(Month.parse("2026-07"))


def test_what_others_depend_on_comes_first(rules: RuleSet) -> None:
    order = list(rules.programmes)
    assert order.index("MZ17") < order.index("MZ09")
    assert order.index("MZ17") < order.index("WJ02")


def test_the_digest_is_the_same_for_the_same_files(rules: RuleSet) -> None:
    assert load_rules().digest == rules.digest
    assert len(rules.digest) == 64


def test_columns_carry_their_units_and_application_dates_their_programme(rules: RuleSet) -> None:
    columns = required_columns(rules, Subject.PERSON)
    assert columns["person_id"] == "BIGINT"
    assert columns["hh__income_pc_fen"] == "BIGINT"
    assert columns["app__apply_date__MZ08"] == "DATE"
    assert columns["dis__cert_status"] == "VARCHAR"
    assert required_columns(rules, Subject.LAND)["land__eligible_area_milli_mu"] == "BIGINT"


def test_a_programme_about_others_cannot_be_compiled_for_persons(rules: RuleSet) -> None:
    with pytest.raises(RuleFault) as caught:
        compile_sql(rules, Subject.PERSON, OCTOBER, codes=["MZ01"])
    assert caught.value.code == "subject_differs"


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "202610", "2026-10\n", "２０２６-10", ""])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(RuleFault):
        Month.parse(text)


def test_months_know_their_days_and_neighbours() -> None:
    february = Month.parse("2028-02")
    assert february.last_day == date(2028, 2, 29)
    assert str(february.previous) == "2028-01"
    assert str(Month.parse("2026-01").previous) == "2025-12"
