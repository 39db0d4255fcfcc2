"""Situations of veterans, of families and of those who served a village long ago.

Every decision is asked of both engines, which must agree.
"""

from datetime import date

import pytest

from eligibility_rules import RuleSet, load_rules
from eligibility_rules.reading.read_programme import facts_used
from tests.eligibility_rules.asking import NOT_DUE, UNKNOWN, ask, due, together, usual

OCTOBER = "2026-10"
PERIODIC = ("TY01", "TY02", "TY03", "TY04", "TY05", "TY06", "TY07", "TY08", "TY09")


def test_a_disabled_servicemans_death_ends_the_pension_and_brings_twelve_months_more(
    rules: RuleSet,
) -> None:
    """Situation 2: the month of death is the last one, and the funeral grant is due beside it."""
    died = together(rules, "TY01", "TY12") | {
        "p__death_date": date(2026, 9, 20),
        "vet__category": "残疾军人",
        "vet__deceased_monthly_fen": 1_099_000,
        "evt__apply_date__TY12": date(2026, 10, 8),
    }
    assert ask(rules, "TY01", "2026-09", died) == [due(1_099_000)]
    assert ask(rules, "TY01", OCTOBER, died) == [NOT_DUE]
    assert ask(rules, "TY12", OCTOBER, died) == [due(12 * 1_099_000)]


def test_who_died_in_january_has_the_reward_of_the_year_only_if_confirmed_in_it(
    rules: RuleSet,
) -> None:
    """Situation 4: confirmed and then died, the year is paid; died unconfirmed, it is not."""
    died = usual(rules, "WJ01") | {"p__death_date": date(2026, 1, 20)}
    confirmed = died | {"app__approve_date__WJ01": date(2026, 1, 10)}
    before = died | {"app__approve_date__WJ01": date(2025, 2, 10)}
    assert ask(rules, "WJ01", "2026-09", confirmed, before) == [due(96_000), NOT_DUE]


@pytest.mark.parametrize("code", PERIODIC)
def test_the_county_a_veteran_leaves_pays_until_december(rules: RuleSet, code: str) -> None:
    """Situation 20: moved out in March; the old county pays the year, from January the new one."""
    left = usual(rules, code) | {
        "vet__relation_here": False,
        "p__hukou_county": False,
        "p__hukou_out_date": date(2026, 3, 9),
    }
    assert ask(rules, code, "2026-12", left) == ask(rules, code, "2026-12", usual(rules, code))
    assert ask(rules, code, "2027-01", left) == [NOT_DUE]


@pytest.mark.parametrize("code", PERIODIC)
def test_the_county_a_veteran_comes_to_pays_from_january(rules: RuleSet, code: str) -> None:
    """Situation 21: the relation came in July; the former county pays until December."""
    came = usual(rules, code) | {"vet__transfer_in_date": date(2026, 7, 2)}
    assert ask(rules, code, "2026-12", came) == [NOT_DUE]
    assert ask(rules, code, "2027-01", came) == ask(rules, code, "2027-01", usual(rules, code))


def test_a_soldiers_sixtieth_birthday_pays_that_very_month(rules: RuleSet) -> None:
    """Situation 27: sixty on the 1st; the soldier is paid at once, the pensioner a month later."""
    soldier = usual(rules, "TY09") | {"p__birth": date(1966, 10, 1)}
    assert ask(rules, "TY09", "2026-09", soldier) == [NOT_DUE]
    assert ask(rules, "TY09", OCTOBER, soldier) == [due(24_000)]


def test_twins_are_two_children_in_the_order_of_their_birth(rules: RuleSet) -> None:
    """Situation 33: after one child come twins: the second and the third have a line each."""
    second = usual(rules, "WJ07")
    third = second | {"fp__birth_order": 3}
    assert ask(rules, "WJ07", OCTOBER, second, third) == [due(500_000), due(2_000_000)]


