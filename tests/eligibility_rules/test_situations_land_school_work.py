"""Situations of fields, schools and work: what is due, how much, from when and beside what else.

Every decision is asked of both engines, which must agree.
"""

from datetime import date

import pytest

from eligibility_rules import Month, Outcome, RuleSet, load_rules
from tests.eligibility_rules.asking import NOT_DUE, ask, due, together, usual

SCHOOL = ("JY01", "JY02", "JY03", "JY04", "JY05", "JY06", "JY07")
OCTOBER = "2026-10"


def test_a_pension_begins_a_month_later_than_the_allowance_of_the_old(rules: RuleSet) -> None:
    """Situation 27: sixty on the 1st; the pension starts next month, the allowance would at once."""
    pensioner = usual(rules, "RS01") | {"p__birth": date(1966, 10, 1)}
    assert ask(rules, "RS01", OCTOBER, pensioner) == [NOT_DUE]
    assert ask(rules, "RS01", "2026-11", pensioner) == [due(27_500)]
    elder = usual(rules, "MZ15") | {"p__birth": date(1946, 10, 1)}
    assert ask(rules, "MZ15", "2026-09", elder) == [NOT_DUE]
    assert ask(rules, "MZ15", OCTOBER, elder)[0][0] is Outcome.DUE


def test_of_two_standards_in_one_month_the_one_of_the_first_counts() -> None:
    """Situation 47: the basic pension rises on 15 October; October is paid as it was on the 1st."""
    text = (
        "zh: 城乡居保基础养老金\nen: basic pension\ntype: money\nunit: 元/月\nvalues:\n"
        "  - {effective: 2025-01-01, value: '275', evidence: illustrative, source: S-MEM}\n"
        "  - {effective: 2026-10-15, value: '300', evidence: illustrative, source: S-MEM}\n"
    )
    raised = load_rules(changed={"parameters/base_pension.yaml": text})
    pensioner = usual(raised, "RS01")
    assert ask(raised, "RS01", OCTOBER, pensioner) == [due(27_500)]
    assert ask(raised, "RS01", "2026-11", pensioner) == [due(30_000)]


def test_a_pupil_who_changes_schools_is_paid_where_the_snapshot_finds_it(rules: RuleSet) -> None:
    """Situation 63: gone to another county in October; the county of the new school pays."""
    pupil = usual(rules, "JY02")
    left = pupil | {"stu__school_in_county": False}
    assert ask(rules, "JY02", OCTOBER, pupil, left) == [due(62_500), NOT_DUE]
    assert rules.programme("JY02").period(Month.parse(OCTOBER)) == "2026-S1"


@pytest.mark.parametrize("code", SCHOOL)
def test_two_enrolments_block_until_one_is_closed(rules: RuleSet, code: str) -> None:
    """Situation 63: enrolled twice; nothing is paid until one of the two is closed."""
    pupil = usual(rules, code)
    twice, untold = pupil | {"stu__dual_enrol": True}, pupil | {"stu__dual_enrol": None}
    month = "2026-10"
    assert [one[0] for one in ask(rules, code, month, pupil, twice, untold)] == [
        Outcome.DUE,
        Outcome.NOT_DUE,
        Outcome.UNKNOWN,
    ]


def test_grants_may_be_added_up_and_fees_are_waived_once(rules: RuleSet) -> None:
    """Situation 64: the state's grant and the disabled federation's; one waiver a semester."""
    pupil = together(rules, "JY04", "CL04", "JY07")
    assert ask(rules, "CL04", OCTOBER, pupil) == [due(150_000)]
    assert ask(rules, "JY04", OCTOBER, pupil) == [due(115_000)]
    assert ask(rules, "JY07", OCTOBER, pupil) == [due(80_000)]
    waiver = rules.programme("JY07")
    assert {waiver.period(Month(2026, number)) for number in (9, 10, 11, 12)} == {"2026-S1"}


