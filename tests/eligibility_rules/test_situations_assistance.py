"""Situations of social assistance, children without care and the disabled, by their numbers in the domain notes."""

from datetime import date

import pytest

from eligibility_rules import Month, Outcome, RuleSet, evaluate, load_rules
from eligibility_rules.cases import load_cases
from eligibility_rules.language.kinds import Value
from eligibility_rules.load import HOME

OCTOBER = Month.parse("2026-10")


def decided(
    rules: RuleSet, code: str, month: Month = OCTOBER, /, **changes: Value
) -> tuple[Outcome, int | None]:
    """The decision about the first case of a programme, a due one, with some facts changed."""
    facts = dict(load_cases(rules)[code][0].columns)
    facts |= {name.replace("__", ".", 1): value for name, value in changes.items()}
    for name in changes:
        fact = rules.facts.facts[name.replace("__", ".", 1)]
        facts.pop(fact.column(code), None)
    found = evaluate(rules, code, facts, month)
    return found.outcome, found.amount_fen


NOT_DUE = (Outcome.NOT_DUE, None)


def test_destitute_support_ends_when_somebody_is_declared_missing(rules: RuleSet) -> None:
    """Situation 6: 特困 ends; the allowance of a family is civil affairs' to change."""
    assert decided(rules, "MZ03") == (Outcome.DUE, 213_700)
    assert decided(rules, "MZ03", p__missing_declared=True) == NOT_DUE


def test_a_residence_permit_opens_relief_and_rehabilitation_only(rules: RuleSet) -> None:
    """Situation 18: registered elsewhere and living here, one gets relief, not the allowance."""
    assert decided(rules, "MZ05", p__hukou_prov=False, p__residence_permit_zj=True) == (
        Outcome.DUE,
        500_000,
    )
    assert decided(
        rules, "CL01", p__hukou_prov=False, p__hukou_county=False, p__residence_permit_zj=True
    ) == (Outcome.DUE, 900_000)
    assert decided(rules, "MZ01", p__hukou_county=False) == NOT_DUE


@pytest.mark.parametrize(
    ("stage", "orphan", "destitute"),
    [("普高", Outcome.DUE, Outcome.DUE), ("高校", Outcome.DUE, Outcome.NOT_DUE)],
)
def test_at_18_an_orphan_goes_on_while_studying_and_the_destitute_up_to_senior_school(
    rules: RuleSet, stage: str, orphan: Outcome, destitute: Outcome
) -> None:
    """Situation 29."""
    born = date(2008, 9, 30)
    assert decided(rules, "MZ10", p__birth=born, child__studying_fulltime=True)[0] is orphan
    found = decided(rules, "MZ03", p__birth=born, stu__enrolled=True, stu__stage=stage)
    assert found[0] is destitute
    assert decided(rules, "MZ10", p__birth=born, child__studying_fulltime=False) == NOT_DUE


def test_of_two_standards_in_a_month_the_one_of_the_first_day_counts() -> None:
    """Situation 47: a standard from the 15th is the next month's."""
    text = (HOME / "parameters" / "tekun_std.yaml").read_text(encoding="utf-8")
    raised = f"{text}  - {{effective: 2026-10-15, value: '2300', evidence: illustrative, source: S-MEM}}\n"
    rules = load_rules(changed={"parameters/tekun_std.yaml": raised})
    assert decided(rules, "MZ03") == (Outcome.DUE, 213_700)
    assert decided(rules, "MZ03", Month.parse("2026-11")) == (Outcome.DUE, 230_000)


def test_the_price_subsidy_is_paid_once_to_whoever_is_on_several_rolls(rules: RuleSet) -> None:
    """Situation 50: only in the month of the trigger, and once however many identities."""
    once = decided(rules, "MZ07")
    assert once[0] is Outcome.DUE
    assert decided(rules, "MZ07", sa__tekun=True, child__orphan=True, vet__other_pref=True) == once
    assert decided(rules, "MZ07", Month.parse("2026-08")) == NOT_DUE


@pytest.mark.parametrize(
    "over",
    [
        {"hh__cars": 1},
        {"hh__nonres_house": True},
        {"hh__cash_pc": 9_000_000},
        {"hh__houses": 3},
        {"hh__equity_total": 50_000_000},
    ],
)
def test_what_a_check_finds_on_the_roll_stops_nothing_by_itself(
    rules: RuleSet, over: dict[str, Value]
) -> None:
    """Situations 52 and 77: paid until civil affairs takes the household off its roll."""
    assert decided(rules, "MZ01", **over) == (Outcome.DUE, 142_500)
    assert decided(rules, "MZ01", sa__dibao=False, **over) == NOT_DUE


def test_income_over_the_standard_leaves_the_amount_on_the_roll(rules: RuleSet) -> None:
    """Situation 52: the amount a head that civil affairs fixed goes on; without it nobody guesses."""
    over = {"hh__income_pc": 130_000}
    assert decided(rules, "MZ01", sa__dibao_amount_pc=47_500, **over) == (Outcome.DUE, 142_500)
    assert decided(rules, "MZ01", **over) == (Outcome.UNKNOWN, None)


def test_a_parent_in_prison_makes_a_child_without_care(rules: RuleSet) -> None:
    """Situation 54: when one parent is imprisoned and the other cannot care, the child qualifies."""
    both = {"child__father_status": "正常", "child__mother_status": "失联"}
    assert decided(rules, "MZ11", **both) == NOT_DUE
    assert decided(rules, "MZ11", **{**both, "child__father_status": "服刑"})[0] is Outcome.DUE
    assert decided(rules, "MZ03", p__imprisoned_from=date(2026, 9, 30)) == NOT_DUE


def test_a_certificate_that_ran_out_pauses_and_one_renewed_goes_on(rules: RuleSet) -> None:
    """Situation 57: its last month is paid, the next is not, until a new date is told."""
    assert decided(rules, "MZ02", dis__cert_expire=date(2026, 10, 1))[0] is Outcome.DUE
    assert decided(rules, "MZ02", dis__cert_expire=date(2026, 9, 30)) == NOT_DUE
    assert decided(rules, "MZ02", dis__cert_expire=date(2036, 9, 30))[0] is Outcome.DUE
    assert decided(rules, "MZ02", dis__grade=3) == NOT_DUE


def test_aid_of_the_federation_goes_beside_the_states_grants(rules: RuleSet) -> None:
    """Situation 64: allowed together; no gate of CL04 asks about another grant."""
    programme = rules.programme("CL04")
    assert programme.depends_on == ()
    assert {entry.rule.value for entry in programme.stacking} == {"stack_ok"}
    assert decided(rules, "CL04", sa__dibao=True) == (Outcome.DUE, 150_000)


def test_consent_withdrawn_bars_new_grants_and_ends_old_ones_only_after_notice(
    rules: RuleSet,
) -> None:
    """Situation 74."""
    withdrawn = {"hh__authorised": False, "hh__refused_check": True}
    assert decided(rules, "MZ01", **withdrawn) == (Outcome.DUE, 142_500)
    assert decided(rules, "MZ01", sa__dibao=False, **withdrawn) == NOT_DUE
    refused = evaluate(
        rules, "MZ01", {**load_cases(rules)["MZ01"][0].columns, "hh__refused_check": True,
                        "sa__dibao": False}, OCTOBER,
    )  # fmt: skip
    ids = [one.id for one in rules.programme("MZ01").conditions]
    assert not refused.held >> ids.index("MZ01-C8") & 1