def test_a_standard_raised_from_july_is_due_for_the_months_somebody_was_entitled() -> None:
    """Situation 45: raised by 1,200 a year from 1 July; asked again, July and August are more,
    June is not, and who died in August has no September.
    """
    text = (
        "zh: 带病回乡退役军人定期生活补助年标准\nen: yearly allowance\ntype: money\nunit: 元\n"
        "values:\n"
        "  - {effective: 2024-08-01, value: '9828', evidence: secondary, source: S-MIL24}\n"
        "  - {effective: 2026-07-01, value: '11028', evidence: secondary, source: S-MIL24}\n"
    )
    raised = load_rules(changed={"parameters/returned_ill_std.yaml": text})
    died = usual(raised, "TY05") | {"p__death_date": date(2026, 8, 3)}
    assert ask(raised, "TY05", "2026-06", died) == [due(81_900)]
    for month in ("2026-07", "2026-08"):
        assert ask(raised, "TY05", month, died) == [due(91_900)]
    assert ask(raised, "TY05", "2026-09", died) == [NOT_DUE]


@pytest.mark.parametrize("code", PERIODIC)
def test_prison_pauses_a_veterans_money_and_a_life_sentence_cancels_it(
    rules: RuleSet, code: str
) -> None:
    """Situation 54: two years in prison are paused from the month after; for life it is cancelled."""
    served = usual(rules, code) | {
        "p__imprisoned_from": date(2024, 10, 15),
        "p__imprisoned_to": date(2026, 10, 14),
        "p__sentence_type": "有期",
        f"app__approve_date__{code}": date(2024, 9, 1),
    }
    free = ask(rules, code, OCTOBER, usual(rules, code))
    assert ask(rules, code, "2026-09", served) == [NOT_DUE]
    assert ask(rules, code, "2026-11", served) == free
    assert ask(rules, code, OCTOBER, usual(rules, code) | {"p__sentence_type": "无期"}) == [NOT_DUE]


def test_a_retired_village_head_in_prison_is_not_paid(rules: RuleSet) -> None:
    """Situation 54: the allowance of village heads is for those at liberty."""
    jailed = usual(rules, "ZZ02") | {"p__imprisoned": True}
    assert ask(rules, "ZZ02", OCTOBER, jailed) == [NOT_DUE]


def test_who_was_wanted_and_cleared_is_due_the_paused_months_when_asked_again(
    rules: RuleSet,
) -> None:
    """Situation 56: the rule is a pause, so the months are due once the measure is struck out."""
    wanted = usual(rules, "TY06") | {"p__wanted": True}
    assert ask(rules, "TY06", OCTOBER, wanted, wanted | {"p__wanted": False}) == [
        NOT_DUE,
        due(88_200),
    ]


def test_a_pension_ends_the_allowance_of_an_old_soldier(rules: RuleSet) -> None:
    """Situation 59: from the pension on nothing is due; what nobody told of is for a person."""
    soldier = usual(rules, "TY09")
    pensioner = soldier | {"vet__has_pension": True}
    silent = soldier | {"vet__has_pension": None}
    found = ask(rules, "TY09", OCTOBER, soldier, pensioner, silent)
    assert found == [due(24_000), NOT_DUE, UNKNOWN]


def test_a_martyrs_widow_who_married_again_keeps_her_pension(rules: RuleSet) -> None:
    """Situation 60: no rule of the pension asks about marriage."""
    widow = usual(rules, "TY03") | {"vet__survivor_rel": "配偶"}
    again = [widow | {"p__marital": state} for state in ("丧偶", "已婚", "离婚")]
    assert ask(rules, "TY03", OCTOBER, *again) == [due(334_300)] * 3
    assert "p.marital" not in facts_used(rules.programme("TY03"))
    assert all(stop.event != "REMARRIED" for stop in rules.programme("TY03").stops)


def test_only_the_years_as_a_conscript_count(rules: RuleSet) -> None:
    """Situation 61: three years as a conscript and nine as a volunteer are three years."""
    soldier = usual(rules, "TY09") | {
        "vet__service_years_cons": 3,
        "vet__enlist_date": date(1983, 10, 1),
        "vet__discharge_date": date(1995, 12, 1),
    }
    assert ask(rules, "TY09", OCTOBER, soldier) == [due(3 * 6_000)]


