"""Shares of the population lie in the bands of the domain research."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Reader = Callable[[str, str], list[dict[str, Any]]]
END = date(2026, 10, 31)
MONTH = "2026-10"


def _age(number: str) -> int:
    birth = number[6:14]
    return END.year - int(birth[:4]) - (END.strftime("%m%d") < birth[4:])


@pytest.fixture(scope="module")
def ages(read_middling: Reader) -> list[int]:
    """Ages of everybody whose entry is 正常 and who did not die."""
    dead = {
        row["身份证号"] for month in ("2026-09", MONTH) for row in read_middling(month, "WJ_DEATH")
    }
    return [
        _age(row["公民身份号码"])
        for row in read_middling(MONTH, "GA_HUKOU")
        if row["户籍状态"] == "正常" and row["公民身份号码"] not in dead
    ]


def test_age_structure(ages: list[int]) -> None:
    total = len(ages)
    assert 0.24 <= sum(age >= 60 for age in ages) / total <= 0.255
    old = [age for age in ages if age >= 80]
    assert 0.033 <= len(old) / total <= 0.037
    assert 0.82 <= sum(age < 90 for age in old) / len(old) <= 0.86
    assert 0.14 <= sum(90 <= age < 100 for age in old) / len(old) <= 0.17
    assert 0.002 <= sum(age >= 100 for age in old) / len(old) <= 0.009
    assert 0.016 <= sum(age < 3 for age in ages) / total <= 0.019


@pytest.mark.parametrize(
    ("feed", "low", "high"),
    [
        ("CL_CERT", 0.024, 0.030),
        ("SL_MIG", 0.014, 0.020),
        ("TY_CONS", 0.0006, 0.0012),
        ("SF_PRISON", 0.0008, 0.0015),
        ("CZ_PAY", 0.018, 0.022),
        ("TY_PREF", 0.008, 0.0105),
    ],
)
def test_share_of_residents_in_a_feed(
    read_middling: Reader, ages: list[int], feed: str, low: float, high: float
) -> None:
    assert low <= len(read_middling(MONTH, feed)) / len(ages) <= high


@pytest.mark.parametrize(
    ("category", "low", "high"),
    [("低保", 0.011, 0.0135), ("低边", 0.0033, 0.0045), ("特困", 0.0006, 0.0009)],
)
def test_share_of_assisted_people(
    read_middling: Reader, ages: list[int], category: str, low: float, high: float
) -> None:
    rows = [
        row
        for row in read_middling(MONTH, "MZ_SA")
        if row["救助类别"] == category and row["状态"] == "在保"
    ]
    assert low <= len(rows) / len(ages) <= high


def test_share_of_bereaved_parents_deaths_and_land(read_middling: Reader, ages: list[int]) -> None:
    total = len(ages)
    families = read_middling(MONTH, "WJ_FP")
    bereaved = [row for row in families if row["独生子女死亡"]]
    assert 0.0025 <= len(bereaved) / total <= 0.0035
    deaths = {
        row["身份证号"] for month in ("2026-09", MONTH) for row in read_middling(month, "WJ_DEATH")
    }
    assert 0.0075 <= len(deaths) / total <= 0.009
    rural = {row["户号"] for row in read_middling(MONTH, "GA_HUKOU") if row["户口性质"] == "农业"}
    assert 0.70 <= len(read_middling(MONTH, "NY_LAND")) / len(rural) <= 0.80


def test_nearly_all_adults_have_cards_and_96_percent_have_checks(read_middling: Reader) -> None:
    cards = {row["社会保障号码"] for row in read_middling(MONTH, "RS_CARD")}
    adults = [
        row["公民身份号码"]
        for row in read_middling(MONTH, "GA_HUKOU")
        if _age(row["公民身份号码"]) >= 16
    ]
    assert 0.985 <= sum(number in cards for number in adults) / len(adults) <= 0.999
    checked = {row["身份证号"].upper() for row in read_middling(MONTH, "MZ_CHECK")}
    needing = [
        row["身份证号"].upper()
        for row in read_middling(MONTH, "CL_CERT")
        if len(row["身份证号"]) == 18
    ]
    assert 0.93 <= sum(number in checked for number in needing) / len(needing) <= 0.985
