"""What is planted beside assistance and payments is really in the deliveries."""

import re
from collections.abc import Callable
from typing import Any

import pytest

Row = dict[str, Any]
Reader = Callable[[str, str], list[Row]]
Truth = dict[str, list[dict[str, str]]]
EARLIER, LATER = "2026-09", "2026-10"

_BESIDE = re.findall(
    "[a-z_]+",
    """
contradicts_cars contradicts_equity contradicts_houses contradicts_sex court_death_declared
court_death_revoked court_missing detained_then_acquitted enrolled_twice id_birthday_corrected
id_shared_by_two id_shared_until_corrected on_probation other_county_row
""",
)


def _hukou(read: Reader, month: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in read(month, "GA_HUKOU"):
        found.setdefault(row["公民身份号码"], []).append(row)
    return found


def _only(truth: Truth, category: str) -> list[str]:
    return [entry["person"] for entry in truth[category]]


def test_nobody_carries_two_plants(middling_truth: Truth) -> None:
    beside = [number for category in _BESIDE for number in _only(middling_truth, category)]
    assert len(beside) == len(set(beside))
    others = {
        entry["person"]
        for category, entries in middling_truth.items()
        if category not in {*_BESIDE, "name_dot_variant", "date_as_text"}
        for entry in entries
    }
    assert not others & set(beside)


def test_a_corrected_number_is_the_old_one_first_and_the_new_one_later(
    read_small: Reader, small_truth: Truth
) -> None:
    before, now = _hukou(read_small, EARLIER), _hukou(read_small, LATER)
    changes = {row["新公民身份号码"]: row for row in read_small(LATER, "GA_IDHIST")}
    cards = {row["社会保障号码"] for row in read_small(LATER, "RS_CARD")}
    elders = 0
    for number in _only(small_truth, "id_birthday_corrected"):
        change = changes[number]
        former = change["旧公民身份号码"]
        assert change["原因"] == "生日更正"
        assert former in before
        assert number not in before
        assert number in now
        assert former not in now
        assert before[former][0]["姓名"] == now[number][0]["姓名"]
        assert before[former][0]["出生日期"] == former[6:14]
        assert number not in cards, "the card office has not learned of it"
        elders += int(number[6:10]) < 1946
    assert elders == 1


def test_two_people_share_a_number_until_it_is_corrected_or_for_good(
    read_small: Reader, small_truth: Truth
) -> None:
    before, now = _hukou(read_small, EARLIER), _hukou(read_small, LATER)
    (number,) = _only(small_truth, "id_shared_by_two")
    for register in (before, now):
        assert len({row["户号"] for row in register[number]}) == 2
    (own,) = _only(small_truth, "id_shared_until_corrected")
    (change,) = [row for row in read_small(LATER, "GA_IDHIST") if row["新公民身份号码"] == own]
    assert change["原因"] == "重号纠错"
    assert len(before[change["旧公民身份号码"]]) == 2
    assert own not in before
    assert len(now[own]) == len(now[change["旧公民身份号码"]]) == 1


def test_newborns_are_known_by_certificate_before_their_number(
    read_middling: Reader, middling_truth: Truth
) -> None:
    certified = {row["出生医学证明编号"] for row in read_middling(EARLIER, "WJ_BIRTH")}
    before, now = _hukou(read_middling, EARLIER), _hukou(read_middling, LATER)
    for number in _only(middling_truth, "newborn_by_certificate"):
        assert number not in before
        assert now[number][0]["出生医学证明编号"] in certified
    (number,) = _only(middling_truth, "contradicts_sex")
    sexes = {
        row["出生医学证明编号"]: row["性别"]
        for month in (EARLIER, LATER)
        for row in read_middling(month, "WJ_BIRTH")
    }
    row = now[number][0]
    assert sexes[row["出生医学证明编号"]] != row["性别"]


def test_a_declaration_of_death_stands_and_another_is_revoked_later(
    read_small: Reader, small_truth: Truth
) -> None:
    before, now = (
        {row["被申请人身份证号"]: row for row in read_small(month, "FY_COURT")}
        for month in (EARLIER, LATER)
    )
    (dead,) = _only(small_truth, "court_death_declared")
    (back,) = _only(small_truth, "court_death_revoked")
    assert before[dead]["裁判类别"] == before[back]["裁判类别"] == "宣告死亡"
    assert before[dead].get("撤销日期") is None
    assert dead not in now
    assert before[back].get("撤销日期") is None
    assert now[back]["撤销日期"]
    assert now[back]["案号"] == before[back]["案号"]
    status = _hukou(read_small, LATER)
    assert {status[number][0]["户籍状态"] for number in (dead, back)} == {"正常"}


def test_custody_without_prison(read_small: Reader, small_truth: Truth) -> None:
    terms = {row["罪犯身份证号"]: row["执行方式"] for row in read_small(LATER, "SF_PRISON")}
    assert {terms[number] for number in _only(small_truth, "on_probation")} == {"缓刑"}
    assert {terms[number] for number in _only(small_truth, "imprisoned_payee")} == {"监禁"}
    (number,) = _only(small_truth, "detained_then_acquitted")
    before, now = (
        next(row for row in read_small(month, "GA_DETAIN") if row["身份证号"] == number)
        for month in (EARLIER, LATER)
    )
    assert before["起始日期"] == now["起始日期"]
    assert (before["处理结果"], now["处理结果"]) == (None, "无罪")


def test_an_entry_of_another_county_comes_once(read_small: Reader, small_truth: Truth) -> None:
    (number,) = _only(small_truth, "other_county_row")
    assert number not in _hukou(read_small, EARLIER)
    (row,) = _hukou(read_small, LATER)[number]
    assert not row["户籍地址区划"].startswith("330523")


def test_some_pupils_are_enrolled_twice(read_small: Reader, small_truth: Truth) -> None:
    for number in _only(small_truth, "enrolled_twice"):
        rows = [row for row in read_small(LATER, "JY_STU") if row["学生身份证号"] == number]
        assert len({row["学校标识码"] for row in rows}) == 2
    pupils = [row["学生身份证号"] for row in read_small(LATER, "JY_STU")]
    students = {row["学生身份证号"] for row in read_small(LATER, "JY_HE")}
    assert not students & set(pupils), "nobody is at school and at college by accident"
    assert len(pupils) - len(set(pupils)) == len(small_truth["enrolled_twice"])


@pytest.mark.parametrize(
    ("category", "feed", "column", "check", "said"),
    [
        ("contradicts_cars", "GA_VEH", "所有人证号", "机动车数", "0"),
        ("contradicts_houses", "ZR_REAL", "权利人身份证号", "住房套数", "1"),
        ("contradicts_equity", "SC_CO", "持有人身份证号", "企业认缴出资", "0"),
    ],
)
def test_registers_contradict_a_few_checks_that_decide_nothing(
    read_small: Reader,
    small_truth: Truth,
    category: str,
    feed: str,
    column: str,
    check: str,
    said: str,
) -> None:
    checks = {row["身份证号"]: row for row in read_small(LATER, "MZ_CHECK")}
    assistance = {row["户主证件号"]: row["救助类别"] for row in read_small(LATER, "MZ_SA")}
    for number in _only(small_truth, category):
        assert float(checks[number][check] or 0) == float(said)
        rows = [row for row in read_small(LATER, feed) if row[column] == number]
        assert len(rows) == int(said) + 1
        assert assistance[number] in {"低边", "支出型"}
