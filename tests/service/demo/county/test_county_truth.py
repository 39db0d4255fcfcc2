"""Everything planted is really in the deliveries, even of the smallest county."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from stdnum.cn import ric

from service.demo.county import CountySummary, make_county

Reader = Callable[[str, str], list[dict[str, Any]]]
Truth = dict[str, list[dict[str, str]]]
EARLIER, LATER = "2026-09", "2026-10"

_CATEGORIES = """
account_closed account_dormant account_frozen account_lost account_missing account_not_activated
account_shared account_unverified application_new application_pending area_mismatch
assessment_expired bereaved_with_rebirth born_18xx both_parents_applied cert_cancelled cert_expired
cert_frozen cert_new cert_regraded cert_transferring check_missing conscript_discharged
conscript_not_from_here contradicts_cars contradicts_equity contradicts_houses contradicts_sex
court_death_declared court_death_revoked court_missing date_as_text dead_confirmed dead_contractor dead_in_month dead_one_source
death_learned_late deregistered_enlisted detained_then_acquitted dibao_car dibao_cash_over dibao_company
dibao_ended_long_ago dibao_first_month dibao_new dibao_not_authorised dibao_refused_check
dibao_shop dibao_stopped dibao_two_houses duplicate_conflicting duplicate_exact enrolled_twice
false_death
guardian_account holder_differs holder_not_checkable id_birthday_corrected id_shared_by_two
id_shared_until_corrected id_15_digits id_formula_cell id_full_width
id_lower_x id_numeric_cell id_with_spaces id_wrong_check imprisoned_payee income_changed
late_comer
migrant_on_payroll migrant_struck_off migrant_term_over moved_in_this_month moved_out_this_month
moved_within_county name_dot_variant name_not_in_gbk name_with_dot newborn newborn_by_certificate
newborn_not_registered on_probation other_county_row required_missing settled_abroad turns_100 turns_80 turns_90 wheelchair_scrapped wife_turns_49
work_injury_care
"""


def _people(truth: Truth, category: str) -> list[str]:
    return [entry["person"] for entry in truth[category]]


def _cards(read: Reader, month: str = LATER) -> dict[str, dict[str, Any]]:
    return {row["社会保障号码"]: row for row in read(month, "RS_CARD")}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_category_is_planted_whatever_the_seed(tmp_path: Path, seed: int) -> None:
    summary = make_county(tmp_path, residents=2_000, seed=seed)
    assert sorted(summary.planted) == sorted(re.findall("[a-z0-9_]+", _CATEGORIES))


def test_entries_name_person_fact_and_treatment(small_truth: Truth) -> None:
    for entries in small_truth.values():
        for entry in entries:
            assert ric.calc_check_digit(entry["person"]) == entry["person"][17:]
            assert entry["what"]
            assert entry["expected"]


def test_deaths_are_known_to_as_many_sources_as_told(
    read_small: Reader, small_truth: Truth
) -> None:
    known: Counter[str] = Counter()
    for feed, column in (("WJ_DEATH", "身份证号"), ("MZ_CREM", "逝者身份证号")):
        for month in (EARLIER, LATER):
            known.update(row[column] for row in read_small(month, feed))
    for month in (EARLIER, LATER):
        known.update(
            row["公民身份号码"]
            for row in read_small(month, "GA_DEREG")
            if row["注销原因"] == "死亡"
        )
    for category, wanted in (("dead_one_source", {1}), ("dead_confirmed", {2, 3})):
        assert {known[number] for number in _people(small_truth, category)} <= wanted
    assert {known[number] for number in _people(small_truth, "dead_in_month")} <= {2, 3}
    assert {known[number] for number in _people(small_truth, "false_death")} == {1}
    assert len(_people(small_truth, "dead_one_source")) >= 3
    status = {row["公民身份号码"]: row["户籍状态"] for row in read_small(LATER, "GA_HUKOU")}
    assert {status[number] for number in _people(small_truth, "false_death")} == {"正常"}


def test_accounts_are_shared_closed_or_missing_as_told(
    read_small: Reader, small_truth: Truth
) -> None:
    before, now = _cards(read_small, EARLIER), _cards(read_small)
    shared = {now[number]["银行账号"] for number in _people(small_truth, "account_shared")}
    assert len(shared) == 1
    users = [row for row in now.values() if row["银行账号"] in shared]
    assert len(users) == len(_people(small_truth, "account_shared")) + 1
    verified = {row["账号"] for row in read_small(EARLIER, "BK_RET")}
    assert shared <= verified | {row["账号"] for row in read_small(LATER, "BK_RET")}
    for number in _people(small_truth, "account_closed"):
        assert before[number]["账户状态"] == "正常"
        assert now[number]["账户状态"] == "销户"
    assert not set(_people(small_truth, "account_missing")) & set(now)
    answers = {
        row["证件号码"]: row["核验结果"]
        for month in (EARLIER, LATER)
        for row in read_small(month, "BK_RET")
    }
    assert not set(_people(small_truth, "account_unverified")) & set(answers)
    assert {answers[n] for n in _people(small_truth, "holder_differs")} == {"不一致"}
    assert {answers[n] for n in _people(small_truth, "holder_not_checkable")} == {"无法核验"}


def test_wards_are_paid_on_their_registered_guardians_account(
    read_small: Reader, small_truth: Truth
) -> None:
    cards = _cards(read_small)
    guardians = {
        row["儿童身份证号"]: row["监护人身份证号"] for row in read_small(LATER, "MZ_CHILD")
    }
    for number in _people(small_truth, "guardian_account"):
        assert cards[number]["银行账号"] == cards[guardians[number]]["银行账号"]


def test_names_gbk_cannot_hold_are_planted_at_every_bank(
    read_small: Reader, small_truth: Truth
) -> None:
    cards = _cards(read_small)
    banks = set()
    for number in _people(small_truth, "name_not_in_gbk"):
        with pytest.raises(UnicodeEncodeError):
            cards[number]["姓名"].encode("gbk")
        cards[number]["姓名"].encode("gb18030")
        banks.add(cards[number]["开户行行号"][:3])
    assert banks == {"105", "102", "103", "402"}


def test_damaged_ids_are_in_the_files_as_typed(read_small: Reader, small_truth: Truth) -> None:
    columns = {"MZ_SA": "成员证件号", "NY_LAND": "承包方代表证号", "RS_INS": "社会保障号码"}
    for category in ("id_15_digits", "id_wrong_check", "id_full_width", "id_lower_x"):
        for entry in small_truth[category]:
            feed = entry["feed"]
            typed = {
                str(row[columns.get(feed, "身份证号")]) for row in read_small(entry["month"], feed)
            }
            number = entry["person"]
            full = str.maketrans("0123456789", "０１２３４５６７８９")
            wanted = {
                "id_15_digits": {number[:6] + number[8:17]},
                "id_wrong_check": {number[:17] + last for last in "0123456789X"} - {number},
                "id_full_width": {number.translate(full)},
                "id_lower_x": {number.lower()},
            }[category]
            assert typed & wanted, entry
            # One person may have several applications or benefits; elsewhere only one row.
            assert number not in typed or feed in {"XZ_COLL", "RS_INS"}


def test_formula_and_numeric_cells_stand_where_ids_should(small: CountySummary) -> None:
    folder = small.folder / LATER
    formulas = load_workbook(next(folder.glob("退役军人局_优抚对象_*.xlsx"))).worksheets[0]
    kinds = Counter(cell.data_type for cell in formulas["A"][3:])
    assert kinds["f"] == 1
    numbers = load_workbook(next(folder.glob("残联_托养康复服务_*.xlsx"))).worksheets[0]
    assert sum(cell.data_type == "n" and cell.value is not None for cell in numbers["A"]) == 1


def test_duplicates_are_exact_or_contradict(read_small: Reader, small_truth: Truth) -> None:
    for category, distinct in (("duplicate_exact", 1), ("duplicate_conflicting", 2)):
        for entry in small_truth[category]:
            rows = [
                str(row)
                for row in read_small(entry["month"], entry["feed"])
                if entry["person"] in row.values()
            ]
            assert len(rows) >= 2, entry
            facts = {row.split("经办人")[0] for row in rows}
            assert len(facts) >= distinct


def test_dates_are_typed_in_every_shape(small_truth: Truth) -> None:
    spelled = " ".join(entry["what"] for entry in small_truth["date_as_text"])
    for sign in ("-", "/", "年"):
        assert sign in spelled


def test_people_without_check_are_in_no_check(read_small: Reader, small_truth: Truth) -> None:
    checked = {row["身份证号"].upper() for row in read_small(LATER, "MZ_CHECK")}
    assert not checked & set(_people(small_truth, "check_missing"))


def test_the_later_month_brings_change(read_small: Reader, small_truth: Truth) -> None:
    def state(month: str, feed: str, key: str, value: str) -> dict[str, Any]:
        return {row[key]: row[value] for row in read_small(month, feed)}

    for feed, key, value, category in (
        ("MZ_SA", "户主证件号", "状态", "dibao_stopped"),
        ("CL_CERT", "身份证号", "残疾等级", "cert_regraded"),
        ("MZ_CHECK", "身份证号", "人均月收入", "income_changed"),
    ):
        before, now = state(EARLIER, feed, key, value), state(LATER, feed, key, value)
        for number in _people(small_truth, category):
            assert before[number] != now[number], category
    for feed, key, category in (
        ("MZ_SA", "户主证件号", "dibao_new"),
        ("CL_CERT", "身份证号", "cert_new"),
        ("GA_HUKOU", "公民身份号码", "newborn"),
    ):
        before, now = state(EARLIER, feed, key, key), state(LATER, feed, key, key)
        for number in _people(small_truth, category):
            assert number in now
            assert number not in before