def test_a_conscript_who_left_early_is_paid_for_the_months_served(rules: RuleSet) -> None:
    """Situation 62: five months of the year are five twelfths; an expulsion is an officer's act."""
    early = usual(rules, "TY10") | {"p__in_service": False, "vet__service_month_count": 5}
    assert ask(rules, "TY10", "2026-07", early) == [due(5 * 3_000_000 // 12)]
    by_event = {stop.event: stop for stop in rules.programme("TY10").stops}
    expelled = by_event["EXPELLED_FROM_ARMY"]
    assert expelled.action == "cancel"
    assert expelled.note


def test_public_staff_are_not_aided_as_resettled_people(rules: RuleSet) -> None:
    """Situation 76: on the public payroll, neither a large nor a small reservoir pays."""
    for code in ("SL01", "SL02"):
        staff = usual(rules, code) | {"p__fin_payroll": True}
        assert ask(rules, code, OCTOBER, staff) == [NOT_DUE]


def test_the_soldiers_care_allowance_goes_before_both_others_and_moves_a_third(
    rules: RuleSet,
) -> None:
    """Of the care allowances the highest is paid; without the elders' one WJ02 is 1,000 yuan."""
    elder = together(rules, "TY02", "MZ09", "MZ17", "WJ02") | {"p__birth": date(1950, 1, 1)}
    alone = elder | {"app__approve_date__TY02": None}
    found = {code: ask(rules, code, OCTOBER, elder, alone) for code in ("TY02", "MZ17", "WJ02")}
    assert found["TY02"] == [due(490_000), NOT_DUE]
    assert found["MZ17"][0] == NOT_DUE
    assert found["MZ17"][1] == due(12_500)
    assert found["WJ02"] == [due(100_000), due(80_000)]
    assert ask(rules, "MZ09", OCTOBER, elder, alone) == [NOT_DUE, NOT_DUE]


@pytest.mark.parametrize(
    ("taught", "healed", "shown", "paid"),
    [(8, 9, 11, "JY08"), (8, 11, 12, "WJ10"), (1, 5, 10, "WH01"), (4, 5, 6, "JY08")],
)
def test_of_three_old_duties_the_best_paid_one_is_paid(
    rules: RuleSet, taught: int, healed: int, shown: int, paid: str
) -> None:
    """25 yuan for a year taught, 20 healed, 15 shown; of equals the first code, and never two."""
    old = together(rules, "JY08", "WJ10", "WH01") | {
        "leg__teach_years": taught,
        "leg__village_doctor_years": healed,
        "leg__projectionist_years": shown,
    }
    fen = {"JY08": 2_500 * taught, "WJ10": 2_000 * healed, "WH01": 1_500 * shown}
    for code, mine in fen.items():
        expected = due(mine) if code == paid else NOT_DUE
        assert ask(rules, code, OCTOBER, old) == [expected]


def test_the_special_allowance_goes_before_the_reward(rules: RuleSet) -> None:
    """Whoever has WJ02 has no WJ01; before it begins the reward is due."""
    parent = together(rules, "WJ01", "WJ02") | {
        "p__birth": date(1963, 1, 1), "p__age_at_year_end": 63, "fp__surviving_children": 0,
        "fp__only_child_dead": True,
    }  # fmt: skip
    alone = parent | {"fp__only_child_dead": False}
    assert ask(rules, "WJ01", OCTOBER, parent, alone) == [NOT_DUE, due(96_000)]


def test_an_old_party_member_with_a_veterans_pension_has_the_small_sum_beside_it(
    rules: RuleSet,
) -> None:
    """Reduced to 50 yuan, not excluded."""
    both = together(rules, "TY04", "ZZ01") | {"vet__other_pref": True}
    assert ask(rules, "ZZ01", OCTOBER, both) == [due(5_000)]
    assert ask(rules, "TY04", OCTOBER, both) == [due(218_600)]