def test_the_lessor_has_the_land_subsidy_and_the_lessee_the_growers(rules: RuleSet) -> None:
    """Situation 65: one plot, two items, both lawful; who grows nothing has no growers' subsidy."""
    lessor = usual(rules, "NY01") | {
        "land__rice_area_milli_mu": 0,
        "land__wheat_area_milli_mu": 0,
        "land__remote_sense_diff_bp": 0,
    }
    lessee = lessor | {
        "land__contract_area_milli_mu": 0,
        "land__eligible_area_milli_mu": 0,
        "land__rice_area_milli_mu": 60_000,
    }
    assert ask(rules, "NY01", "2026-12", lessor, lessee) == [due(96_774), NOT_DUE]
    assert ask(rules, "NY02", "2026-12", lessor, lessee) == [NOT_DUE, due(720_000)]


def test_land_taken_last_year_leaves_less_to_subsidise(rules: RuleSet) -> None:
    """Situation 66: the year's roll stands; the next roll is smaller by what was taken."""
    this_year = usual(rules, "NY01")
    next_year = this_year | {
        "land__converted_area_milli_mu": 2_000,
        "land__eligible_area_milli_mu": 8_000,
    }
    assert ask(rules, "NY01", "2026-06", this_year) == [due(96_774)]
    assert ask(rules, "NY01", "2027-06", next_year) == [due(77_419)]
    assert rules.programme("NY01").stops[0].effective == "NEXT_YEAR"


@pytest.mark.parametrize("fund", ["0.01", "1", "590361.19", "590361.20"])
@pytest.mark.parametrize("growers", [1, 3, 7])
def test_a_pool_is_never_overdrawn_by_rounding(fund: str, growers: int) -> None:
    """Situation 67: also a pool of one fen; the lines of the growers never add up to more."""
    text = (
        "zh: 资金\nen: fund\ntype: money\nunit: 元/年\nvalues:\n"
        f"  - {{effective: 2024-01-01, value: '{fund}', evidence: illustrative, source: S-YCSC}}\n"
    )
    rules = load_rules(changed={"parameters/oil_fund.yaml": text})
    rows = [{"land__rape_area_milli_mu": 50_000 + 333 * place} for place in range(growers)]
    found = ask(rules, "NY03", "2026-07", *rows)
    assert {outcome for outcome, _ in found} == {Outcome.DUE}
    assert sum(fen or 0 for _, fen in found) * 100 <= int(fund.replace(".", "")) * (
        100 if "." in fund else 10_000
    )


def test_rapeseed_of_suichang_takes_its_whole_fund(rules: RuleSet) -> None:
    """The published example: 3,253.01 mu at 120 yuan and a pool of 200,000 yuan are 590,361.20."""
    whole = {"land__rape_area_milli_mu": 3_253_010}
    assert ask(rules, "NY03", "2026-07", whole) == [due(59_036_120)]


def test_who_is_on_the_payroll_keeps_the_land_subsidy_only(rules: RuleSet) -> None:
    """Situation 76: the payroll ends resettlement support; the land subsidy asks about land only."""
    resettled = usual(rules, "SL01")
    teacher = usual(rules, "JY08")
    for code, person in (("SL01", resettled), ("JY08", teacher)):
        assert ask(rules, code, "2026-06", person | {"p__fin_payroll": True})[0] == NOT_DUE
    assert ask(rules, "NY01", "2026-06", usual(rules, "NY01")) == [due(96_774)]
    assert not [name for name in usual(rules, "NY01") if name.startswith("p__")]


def test_of_posts_and_subsidies_for_work_one_is_paid(rules: RuleSet) -> None:
    """A public-welfare post comes before the flexible worker's and the ranger's subsidy."""
    person = together(rules, "RS05", "RS06", "LY02")
    assert ask(rules, "RS05", "2026-12", person) == [due(180_800)]
    assert ask(rules, "RS06", "2026-12", person) == [NOT_DUE]
    assert ask(rules, "LY02", "2026-12", person) == [NOT_DUE]
    without = person | {"emp__public_post": False}
    assert ask(rules, "RS05", "2026-12", without) == [NOT_DUE]
    assert ask(rules, "RS06", "2026-12", without) == [due(150_000)]
    assert ask(rules, "LY02", "2026-12", without) == [due(300_000)]


def test_grain_of_a_year_is_paid_once_by_season(rules: RuleSet) -> None:
    """Wheat in June and rice in December: together the year's area, no mu twice."""
    grower = usual(rules, "NY02")
    june, december = (ask(rules, "NY02", month, grower)[0][1] for month in ("2026-06", "2026-12"))
    assert (june or 0) + (december or 0) == 12_000 * (60 + 40)
